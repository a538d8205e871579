#pragma once

#include "odin/detector.h"
#include "odin/nn/input_size.h"
#include "odin/nn/io/model_file.h"

namespace odin {

/// The picture as a network takes it: [1,C,H,W], of that height and width. `picture` is [C,H,W] or
/// [1,C,H,W] of pixels in [0, 1], of any size, and scaled by resize_triangle (odin/image_resize.h)
/// where it has another. Throws unless it has the network's channels.
tensor::Tensor fit_picture(const tensor::Tensor& picture, const nn::InputSize& input);

/// Judges one picture, of any size, with the model's own temperature, epsilon and threshold
/// (options_for in odin/model_options.h). For many pictures, or other settings, make a Detector once.
Detection detect(const nn::Model& model, const tensor::Tensor& picture);

}  // namespace odin
