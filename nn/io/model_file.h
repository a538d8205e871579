#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/nn/input_size.h"
#include "odin/nn/io/safetensors.h"
#include "odin/nn/module.h"

namespace odin::nn {

/// What a model file says about its network beside the weights, in the safetensors metadata.
struct ModelInfo {
  std::string architecture;          ///< a name that make_model() knows
  std::vector<std::string> classes;  ///< in the order of the logits
  std::vector<double> mean, std;     ///< of the training pixels in [0, 1], one a channel
  // The detector's settings that were tuned for this network, if they were.
  std::optional<double> temperature, epsilon, threshold;
  std::string training;  ///< JSON about how it was trained; empty if unknown
  /// Of the pictures that it takes. In the file "input": "[3,32,32]", which a file without it means.
  InputSize input = {};
};

struct Model {
  std::unique_ptr<Module> network;  ///< in evaluation mode
  ModelInfo info;
};

/// The metadata of a model file. Throws, beginning with the name, when a key that every model needs
/// is missing or a value is not what it should be.
ModelInfo parse_model_info(const Safetensors& file, std::string_view name);

/// Builds the network that the file names and loads its weights; errors begin with the name.
Model to_model(const Safetensors& file, std::string_view name);
/// The network is on `device`.
Model load_model(const std::filesystem::path& path, tensor::Device device = tensor::Device::cpu);

/// The content of a model file: the network's state dict and the information about it.
Safetensors to_safetensors(Module& network, const ModelInfo& info);

}  // namespace odin::nn
