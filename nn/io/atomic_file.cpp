#include "odin/nn/io/atomic_file.h"

#include <algorithm>
#include <stdexcept>

#include "odin/nn/io/input_file.h"
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
  } catch (const ResourceError& error) {
    fail<ResourceError>(operation, ": ", quote(path.string()), ": ", error.what());
  } catch (const Error& error) {
    fail(operation, ": ", quote(path.string()), ": ", error.what());
  }
}

/// Bytes that grow as they are read.
void resize_or_fail(std::vector<std::byte>& bytes, std::uintmax_t size) {
  try {
    bytes.resize(size);
  } catch (const std::exception&) {  // bad_alloc or length_error
    fail<ResourceError>("its ", size, " bytes do not fit into memory");
  }
}

std::vector<std::byte> read_to_end(const fs::path& path, std::optional<std::uintmax_t> most) {
  std::error_code problem;
  const bool open_already = path == "-" || InputFile::is_descriptor(path);
  const auto status =
      open_already ? fs::file_status(fs::file_type::unknown) : fs::status(path, problem);
  require(status.type() != fs::file_type::not_found, "no such file");
  require(!problem, problem.message());
  require(!fs::is_directory(status), "is a directory, expected a file");
  require(!fs::is_block_file(status), "is not a regular file and no pipe");

  InputFile file(path);
  const std::uintmax_t limit = most.value_or(file.regular() ? UINTMAX_MAX : kMostPipedBytes);
  const auto check = [&](std::uintmax_t size) {
    require(size <= limit, "is larger than ", limit, " bytes");
  };
  check(file.size());
  constexpr std::size_t kPiece = std::size_t{1} << 16;
  std::vector<std::byte> bytes;
  resize_or_fail(bytes, file.size() + 1);  // one more, to see the end
  std::size_t filled = 0;
  while (const std::size_t count = file.read(bytes.data() + filled, bytes.size() - filled)) {
    filled += count;
    check(filled);
    if (filled == bytes.size()) resize_or_fail(bytes, std::max(kPiece, 2 * filled));
  }
  require(filled > 0, "the file is empty");
  require(filled >= file.size(), "only ", filled, " of its ", file.size(), " bytes could be read");
  bytes.resize(filled);
  return bytes;
}

}  // namespace

std::vector<std::byte> read_file(const fs::path& path, std::string_view operation,
                                 std::optional<std::uintmax_t> most) {
  return with_context(operation, path, [&] { return read_to_end(path, most); });
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
