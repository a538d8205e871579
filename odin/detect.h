#pragma once

#include "odin/detector.h"
#include "odin/fit_picture.h"
#include "odin/nn/io/model_file.h"

namespace odin {

/// Runs ODIN on one image [C,H,W] or [1,C,H,W] of any size, pixels in [0, 1], with the model's own
/// preprocessing, temperature, epsilon and threshold (options_for in odin/model_options.h). For
/// many images or other settings, make a Detector once. Throws as fit_picture and Detector do.
/// Thread-safe.
Detection detect(const nn::Model& model, const tensor::Tensor& picture);

}  // namespace odin
