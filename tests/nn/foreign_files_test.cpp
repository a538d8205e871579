#include <doctest/doctest.h>

#include "odin/nn/io/checkpoint.h"
#include "odin/nn/io/file_kind.h"
#include "odin/nn/io/json_limits.h"
#include "odin/nn/io/safetensors.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/tests/work_time.h"

// Files in place of a model or a checkpoint, and JSON that is made to take memory or time.

using namespace odin;
using namespace odin::nn;
using namespace std::string_literals;
using odin::tests::as_bytes;
using odin::tests::contains;
using odin::tests::error_of;
using odin::tests::raw;

namespace {

std::string repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

std::string error_of_header(const std::string& header) {
  return error_of(
      [&] { parse_safetensors(as_bytes(raw(std::uint64_t{header.size()}) + header), "x"); });
}

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("a file of another kind is named, with what helps, as a model and as a checkpoint") {
    const std::pair<std::string, const char*> kinds[] = {
        {"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "git lfs pull"},
        {"<!DOCTYPE html><html><title>404</title>", "a web page (HTML)"},
        {"\xEF\xBB\xBF \n<HTML lang=en><head></head></html>", "a web page (HTML)"},
        {"\x89HDF\r\n\x1a\n"s + std::string(40, '\0'), "Keras"},
        {"GGUF\3\0\0\0"s + std::string(40, '\0'), "GGUF"},
        {"\x08\x07\x12\x07pytorch\x1a\x05"
         "1.0.0 and a graph"s,
         "an ONNX model"},
        {"\x1f\x8b\x08"s + std::string(40, '\1'), "a gzip archive (unpack it first)"},
        {std::string(257, '\0') + "ustar" + std::string(300, '\0'), "a tar archive"},
        {"\x89PNG\r\n\x1a\n"s + std::string(20, '\0'), "a picture (PNG)"},
        {"\x93NUMPY\1\0 and an array"s, "an array of NumPy"},
        {"\x80\x04\x95 and a pickle"s, "a Python pickle"},
        {"{\"models\": [1, 2, 3]}\n", "JSON text"},
        {"airplane\nautomobile\nbird\n", "plain text"},
    };
    for (const auto& [file, what] : kinds) {
      CAPTURE_BOUND(what);
      const std::string as_model =
          error_of([&, &bytes = file] { parse_safetensors(as_bytes(bytes), "m.safetensors"); });
      CHECK(as_model.starts_with(
          "safetensors: 'm.safetensors': expected a safetensors file, this is"));
      CHECK(contains(as_model, what));
      const std::string as_checkpoint =
          error_of([&, &bytes = file] { parse_checkpoint(as_bytes(bytes), "m.pth"); });
      CHECK(contains(as_checkpoint, what));
      CHECK_FALSE(contains(as_checkpoint, "\n"));
    }
  }

  TEST_CASE("a large file of another kind is named before it is read") {
    const tests::TempDir dir;
    // Larger than any memory; only its beginning and its end, where zip has its names, are there.
    const auto huge = [&](const std::string& beginning, const char* name) {
      const auto path = dir.write(name, beginning);
      std::filesystem::resize_file(path, std::uintmax_t{1} << 38);
      return path;
    };
    const auto check = [](const std::filesystem::path& path, const char* what) {
      CAPTURE(what);
      for (const std::string& error : {error_of([&] { read_checkpoint(path); }),
                                       error_of([&] { read_checkpoint_file(path, "convert"); }),
                                       error_of([&] { read_safetensors(path); })}) {
        CHECK(contains(error, what));
        CHECK(contains(error, path.filename().string()));
      }
    };
    check(huge("GGUF\3\0\0\0"s + std::string(40, '\0'), "a.bin"), "GGUF");
    check(huge("GGUF\3\0\0\0"s + std::string(40, '\0'), "a.safetensors"), "GGUF");
    check(huge("\x1f\x8b\x08"s + std::string(40, '\1'), "a.pth"), "a gzip archive");
    CHECK(contains(error_of([&] { read_checkpoint_file(huge("PK\3\4....", "b.pth")); }),
                   "the zip archive cannot be read"));
    CHECK(contains(error_of([&] {
                     read_safetensors(huge(raw(std::uint64_t{1} << 37) + "{", "c.safetensors"));
                   }),
                   "at most 100000000 are allowed"));
    CHECK(contains(
        error_of([&] { read_safetensors(dir.write("d", raw(std::uint64_t{100}) + "{}")); }),
        "the header's length is given as 100 bytes, but only 2 follow"));
    // An archive is judged by its list of names.
    const std::string names = "PK\1\2"s + std::string(16, '\0') + std::string(8, '\0') + "\5\0"s +
                              std::string(12, '\0') + raw(std::uint32_t{0}) + "a.npy"s;
    const std::string photos = "PK\3\4"s + std::string(22, '\0') + "\5\0\0\0"s + "a.npy"s + names +
                               "PK\5\6"s + std::string(4, '\0') + "\1\0\1\0"s +
                               raw(static_cast<std::uint32_t>(names.size())) +
                               raw(std::uint32_t{35}) + "\0\0"s;
    CHECK(contains(error_of([&] { read_checkpoint_file(dir.write("e.pth", photos)); }),
                   "no data.pkl, so it is no PyTorch checkpoint, but an archive of NumPy arrays"));
  }

  TEST_CASE("archives of zip are told apart by what is in them") {
    const auto kind = [](const std::string& names) {
      return describe_kind(as_bytes("PK\3\4......" + names));
    };
    CHECK(contains(kind("archive/data.pkl"), "odin convert"));
    CHECK(contains(kind("m/data.pkl m/code/__torch__.py m/constants.pkl"), "TorchScript"));
    CHECK(contains(kind("config.json model.weights.h5"), "Keras"));
    CHECK(contains(kind("arr_0.npy"), "NumPy"));
    CHECK(contains(kind("photos/1.png"), "a zip archive (unpack it first)"));
    CHECK(describe_kind(serialize_safetensors({})) == "");
    CHECK(describe_kind(as_bytes("abc")) == "");
  }

  TEST_CASE("JSON is limited in depth, values and length, and what is in strings does not count") {
    const auto error = [](const std::string& text) {
      return error_of([&] { check_json_limits(text); });
    };
    CHECK(error(repeat("[", 100) + repeat("]", 100)) == "no error");
    CHECK(contains(error(repeat("[", 101)), "nested more than 100 levels deep"));
    CHECK(contains(error(repeat(R"({"a":)", 101)), "nested more than 100 levels deep"));
    CHECK(error(R"(["\")" + repeat("[{,", 2'000'000) + R"("])") == "no error");
    CHECK(contains(error("[" + repeat("0,", 1'000'001) + "0]"), "more than 1000000 values"));
    CHECK(contains(error("\"" + std::string(32'000'001, 'x') + "\""), "characters"));
    CHECK(contains(error_of([] { check_json_limits("[0,0,0]", {.values = 2}); }),
                   "more than 2 values"));
    CHECK(error("[" + std::string(40'000'000, ' ') + "]") == "no error");
  }

  TEST_CASE("safetensors: a header of many names or many values is read or refused in no time") {
    std::string names = "{";
    for (int i = 0; i < 60'000; ++i) names += (i ? ",\"" : "\"") + std::to_string(i) + "\":{}";
    const tests::WorkTime time;
    CHECK(contains(error_of_header(names + "}"), "no dtype"));
    CHECK(contains(error_of_header("{\"a\":[" + repeat("[],", 3'000'000) + "[]]}"),
                   "more than 500000 values"));
    CHECK(time.seconds() < 2);
  }

  TEST_CASE("safetensors: many tensors are read in a time that grows with their number") {
    std::string header = "{";
    constexpr int kCount = 50'000;
    for (int i = 0; i < kCount; ++i)
      header += (i ? ",\"t" : "\"t") + std::to_string(i) +
                R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
    const tests::WorkTime time;
    header += "}";
    CHECK(parse_safetensors(as_bytes(raw(std::uint64_t{header.size()}) + header), "x")
              .tensors.size() == kCount);
    CHECK(time.seconds() < 2);
  }
}
