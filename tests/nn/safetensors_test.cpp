#include "odin/nn/io/safetensors.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <cstdint>
#include <limits>

#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/half.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::nn;
using odin::tensor::DType;
using odin::tensor::Tensor;
using odin::tests::as_bytes;
using odin::tests::as_text;
using odin::tests::Bytes;
using odin::tests::contains;
using odin::tests::error_of;
using odin::tests::raw;
using odin::tests::same;
using odin::tests::TempDir;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::string file_of(const std::string& header, const std::string& data) {
  return raw(std::uint64_t{header.size()}) + header + data;
}

Safetensors parse(const std::string& file) { return parse_safetensors(as_bytes(file), "x"); }

/// The error message for a file with this header and `size` bytes of data.
std::string header_error(const std::string& header, std::size_t size) {
  return error_of([&] { parse(file_of(header, std::string(size, '\0'))); });
}

std::string repeated(const std::string& part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

Safetensors example() {
  Safetensors content;
  content.tensors["fc.weight"] = Tensor::from({1.5f, -2, 3e-40f, kInfinity, 0, 7}, {2, 3});
  content.tensors["count"] = Tensor::from(std::vector<std::int64_t>{-1}, {});
  content.tensors["exact"] = Tensor::from(std::vector<double>{0.1, 1e300}, {2, 1});
  content.tensors["empty"] = Tensor::empty({0, 3});
  content.metadata = {{"arch", "densenet-bc-40-12"}, {"quoted", "a \"b\"\n\xc3\xa9"}};
  return content;
}

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("safetensors: what is written is read back, bit by bit") {
    const TempDir dir;
    const auto path = dir.path() / "x.safetensors";
    const Safetensors written = example();
    write_safetensors(path, written);
    const Safetensors read = read_safetensors(path);
    CHECK(read.metadata == written.metadata);
    REQUIRE(read.tensors.size() == written.tensors.size());
    for (const auto& entry : written.tensors) {
      CAPTURE(entry.first);
      CHECK(same(read.tensors.at(entry.first), entry.second));
    }
    CHECK_FALSE(std::filesystem::exists(dir.path() / "x.safetensors.part"));
  }

  TEST_CASE("safetensors: the bytes are these, wide elements first and the header padded") {
    Safetensors content;
    content.tensors["b"] = Tensor::from({1}, {1});
    content.tensors["a"] = Tensor::from({-2, 0.5f}, {2});
    content.tensors["z"] = Tensor::from(std::vector<std::int64_t>{5}, {});
    content.metadata["k"] = "v";
    const std::string header =
        R"({"__metadata__":{"k":"v"},"z":{"dtype":"I64","shape":[],"data_offsets":[0,8]},)"
        R"("a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},)"
        R"("b":{"dtype":"F32","shape":[1],"data_offsets":[16,20]}})";
    const std::string padding((8 - header.size() % 8) % 8, ' ');
    const std::string data = raw(std::int64_t{5}) + raw(-2.0f) + raw(0.5f) + raw(1.0f);
    CHECK(as_text(serialize_safetensors(content)) == file_of(header + padding, data));
  }

  TEST_CASE("safetensors: a view is written as its elements in order") {
    Safetensors content;
    content.tensors["t"] = Tensor::from({1, 2, 3, 4, 5, 6}, {2, 3}).slice(1, 1, 3).transpose(0, 1);
    const auto read = parse(as_text(serialize_safetensors(content)));
    CHECK(same(read.tensors.at("t"), Tensor::from({2, 5, 3, 6}, {2, 2})));
  }

  TEST_CASE("safetensors: a file without tensors is one") {
    CHECK(parse(file_of("{}", "")).tensors.empty());
    CHECK(parse(as_text(serialize_safetensors({}))).metadata.empty());
  }

  TEST_CASE("safetensors: every element type is read as float32, float64 or int64") {
    const auto read_one = [](const std::string& dtype, const std::string& data, int count) {
      const std::string header = R"({"t":{"dtype":")" + dtype + R"(","shape":[)" +
                                 std::to_string(count) + R"(],"data_offsets":[0,)" +
                                 std::to_string(data.size()) + "]}}";
      return parse(file_of(header, data)).tensors.at("t");
    };
    const auto integers = [](std::vector<std::int64_t> values) {
      const auto count = static_cast<std::int64_t>(values.size());
      return Tensor::from(values, {count});
    };
    const std::int64_t large = std::int64_t{1} << 62;
    CHECK(same(read_one("F64", raw(0.1), 1), Tensor::from(std::vector<double>{0.1}, {1})));
    CHECK(same(read_one("F32", raw(0.1f), 1), Tensor::from({0.1f}, {1})));
    CHECK(same(read_one("F16", std::string("\x00\xbc\x01\x00", 4), 2),
               Tensor::from({-1.0f, 0x1p-24f}, {2})));
    CHECK(same(read_one("BF16", "\x80\xbf\x49\x40", 2), Tensor::from({-1.0f, 3.140625f}, {2})));
    CHECK(same(read_one("I64", raw(-large), 1), integers({-large})));
    CHECK(same(read_one("I32", raw(std::int32_t{-70000}), 1), integers({-70000})));
    CHECK(same(read_one("I16", raw(std::int16_t{-300}), 1), integers({-300})));
    CHECK(same(read_one("I8", "\x80\x7f", 2), integers({-128, 127})));
    CHECK(same(read_one("U8", "\x80\xff", 2), integers({128, 255})));
    CHECK(same(read_one("BOOL", std::string("\x01\x00\x02", 3), 3), integers({1, 0, 1})));
  }

  TEST_CASE("safetensors: invalid headers are refused with the reason") {
    const auto entry = [](const std::string& dtype, const std::string& shape,
                          const std::string& offsets) {
      return R"({"fc.weight":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" +
             offsets + "}}";
    };
    REQUIRE(header_error(entry(R"("F32")", "[2]", "[0,8]"), 8) == "no error");

    struct Case {
      std::string header, message;
    };
    const Case cases[] = {
        {"", "does not begin with '{'"},
        {" {}", "does not begin with '{'"},
        {"[]", "does not begin with '{'"},
        {"{", "not valid JSON"},
        {"{} x", "not valid JSON"},
        {std::string("{}\0x", 4), "zero byte"},
        {"{\"a\xff\":{}}", "not valid JSON"},
        {R"({"a":1e999})", "out of range"},
        {R"({"a":[[[0]]]})", "nested too deeply"},
        {R"({"a":1})", "tensor 'a': its entry is not an object"},
        {R"({"a":{}})", "tensor 'a': no dtype"},
        {R"({"a":{"dtype":"F32","shape":[2]}})", "no data_offsets"},
        {entry("3", "[2]", "[0,8]"), "dtype is not a string"},
        {entry(R"("F8_E4M3")", "[2]", "[0,8]"), "tensor 'fc.weight': unknown dtype 'F8_E4M3'"},
        {entry(R"("F32")", "2", "[0,8]"), "shape is not an array"},
        {entry(R"("F32")", "[-2]", "[0,8]"), "shape holds '-2'"},
        {entry(R"("F32")", "[2.0]", "[0,8]"), "shape holds '2.0'"},
        {entry(R"("F32")", "[\"2\"]", "[0,8]"), "shape holds"},
        {entry(R"("F32")", "[true]", "[0,8]"), "shape holds 'true'"},
        {entry(R"("F32")", "[9223372036854775808]", "[0,8]"), "expected integers from 0 to 2^63"},
        {entry(R"("F32")", "[1,1,1,1,1,1,2]", "[0,8]"), "7 dimensions, at most 6"},
        {entry(R"("F32")", "[1" + repeated(",1", 100) + "]", "[0,8]"), "more than 100 numbers"},
        {entry(R"("F32")", "[4611686018427387904,4]", "[0,8]"), "too many elements"},
        {entry(R"("F32")", "[0,4611686018427387904,4]", "[0,0]"), "too many elements"},
        {entry(R"("F32")", "[3]", "[0,8]"), "shape [3] of F32 needs 12 bytes, data_offsets span 8"},
        {entry(R"("F32")", "[2]", "8"), "data_offsets is not an array"},
        {entry(R"("F32")", "[2]", "[8]"), "data_offsets has 1 numbers"},
        {entry(R"("F32")", "[2]", "[-1,8]"), "data_offsets holds '-1'"},
        {entry(R"("F32")", "[2]", "[8,0]"), "data_offsets [8,0] in a buffer of 8 bytes"},
        {entry(R"("F32")", "[2]", "[8,16]"), "data_offsets [8,16] in a buffer of 8 bytes"},
        {entry(R"("F32")", "[1]", "[0,4]"), "the last 4 bytes belong to no tensor"},
        {entry(R"("F32")", "[1]", "[4,8]"), "bytes from 0 to 4 before tensor 'fc.weight'"},
        {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
         R"("b":{"dtype":"U8","shape":[5],"data_offsets":[3,8]}})",
         "tensor 'b' overlaps another"},
        {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
         R"("b":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}})",
         "tensor 'b' overlaps another"},
        {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
         R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
         "has the key 'a' twice"},
        {R"({"a":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}})",
         "has the key 'dtype' twice"},
        {R"({"__metadata__":{"a":"1","\u0061":"2"}})", "has the key 'a' twice"},
        {R"({"__metadata__":"a"})", "__metadata__ is not an object"},
        {R"({"__metadata__":{"a":1}})", "__metadata__ 'a' is not a string"},
        {R"({"line\nbreak":1})", "tensor 'line?break'"},
    };
    for (const Case& bad : cases) {
      CAPTURE(bad.header);
      const std::string error = header_error(bad.header, 8);
      CAPTURE(error);
      CHECK(error.starts_with("safetensors: 'x': "));
      CHECK(contains(error, bad.message));
      CHECK_FALSE(contains(error, "\n"));
    }
  }

  TEST_CASE("safetensors: a header's length beyond the file or the limit is refused") {
    CHECK(contains(error_of([] { parse("1234567"); }), "7 bytes, too few"));
    CHECK(contains(error_of([] { parse(raw(std::uint64_t{3}) + "{}"); }), "only 2 follow"));
    CHECK(contains(error_of([] { parse(raw(~std::uint64_t{0}) + "{}"); }), "only 2 follow"));
    const std::string padded = "{}" + std::string(100'000'000, ' ');
    CHECK(contains(header_error(padded, 0), "at most 100000000 are allowed"));
  }

  TEST_CASE("safetensors: no beginning of a file is one") {
    const Bytes file = serialize_safetensors(example());
    for (std::size_t size = 0; size < file.size(); ++size) {
      CAPTURE(size);
      CHECK_THROWS_AS(parse_safetensors(std::span(file).first(size), "x"), Error);
    }
  }

  TEST_CASE("safetensors: a changed byte of the header is refused or gives another file") {
    const Bytes file = serialize_safetensors(example());
    std::uint64_t header;
    std::memcpy(&header, file.data(), sizeof header);
    int refused = 0, read = 0;
    for (std::size_t at = 0; at < 8 + header; ++at) {
      for (const int change : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
        Bytes changed = file;
        changed[at] ^= static_cast<std::byte>(change);
        if (error_of([&] { parse_safetensors(changed, "x"); }) == "no error")
          ++read;
        else
          ++refused;
      }
    }
    CHECK(refused > read);
    CHECK(read > 0);  // a letter of a name, for instance
  }

  TEST_CASE("half: all 65536 values survive the way to float32 and back") {
    CHECK(half_to_float(0x3c00) == 1.0f);
    CHECK(half_to_float(0xc000) == -2.0f);
    CHECK(half_to_float(0x7bff) == 65504.0f);
    CHECK(half_to_float(0x0400) == 0x1p-14f);
    CHECK(half_to_float(0x0001) == 0x1p-24f);
    CHECK(half_to_float(0xfc00) == -kInfinity);
    CHECK(std::signbit(half_to_float(0x8000)));
    int changed = 0, nans = 0;
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
      const float value = half_to_float(static_cast<std::uint16_t>(bits));
      const auto back = float_to_half(value);
      if (std::isnan(value)) {
        ++nans;
        changed += back != (bits | 0x200);  // quiet, as arithmetic makes it
      } else {
        changed += back != bits;
      }
    }
    CHECK(changed == 0);
    CHECK(nans == 2 * 1023);
  }

  TEST_CASE("half: a float32 becomes the nearest float16, ties to the even one") {
    int wrong = 0;
    for (std::uint16_t low = 0; low < 0x7c00; ++low) {
      const auto high = static_cast<std::uint16_t>(low + 1);
      // The next value above 65504 would be 65536, but in float16 it is infinity.
      const float above = high == 0x7c00 ? 65536.0f : half_to_float(high);
      const float middle = (half_to_float(low) + above) / 2;  // exact in float32
      const std::uint16_t even = low % 2 == 0 ? low : high;
      for (const float sign : {1.0f, -1.0f}) {
        const std::uint16_t bit = sign < 0 ? 0x8000 : 0;
        wrong += float_to_half(sign * middle) != (even | bit);
        wrong += float_to_half(sign * std::nextafter(middle, 0.0f)) != (low | bit);
        wrong += float_to_half(sign * std::nextafter(middle, kInfinity)) != (high | bit);
      }
    }
    CHECK(wrong == 0);
    CHECK(float_to_half(1e30f) == 0x7c00);
    CHECK(float_to_half(-std::numeric_limits<float>::denorm_min()) == 0x8000);
  }

  TEST_CASE("safetensors: float16 storage rounds float32 and leaves other types alone") {
    Safetensors content = example();
    content.tensors["fc.weight"] = Tensor::from({0.1f, -kInfinity, 65519, std::nanf("")}, {4});
    const auto read = parse(as_text(serialize_safetensors(content, FloatStorage::f16)));
    const float* values = read.tensors.at("fc.weight").data<float>();
    CHECK(values[0] == 0.0999755859375f);
    CHECK(values[1] == -kInfinity);
    CHECK(values[2] == 65504.0f);
    CHECK(std::isnan(values[3]));
    CHECK(same(read.tensors.at("exact"), content.tensors.at("exact")));
    CHECK(same(read.tensors.at("count"), content.tensors.at("count")));
  }

  TEST_CASE(
      "safetensors: a finite value beyond float16's range is refused and nothing is written") {
    const TempDir dir;
    Safetensors content;
    content.tensors["fc.bias"] = Tensor::from({1, -65520}, {2});
    const auto path = dir.path() / "x.safetensors";
    const auto error = error_of([&] { write_safetensors(path, content, FloatStorage::f16); });
    CHECK(error == "safetensors: '" + path.string() +
                       "': tensor 'fc.bias': -65520 is beyond float16's range");
    CHECK(std::filesystem::is_empty(dir.path()));
  }

  TEST_CASE("safetensors: what the format cannot hold is refused") {
    Safetensors content;
    content.tensors["__metadata__"] = Tensor::from({1}, {1});
    CHECK(contains(error_of([&] { serialize_safetensors(content); }), "cannot be named"));
    content.tensors = {{"a", Tensor()}};
    CHECK(contains(error_of([&] { serialize_safetensors(content); }), "'a' is undefined"));
    content.tensors = {{"\xff", Tensor::from({1}, {1})}};
    CHECK(contains(error_of([&] { serialize_safetensors(content); }), "not valid UTF-8"));
  }
}

namespace {

/// Limits the size of files of this process until it is destroyed: writing more than `bytes` fails
/// as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    old_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old_limit_);
    rlimit limit = old_limit_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_limit_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  void (*old_handler_)(int);
  rlimit old_limit_;
};

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("atomic file: a write that fails half way leaves the old file and no part") {
    const TempDir dir;
    const auto path = dir.write("x", std::string("old"));
    const Bytes large(100'000);
    std::string error;
    {
      const FileSizeLimit limit(50'000);
      error = error_of([&] { write_file_atomically(path, large); });
    }
    CHECK(error == "write: '" + path.string() + "': " + std::strerror(EFBIG));
    CHECK(as_text(read_file(path)) == "old");
    CHECK_FALSE(std::filesystem::exists(path.string() + ".part"));
    write_file_atomically(path, large);
    CHECK(read_file(path) == large);
    CHECK_FALSE(std::filesystem::exists(path.string() + ".part"));
  }

  TEST_CASE("atomic file: a link and the permissions of what is replaced stay") {
    namespace fs = std::filesystem;
    const TempDir dir;
    const auto file = dir.write("x", std::string("old"));
    const fs::perms mine = fs::perms::owner_read | fs::perms::owner_write;
    fs::permissions(file, mine);
    fs::create_directory(dir.path() / "elsewhere");
    const auto link = dir.path() / "elsewhere" / "link";
    fs::create_symlink(file, link);
    write_file_atomically(link, Bytes(3, std::byte{'n'}));
    CHECK(fs::is_symlink(link));
    CHECK(as_text(read_file(file)) == "nnn");
    CHECK(fs::status(file).permissions() == mine);
    CHECK_FALSE(fs::exists(file.string() + ".part"));
    CHECK_FALSE(fs::exists(link.string() + ".part"));
  }

  TEST_CASE("atomic file: a target that cannot be a file is refused and stays") {
    const TempDir dir;
    const auto folder = dir.path() / "folder";
    std::filesystem::create_directory(folder);
    const Bytes bytes(1);
    CHECK(contains(error_of([&] { write_file_atomically(folder, bytes); }), "is a directory"));
    CHECK(contains(error_of([&] { write_file_atomically(dir.path() / "no" / "x", bytes); }),
                   std::strerror(ENOENT)));
    CHECK(contains(error_of([&] { write_file_atomically("/dev/null", bytes); }),
                   "is not a regular file"));
    CHECK(std::filesystem::is_character_file("/dev/null"));
    CHECK(std::filesystem::is_empty(folder));
  }

  TEST_CASE("read file: a missing, empty or other than regular file is refused by name") {
    const TempDir dir;
    const auto missing = dir.path() / "missing";
    CHECK(error_of([&] { read_file(missing); }) ==
          "read: '" + missing.string() + "': no such file");
    CHECK(contains(error_of([&] { read_safetensors(missing); }),
                   "safetensors: '" + missing.string() + "': no such file"));
    CHECK(contains(error_of([&] { read_file(missing / "deeper"); }), "no such file"));
    CHECK(contains(error_of([&] { read_file(dir.path()); }), "is a directory"));
    CHECK(contains(error_of([&] { read_file(dir.write("empty", std::string())); }), "is empty"));
    CHECK(contains(error_of([&] { read_file("/dev/zero"); }), "is not a regular file and no pipe"));
    CHECK(contains(error_of([&] { read_file("/dev/null"); }), "is not a regular file and no pipe"));
    const auto file = dir.write("file", std::string("x"));
    CHECK(contains(error_of([&] { read_file(file, "read", 0); }), "is larger than 0 bytes"));
    CHECK(contains(error_of([&] { read_file(file / "deeper"); }), "no such file"));
  }
}
