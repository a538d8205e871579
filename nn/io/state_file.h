#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "odin/nn/module.h"

namespace odin::nn {

// Saves and loads the state dict of any module in a safetensors file. The file does not describe
// the network: the program that reads it must make the same module first. For networks that
// make_model() knows, use model files instead (nn/io/model_file.h).

/// Writes the module's state dict and the metadata. The file is written atomically (see
/// atomic_file.h).
void save_state(const std::filesystem::path& path, const Module& module,
                const std::map<std::string, std::string>& metadata = {});

/// Loads the file into a module with the same names and shapes, on any device, and returns the
/// metadata. Throws, and changes nothing, if an entry is missing, unexpected or of another shape;
/// errors begin with the path.
std::map<std::string, std::string> load_state(const std::filesystem::path& path, Module& module);

}  // namespace odin::nn
