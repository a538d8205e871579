#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "odin/nn/state_dict.h"

namespace odin::nn {

/// The model's state dict from a file that torch.save wrote (zip or the older format) or from a
/// safetensors file; the content decides which it is, not the name. Nothing in the file is
/// executed.
///
/// The state dict is the saved dictionary itself, or one inside it under a usual name
/// ("state_dict", "model", ...). A prefix "module." that all names have is removed. The tensors are
/// contiguous; float16 and bfloat16 become float32, integers and booleans int64. Errors begin with
/// "checkpoint: 'path': ".
StateDict read_checkpoint(const std::filesystem::path& path);
StateDict parse_checkpoint(std::span<const std::byte> bytes, std::string_view name);

/// Whether parse_checkpoint takes the file for a safetensors file.
bool is_safetensors(std::span<const std::byte> bytes, std::string_view name);

}  // namespace odin::nn
