#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace odin::native {

/// A model that comes with the program: a row of weights/manifest.json.
struct ShippedModel {
  std::string name;  ///< what --model takes: "densenet-bc-40-12-cifar10"
  std::filesystem::path file;
  std::string sha256;
  std::string summary;  ///< one line: accuracy and so on
};

/// The folder of the shipped models: beside the installed program, or in the source tree.
std::filesystem::path weights_folder();

/// The rows of the manifest, the default model first. Throws when it can not be read.
std::vector<ShippedModel> shipped_models();

/// The file that --model stands for: that of the shipped model of this name, or the path itself.
/// An empty name is the default model. Throws, listing the names, when there is neither.
std::filesystem::path find_model(const std::string& name_or_path);

/// Whether this is the file of a shipped model, by whatever path.
bool is_shipped(const std::filesystem::path& file);

/// What reports call the model of --model: the name or path itself, or the default model's name.
std::string model_name(const std::string& name_or_path);

}  // namespace odin::native
