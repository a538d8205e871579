#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace odin::nn {

/// What a file is that was given in place of a model or a checkpoint, and what to do with it, for
/// error messages: "a Git LFS pointer, not the file itself (git lfs pull fetches it)". Judged by
/// the content. Empty for files of no known kind, safetensors among them.
std::string describe_kind(std::span<const std::byte> bytes);
/// The same for an archive of zip, told apart by the names in it, of which `names` is a text.
std::string describe_zip(std::string_view names);

/// The first bytes of a regular file, enough to tell its kind before much is read. Empty for a pipe,
/// which can be read only once, and for what cannot be opened.
std::vector<std::byte> beginning_of(const std::filesystem::path& path);

/// Whether the file was written by torch.save: the zip format or the older one.
bool is_torch_zip(std::span<const std::byte> bytes);
bool is_torch_legacy(std::span<const std::byte> bytes);

/// Whether the file begins like an ONNX model, which has no signature.
bool is_onnx(std::span<const std::byte> bytes);

}  // namespace odin::nn
