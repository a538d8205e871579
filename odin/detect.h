#pragma once

#include "odin/detector.h"
#include "odin/image_resize.h"
#include "odin/nn/input_size.h"
#include "odin/nn/io/model_file.h"

namespace odin {

/// Resizes an image to a network's input size: [C,H,W] or [1,C,H,W], pixels in [0, 1], any H and W
/// -> [1, input.channels, input.height, input.width]. Uses resize_triangle (odin/image_resize.h) if
/// the size differs. Throws unless the number of channels is the network's. Thread-safe.
tensor::Tensor fit_picture(const tensor::Tensor& picture, const nn::InputSize& input);
/// The same for a picture whose rows are made as they are needed (odin/image_resize.h).
tensor::Tensor fit_picture(const ImageRows& picture, const nn::InputSize& input);

/// Runs ODIN on one image [C,H,W] or [1,C,H,W] of any size, pixels in [0, 1], with the model's own
/// temperature, epsilon and threshold (options_for in odin/model_options.h). For many images or
/// other settings, make a Detector once. Throws as fit_picture and Detector do. Thread-safe.
Detection detect(const nn::Model& model, const tensor::Tensor& picture);

}  // namespace odin
