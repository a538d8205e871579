#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "odin/nn/module.h"

namespace odin::nn {

// The parameters and buffers of any module in a safetensors file, under the names of its state dict.
// Networks that make_model() knows have model files instead (nn/io/model_file.h), which say what they
// are; a file of these two is for a network that the program which reads it makes itself.

/// Writes them, and any text beside them. The file appears whole or not at all.
void save_state(const std::filesystem::path& path, const Module& module,
                const std::map<std::string, std::string>& metadata = {});

/// Puts them into a module of the same names and shapes, on whatever device it is, and returns the
/// text. Throws, beginning with the path, and changes nothing where anything is missing, unexpected or
/// of another shape.
std::map<std::string, std::string> load_state(const std::filesystem::path& path, Module& module);

}  // namespace odin::nn
