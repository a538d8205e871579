#include <doctest/doctest.h>

#include <fstream>

#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/safetensors.h"
#include "odin/tensor/random.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tests::error_of;

namespace {

std::string tensor_bytes(const std::filesystem::path& path) {
  const auto bytes = nn::read_file(path);
  const std::string text = tests::as_text(bytes);
  std::uint64_t length;
  std::memcpy(&length, text.data(), sizeof length);
  return text.substr(sizeof length + length);
}

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("new metadata leaves every byte of the tensors, float16 ones too") {
    const tests::TempDir dir;
    const auto path = dir.path() / "m.safetensors";
    nn::Safetensors content;
    content.tensors["a"] = tensor::Random(1).normal({3, 5});
    content.tensors["b"] = tensor::Tensor::from(std::vector<std::int64_t>{1, 2}, {2});
    content.metadata = {{"kept", "as it was"}, {"epsilon", "0.001"}};
    for (const auto floats : {nn::FloatStorage::f32, nn::FloatStorage::f16}) {
      nn::write_safetensors(path, content, floats);
      const std::string before = tensor_bytes(path);
      nn::copy_with_metadata(path, path, {{"epsilon", "0.0014"}, {"threshold", "0.1001234567891"}});
      CHECK(tensor_bytes(path) == before);
      const nn::Safetensors after = nn::read_safetensors(path);
      CHECK(after.tensors.size() == 2);
      CHECK(after.metadata == std::map<std::string, std::string>{{"kept", "as it was"},
                                                                 {"epsilon", "0.0014"},
                                                                 {"threshold", "0.1001234567891"}});
    }
  }

  TEST_CASE("a file without metadata gets some, and a copy leaves the original alone") {
    const tests::TempDir dir;
    nn::write_safetensors(dir.path() / "a", {{{"x", tensor::Tensor::zeros({2})}}, {}});
    const std::string before = tests::as_text(nn::read_file(dir.path() / "a"));
    nn::copy_with_metadata(dir.path() / "a", dir.path() / "b", {{"key", "\"value\""}});
    CHECK(tests::as_text(nn::read_file(dir.path() / "a")) == before);
    CHECK(nn::read_safetensors(dir.path() / "b").metadata.at("key") == "\"value\"");
  }

  TEST_CASE("a damaged file is refused and nothing is written") {
    const tests::TempDir dir;
    const auto damaged = dir.write("damaged", std::string("12345678{not a header"));
    CHECK(error_of([&] {
            nn::copy_with_metadata(damaged, dir.path() / "b", {{"a", "b"}});
          }).starts_with("safetensors: "));
    CHECK_FALSE(std::filesystem::exists(dir.path() / "b"));
    nn::write_safetensors(dir.path() / "good", {{{"x", tensor::Tensor::zeros({2})}}, {}});
    CHECK(error_of([&] {
            nn::copy_with_metadata(dir.path() / "good", dir.path() / "b", {{"a", "\xff"}});
          }).find("not valid UTF-8") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(dir.path() / "b"));
  }
}
