#include "odin/nn/io/file_bytes.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <thread>

#include "odin/nn/io/atomic_file.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using nn::FileBytes;
using tests::error_of;

namespace {

std::string some_text(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * i % 251);
  return text;
}

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("the bytes of a file are those that reading gives, whatever its size") {
    const tests::TempDir dir;
    for (const std::size_t size : {1, 4095, 4096, 4097, 100'000}) {
      CAPTURE(size);
      const std::string text = some_text(size);
      const auto path = dir.write("file", text);
      const FileBytes file(path);
      CHECK(tests::as_text(file.bytes()) == text);
      CHECK(file.is_mapped() == (size >= 4096));
      // A file that is replaced, as odin does it, stays readable.
      const std::string other = some_text(7);
      nn::write_file_atomically(path, std::as_bytes(std::span(other)));
      CHECK(tests::as_text(file.bytes()) == text);
    }
  }

#ifndef __EMSCRIPTEN__  // its files have no pipes among them
  TEST_CASE("a pipe is read, once") {
    const tests::TempDir dir;
    const std::string path = (dir.path() / "pipe").string(), text = some_text(10'000);
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    std::thread writer([&] { std::ofstream(path) << text; });
    const FileBytes file(path);
    writer.join();
    CHECK(tests::as_text(file.bytes()) == text);
    CHECK_FALSE(file.is_mapped());
  }
#endif

  TEST_CASE("what is no file is refused in the words of reading") {
    const tests::TempDir dir;
    const auto error_with = [](const std::filesystem::path& path) {
      return error_of([&] { FileBytes(path, "read"); });
    };
    CHECK(error_with("/nowhere") == "read: '/nowhere': no such file");
    CHECK(error_with(dir.path()).ends_with("is a directory, expected a file"));
    CHECK(error_with(dir.write("empty", std::string())).ends_with("the file is empty"));
  }
}
