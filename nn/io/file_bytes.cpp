#include "odin/nn/io/file_bytes.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "odin/nn/io/atomic_file.h"

namespace odin::nn {
namespace {

/// The mapping of a regular file that is not empty; without one an empty span.
std::span<std::byte> map_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // waits for no pipe
  if (file < 0) return {};
  struct stat found;
  void* mapping = MAP_FAILED;
  if (::fstat(file, &found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0)
    mapping =
        ::mmap(nullptr, static_cast<std::size_t>(found.st_size), PROT_READ, MAP_PRIVATE, file, 0);
  ::close(file);
  if (mapping == MAP_FAILED) return {};
  return {static_cast<std::byte*>(mapping), static_cast<std::size_t>(found.st_size)};
}

}  // namespace

FileBytes::FileBytes(const std::filesystem::path& path, std::string_view operation) {
  constexpr std::size_t kPage = 4096;
  // Opening a pipe twice would lose what is in it.
  std::error_code unknown;
  if (std::filesystem::is_regular_file(path, unknown)) {
    const std::span<std::byte> mapped = map_file(path);
    if (mapped.size() >= kPage) {
      ::madvise(mapped.data(), mapped.size(), MADV_WILLNEED);
      mapping_ = mapped.data();
      bytes_ = mapped;
      return;
    }
    if (!mapped.empty()) ::munmap(mapped.data(), mapped.size());
  }
  read_ = read_file(path, operation);
  bytes_ = read_;
}

FileBytes::~FileBytes() {
  if (mapping_ != nullptr) ::munmap(mapping_, bytes_.size());
}

}  // namespace odin::nn
