#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace odin::nn {

/// The bytes of a file, mapped into memory where the system can do that: they then take no memory of
/// the program's own, which matters for models as large as it. What cannot be mapped, such as a
/// pipe, is read. While it lives nobody may make the file shorter; odin itself replaces files as a
/// whole (atomic_file.h).
class FileBytes {
 public:
  /// Throws as read_file() does.
  explicit FileBytes(const std::filesystem::path& path, std::string_view operation = "read");
  ~FileBytes();
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }
  bool is_mapped() const { return mapping_ != nullptr; }

 private:
  void* mapping_ = nullptr;
  std::vector<std::byte> read_;
  std::span<const std::byte> bytes_;
};

}  // namespace odin::nn
