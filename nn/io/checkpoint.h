#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "odin/nn/state_dict.h"

namespace odin::nn {

/// Reads the state dict from a file written by torch.save (the zip format or the older one) or from
/// a safetensors file. The content decides the format, not the file name. Nothing in the file is
/// executed.
///
/// The state dict is the saved dictionary itself or a dictionary inside it under a usual name
/// ("state_dict", "model", ...). The prefix "module." is removed if all names have it. The tensors
/// are contiguous; float16 and bfloat16 become float32, integers and booleans become int64. Errors
/// begin with "checkpoint: 'path': ".
StateDict read_checkpoint(const std::filesystem::path& path);
StateDict parse_checkpoint(std::span<const std::byte> bytes, std::string_view name);

/// Whether parse_checkpoint would read these bytes as a safetensors file.
bool is_safetensors(std::span<const std::byte> bytes, std::string_view name);

}  // namespace odin::nn
