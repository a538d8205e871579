#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/nn/input_size.h"
#include "odin/nn/io/preprocess.h"
#include "odin/nn/io/safetensors.h"
#include "odin/nn/module.h"

namespace odin::nn {

/// The architecture of networks that are described by their own graph (nn/graph/graph.h).
inline constexpr std::string_view kGraphArchitecture = "graph";

/// The metadata "format" of model files. The number changes when a file can no longer be read by an
/// older odin; every later odin reads the older ones (docs/versions.md).
inline constexpr const char* kModelFormat = "odin-model-1";

/// The information about a network in the safetensors metadata of its model file.
struct ModelInfo {
  std::string architecture;          ///< a name that make_model() knows, or kGraphArchitecture
  std::vector<std::string> classes;  ///< in the order of the logits
  std::vector<double> mean, std;     ///< of the training pixels in [0, 1], one for each channel
  // The detector's settings for this network; empty unless they were tuned.
  std::optional<double> temperature, epsilon, threshold;
  std::string training;  ///< JSON about how it was trained; empty if unknown
  /// Size of the input images. In the file "input": "[3,32,32]", which is also the default, or
  /// "[3,null,null]" where any size is taken.
  InputSize input = {};
  /// JSON about how the detector's settings were tuned; empty if they were not, or by the training.
  std::string tuning = {};
  /// JSON, the operations of a network of kGraphArchitecture; empty for others.
  std::string graph = {};
  /// How pictures become images of that size.
  Preprocess preprocess = {};
};

struct Model {
  std::unique_ptr<Module> network;  ///< in evaluation mode
  ModelInfo info;
  /// What `odin fit` computed of training images (odin/scores/fit.h): the tensors of the file under
  /// kFitPrefix, without it, and the metadata "fit", JSON. Empty where the model was not fitted.
  StateDict fit = {};
  std::string fit_record = {};
};

/// Tensors of a model file that are no part of the network.
inline constexpr std::string_view kFitPrefix = "fit.";

/// Parses the metadata of a model file. Throws if a required key is missing or a value is invalid;
/// errors begin with `name`.
ModelInfo parse_model_info(const Safetensors& file, std::string_view name);

/// Makes the network that `info` describes, if `held` has a good part of its weights: in an
/// untrusted file a short name could ask for a network that fills the memory. Missing weights are
/// then reported by name when they are loaded.
std::unique_ptr<Module> make_model_for(const StateDict& held, const ModelInfo& info);

/// Builds the network that the metadata describes and loads its weights. Errors begin with `name`.
Model to_model(Safetensors file, std::string_view name);
/// Reads a model file and moves the network to `device`.
Model load_model(const std::filesystem::path& path, tensor::Device device = tensor::Device::cpu);

/// The content of a model file: the network's state dict, with `info` as metadata.
Safetensors to_safetensors(Module& network, const ModelInfo& info);

}  // namespace odin::nn
