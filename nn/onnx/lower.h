#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "odin/nn/graph/graph.h"
#include "odin/nn/input_size.h"
#include "odin/nn/onnx/model.h"
#include "odin/nn/state_dict.h"
#include "odin/tensor/params.h"

namespace odin::nn::onnx {

struct LowerOptions {
  std::string output = {};                  ///< which value is the logits; empty: the only output
  std::optional<tensor::Size2d> size = {};  ///< of the images, for models that take any
  bool size_is_default = false;             ///< a model of another size keeps its own
  bool any_size = false;                    ///< keep what the model takes; `size` is not used
  std::filesystem::path folder = {};  ///< where files with the model's data are; empty: nowhere
};

/// A network of odin's own operations, made of an ONNX model.
struct Network {
  graph::Graph graph;
  StateDict tensors;  ///< float32
  InputSize input;
  std::int64_t classes;
  std::vector<std::string> notes;  ///< what was changed, for the user
};

/// Turns a model into odin's own operations: computes whatever does not depend on the image, leaves
/// out what does nothing in evaluation, and puts several operations together that are one (GELU,
/// layer normalization). The result works for any number of images; a size that is fixed in the
/// model stays. With `any_size` the input has no height and width, and the operations are the same
/// for all sizes.
/// Throws, naming the node, for what is not supported and, with `any_size`, for what depends on the
/// size of the images; unknown operators are listed all at once.
Network lower(const Model& model, const LowerOptions& options = {});

}  // namespace odin::nn::onnx
