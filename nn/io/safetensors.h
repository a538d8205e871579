#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "odin/nn/state_dict.h"

namespace odin::nn {

/// The content of a safetensors file: tensors by name, and metadata (text) by name.
struct Safetensors {
  StateDict tensors;
  std::map<std::string, std::string> metadata;
};

/// The type in which float32 tensors are written. Other tensors keep their type.
enum class FloatStorage { f32, f16 };

/// Parses the bytes of a file. F16 and BF16 become float32, F64 stays float64, integers and BOOL
/// become int64. Throws for anything that the format does not allow; errors begin with
/// "safetensors: 'name': ".
Safetensors parse_safetensors(std::span<const std::byte> bytes, std::string_view name);
Safetensors read_safetensors(const std::filesystem::path& path);

/// Throws, as read_safetensors() does, for a file whose first bytes tell that it is of another kind
/// or has an impossible header. To be called before a large file is read into memory.
void check_safetensors_beginning(const std::filesystem::path& path);

/// The element types in the file, under the format's names: {"F16"}.
std::set<std::string> stored_types(const std::filesystem::path& path);

/// Deterministic: the same content gives the same bytes. Metadata comes first, then the tensors,
/// those with wider elements first so that all are aligned, and otherwise in the order of their
/// names.
std::vector<std::byte> serialize_safetensors(const Safetensors& content,
                                             FloatStorage floats = FloatStorage::f32);
/// Writes the file atomically (see atomic_file.h).
void write_safetensors(const std::filesystem::path& path, const Safetensors& content,
                       FloatStorage floats = FloatStorage::f32);

/// Writes a copy of `from` to `to`, which may be the same file, without the tensors whose names
/// begin with `prefix` and with those of `tensors`, whose names get the prefix, in their place. The
/// others keep their types where the format allows it: all of them are float16 if they all were.
/// Metadata entries are added or replaced. Written atomically.
void copy_with_tensors(const std::filesystem::path& from, const std::filesystem::path& to,
                       const std::string& prefix, const StateDict& tensors,
                       const std::map<std::string, std::string>& entries);

/// Writes a copy of `from` to `to` with these metadata entries added or replaced. The tensors'
/// bytes do not change. `to` may be the same file; it is written atomically. Throws if `from` is
/// not valid.
void copy_with_metadata(const std::filesystem::path& from, const std::filesystem::path& to,
                        const std::map<std::string, std::string>& entries);

}  // namespace odin::nn
