#pragma once

#include <filesystem>

#include "odin/nn/onnx/model.h"
#include "odin/tensor/tensor.h"

namespace odin::nn::onnx {

/// The elements of a tensor of the model. Floating types become float32. Integers and booleans
/// become float64, which holds sizes and positions exactly and which every operation computes with.
struct Elements {
  tensor::Tensor values;
  bool integer;
};

/// Decodes a tensor. Elements in other files are read from `folder`, which is the model's own, or
/// nowhere if it is empty: a location must lead to a regular file in this folder or below it.
/// Throws, with the tensor's name, for types that odin does not know, for data of a wrong size and
/// for locations elsewhere.
Elements decode(const StoredTensor& tensor, const std::filesystem::path& folder);

}  // namespace odin::nn::onnx
