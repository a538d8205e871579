#include "odin/nn/io/atomic_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

#include "odin/nn/io/part_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::nn {
namespace {

namespace fs = std::filesystem;

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
    remove_leftovers(target);
    const auto write_as = [&](PartFile::Kind kind) {
      PartFile file(target, kind);
      if (fs::exists(status)) file.take_permissions_of(target);
      file.write(bytes);
      file.move_to_target();
    };
    try {
      write_as(PartFile::Kind::unnamed);
    } catch (const Error&) {
      write_as(PartFile::Kind::named);
    }
  });
}

}  // namespace odin::nn
