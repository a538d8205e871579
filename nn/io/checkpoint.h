#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "odin/nn/state_dict.h"

namespace odin::nn {

/// Reads the state dict from a file written by torch.save (the zip format or the older one) or from
/// a safetensors file. The content decides the format, not the file name. Nothing in the file is
/// executed, and objects of unknown classes in it do no harm.
///
/// The state dict is the saved dictionary or module itself, one inside it under a usual name
/// ("state_dict", "model", ...), or the only one that there is. `key` names another one, with dots
/// where it lies deeper ("ema.model"), or the part of one whose names begin so. The wrappers of
/// PyTorch in the names are removed: "module." if all names but bookkeeping have it, "_orig_mod."
/// anywhere; for other prefixes see common_prefix(). The tensors are contiguous; float16 and
/// bfloat16 become float32, integers and booleans become int64. `notes`, if given, gets a line for
/// each thing that was left out. Errors begin with "checkpoint: 'path': ".
StateDict read_checkpoint(const std::filesystem::path& path, const std::string& key = {},
                          std::vector<std::string>* notes = nullptr);
StateDict parse_checkpoint(std::span<const std::byte> bytes, std::string_view name,
                           const std::string& key = {}, std::vector<std::string>* notes = nullptr);

/// Reads the bytes of such a file, for parse_checkpoint(). A file of another kind is refused by its
/// first bytes, or by the names in an archive of zip, before it is read into memory. Errors of
/// reading begin with `operation` and the path.
std::vector<std::byte> read_checkpoint_file(const std::filesystem::path& path,
                                            std::string_view operation = "checkpoint");

/// Whether parse_checkpoint would read these bytes as a safetensors file.
bool is_safetensors(std::span<const std::byte> bytes, std::string_view name);

/// What parse_checkpoint does with the tensors of a safetensors file: takes the part that `key`
/// names and removes PyTorch's wrappers. Throws if no name begins so.
StateDict take_part(const StateDict& state, const std::string& key);

}  // namespace odin::nn
