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

/// The content of a safetensors file: tensors by name, and free text by name.
struct Safetensors {
  StateDict tensors;
  std::map<std::string, std::string> metadata;
};

/// How float32 tensors are written. The others keep their type.
enum class FloatStorage { f32, f16 };

/// Reads a file's bytes; errors begin with "safetensors: 'name': ". F16 and BF16 become float32,
/// F64 stays float64, integers and BOOL become int64. Anything that the format does not allow is
/// refused.
Safetensors parse_safetensors(std::span<const std::byte> bytes, std::string_view name);
Safetensors read_safetensors(const std::filesystem::path& path);

/// The element types in the file, by the format's names: {"F16"}.
std::set<std::string> stored_types(const std::filesystem::path& path);

/// The same content always gives the same bytes: metadata first, then the tensors in order of their
/// names, those of wide elements before those of narrow ones so that each is aligned.
std::vector<std::byte> serialize_safetensors(const Safetensors& content,
                                             FloatStorage floats = FloatStorage::f32);
/// Writes the file whole or not at all (see atomic_file.h).
void write_safetensors(const std::filesystem::path& path, const Safetensors& content,
                       FloatStorage floats = FloatStorage::f32);

/// Writes a copy of the file `from` whose metadata has other or more entries, and in which all other
/// bytes are the same: tensors keep their types and values. `to` may be the same file; it is written
/// whole or, when `from` is not valid, not at all.
void copy_with_metadata(const std::filesystem::path& from, const std::filesystem::path& to,
                        const std::map<std::string, std::string>& entries);

}  // namespace odin::nn
