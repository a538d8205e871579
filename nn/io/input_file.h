#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace odin::nn {

/// A file open for reading, one after the other: a regular file, a pipe, or standard input ("-" or
/// "/dev/stdin"), which is read as it is, because it cannot always be opened by name. A descriptor of
/// this process that is named as a file, /dev/fd/N, is read from its beginning even where that folder
/// is not there. Errors say what the system says, without the path; ResourceError where the system has no more to give.
class InputFile {
 public:
  explicit InputFile(const std::filesystem::path& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  static bool is_descriptor(const std::filesystem::path& path) {
    return path.parent_path() == "/dev/fd";
  }

  bool regular() const { return regular_; }
  std::uintmax_t size() const { return size_; }  ///< of a regular file; it may change

  /// At most `size` bytes; 0 at the end.
  std::size_t read(std::byte* to, std::size_t size);

 private:
  bool owned_;
  int descriptor_;
  bool regular_ = false;
  std::uintmax_t size_ = 0;
};

}  // namespace odin::nn
