#include "odin/nn/io/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::nn {
namespace {

namespace fs = std::filesystem;

/// The part file. The destructor closes and removes it unless it was renamed to the real name.
class PartFile {
 public:
  explicit PartFile(fs::path path)
      : path_(std::move(path)),
        descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    check(descriptor_ >= 0);
  }
  ~PartFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!renamed_) ::unlink(path_.c_str());
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  void write(std::span<const std::byte> bytes) {
    constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;
    while (!bytes.empty()) {
      const auto written = ::write(descriptor_, bytes.data(), std::min(bytes.size(), kMostAtOnce));
      if (written < 0 && errno == EINTR) continue;
      check(written >= 0);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }

  void take_permissions_of(const fs::path& file) {
    struct stat found;
    check(::stat(file.c_str(), &found) == 0);
    check(::fchmod(descriptor_, found.st_mode & 0777) == 0);
  }

  void rename_to(const fs::path& target) {
    check(::fsync(descriptor_) == 0);
    const int descriptor = descriptor_;
    descriptor_ = -1;
    check(::close(descriptor) == 0);
    check(std::rename(path_.c_str(), target.c_str()) == 0);
    renamed_ = true;
    sync_folder_of(target);
  }

 private:
  /// Makes the rename itself survive a power cut. Errors are ignored: some file systems do not
  /// support it, and the file is complete either way.
  static void sync_folder_of(const fs::path& file) {
    const int folder =
        ::open(fs::absolute(file).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    ::fsync(folder);
    ::close(folder);
  }
  static void check(bool ok) {
    if (!ok) fail(std::strerror(errno));
  }

  fs::path path_;
  int descriptor_;
  bool renamed_ = false;
};

/// Runs `work`; puts the operation and the path in front of the message of an Error it throws.
template <class F>
auto with_context(std::string_view operation, const fs::path& path, F&& work) {
  try {
    return work();
  } catch (const Error& error) {
    fail(operation, ": ", quote(path.string()), ": ", error.what());
  }
}

std::vector<std::byte> allocate(std::uintmax_t size) {
  try {
    return std::vector<std::byte>(size);
  } catch (const std::exception&) {  // bad_alloc or length_error
    fail("its ", size, " bytes do not fit into memory");
  }
}

std::vector<std::byte> read_regular_file(const fs::path& path) {
  std::error_code problem;
  const auto status = fs::status(path, problem);
  require(status.type() != fs::file_type::not_found, "no such file");
  require(!problem, problem.message());
  require(!fs::is_directory(status), "is a directory, expected a file");
  require(fs::is_regular_file(status), "is not a regular file");
  const auto size = fs::file_size(path, problem);
  require(!problem, problem.message());
  require(size > 0, "the file is empty");

  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (!file) fail(std::strerror(errno));
  std::vector<std::byte> bytes = allocate(size);
  const auto count = std::fread(bytes.data(), 1, bytes.size(), file.get());
  if (std::ferror(file.get())) fail(std::strerror(errno));
  require(count == bytes.size(), "only ", count, " of its ", size, " bytes could be read");
  return bytes;
}

}  // namespace

std::vector<std::byte> read_file(const fs::path& path, std::string_view operation) {
  return with_context(operation, path, [&] { return read_regular_file(path); });
}

void write_file_atomically(const fs::path& path, std::span<const std::byte> bytes,
                           std::string_view operation) {
  with_context(operation, path, [&] {
    std::error_code ignored;
    const auto status = fs::status(path, ignored);
    require(!fs::is_directory(status), "is a directory, expected a file name");
    require(!fs::exists(status) || fs::is_regular_file(status), "is not a regular file");
    const fs::path target = fs::exists(status) ? fs::canonical(path) : path;
    fs::path part = target;
    part += ".part";
    PartFile file(std::move(part));
    if (fs::exists(status)) file.take_permissions_of(target);
    file.write(bytes);
    file.rename_to(target);
  });
}

}  // namespace odin::nn
