#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace odin::native {

/// A model shipped with the program: a row of weights/manifest.json.
struct ShippedModel {
  std::string name;  ///< name for --model: "densenet-bc-40-12-cifar10"
  std::filesystem::path file;
  std::string sha256;
  std::string summary;  ///< one line: accuracy and so on
};

/// The folder of the shipped models: next to the installed program, or in the source tree.
std::filesystem::path weights_folder();

/// The rows of the manifest, the default model first. Throws if it cannot be read.
std::vector<ShippedModel> shipped_models();

/// The file for a value of --model: that of the shipped model of this name, or the path itself. An
/// empty name means the default model. What comes from a pipe or from standard input ("-") is kept
/// in a temporary file, because models are read more than once. Throws if there is neither; the message lists the names.
std::filesystem::path find_model(const std::string& name_or_path);

/// Whether this is the file of a shipped model, even under another path (a link, say).
bool is_shipped(const std::filesystem::path& file);

/// The name for a model in reports: the value of --model, or the default model's name.
std::string model_name(const std::string& name_or_path);

}  // namespace odin::native
