#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "odin/tests/native/pictures/picture_files.h"

using namespace odin;
using tests::decoding_error;
using tests::jpeg;
using tests::JpegOptions;
using tests::values_of;

namespace {

/// One color, `inks` samples a pixel.
std::string plain(int pixels, const std::string& inks) {
  std::string samples;
  for (int i = 0; i < pixels; ++i) samples += inks;
  return samples;
}

/// Whether red, green and blue of all pixels are these values of 8 bits, give or take 2.
bool is_color(const std::string& file, int red, int green, int blue) {
  const std::vector<float> values = values_of(file);
  const std::size_t plane = values.size() / 3;
  const int expected[] = {red, green, blue};
  bool equal = true;
  for (std::size_t i = 0; i < values.size(); ++i)
    equal &= std::abs(values[i] * 255 - static_cast<float>(expected[i / plane])) < 2.5f;
  return equal;
}

/// The file with `bytes` put in at `at`.
std::string with(std::string file, std::size_t at, const std::string& bytes) {
  return file.insert(at, bytes);
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("JPEGs of every color model have the colors that browsers show") {
    const std::string rgb = plain(256, "\xc8\x50\x1e");  // 200, 80, 30
    CHECK(is_color(jpeg(16, 16, rgb), 200, 80, 30));
    // RGB: said by Adobe's marker, or by the names of the components.
    CHECK(is_color(jpeg(16, 16, rgb, {.stored = JCS_RGB, .jfif = false, .adobe = true}), 200, 80,
                   30));
    CHECK(is_color(jpeg(16, 16, rgb, {.stored = JCS_RGB, .jfif = false}), 200, 80, 30));
    CHECK(is_color(jpeg(16, 16, rgb, {.jfif = false, .adobe = true}), 200, 80, 30));
    CHECK(is_color(jpeg(16, 16, rgb, {.jfif = false}), 200, 80, 30));
    const std::string gray =
        jpeg(16, 16, std::string(256, '\x64'), {.given = JCS_GRAYSCALE, .stored = JCS_GRAYSCALE});
    CHECK(is_color(gray, 100, 100, 100));
    CHECK(tests::decode(gray).note == "gray to RGB");
    // Inverted CMYK: 255 is no ink, and black multiplies.
    const std::string inks = plain(256, "\xc8\x50\x1e\x80");
    for (const J_COLOR_SPACE stored : {JCS_CMYK, JCS_YCCK}) {
      const std::string file =
          jpeg(16, 16, inks, {.quality = 100, .given = JCS_CMYK, .stored = stored, .adobe = true});
      CHECK(is_color(file, 200 * 128 / 255, 80 * 128 / 255, 30 * 128 / 255));
      CHECK(tests::decode(file).note == "CMYK to RGB");
    }
  }

  TEST_CASE("JPEGs of every kind and of odd sizes are read") {
    for (const auto& [width, height] : {std::pair{1, 1}, {7, 40}, {64, 33}}) {
      const std::string samples = plain(width * height, "\xc8\x50\x1e");
      const std::vector<float> plainly = values_of(jpeg(width, height, samples));
      CHECK(plainly == values_of(jpeg(width, height, samples, {.progressive = true})));
      CHECK(plainly == values_of(jpeg(width, height, samples, {.restart_rows = 1})));
      CHECK(plainly == values_of(jpeg(width, height, samples, {.arithmetic = true})));
    }
  }

  TEST_CASE("what every program skips in a JPEG does not matter") {
    const std::string file = jpeg(24, 24, tests::ramp(24 * 24, 3), {.restart_rows = 1});
    const std::vector<float> expected = values_of(file);
    const std::size_t end = file.size() - 2;
    for (const std::string& bytes :
         {std::string("\xff\xd0"), std::string("\xff\xd5\xff\xd1"), std::string(1, '\0'),
          std::string(40, '\0'), std::string("\xff\xff\xff"), std::string("\xff\0", 2),
          std::string("garbage"), std::string("garbage\xff\xd3more")}) {
      CHECK(values_of(with(file, end, bytes)) == expected);  // before the end
      CHECK(values_of(file + bytes) == expected);            // behind it
    }
    CHECK(values_of(with(file, 2, "\xff\xff\xff")) == expected);  // padding of a marker
    CHECK(values_of(with(file, 2, std::string("\xff\xee\0\4ab", 6))) ==
          expected);                            // APP14 of another
    CHECK(values_of(file + file) == expected);  // one picture after another
  }

  TEST_CASE("a JPEG whose data end early is an error, also with an end mark") {
    for (const bool progressive : {false, true}) {
      const std::string file = jpeg(48, 48, tests::ramp(48 * 48, 3), {.progressive = progressive});
      for (std::size_t kept = 60; kept <= 95; kept += 5) {
        CAPTURE(kept);
        CHECK(decoding_error(file.substr(0, file.size() * kept / 100)) != "");
        if (!progressive)  // of a progressive one whole scans may be missing
          CHECK(decoding_error(file.substr(0, file.size() * kept / 100) + "\xff\xd9") != "");
      }
    }
    std::string wrong_restart = jpeg(24, 48, tests::ramp(24 * 48, 3), {.restart_rows = 1});
    const std::size_t mark = wrong_restart.find("\xff\xd1");
    REQUIRE(mark != wrong_restart.npos);
    wrong_restart.erase(mark - 8, 8);
    CHECK(decoding_error(wrong_restart) != "");
  }

  TEST_CASE("a JPEG without its Huffman tables is an error that leaves nothing behind") {
    const std::string samples = tests::ramp(32 * 32, 3);
    const std::string whole = jpeg(32, 32, samples, {.progressive = true});
    std::string bare = whole;
    for (std::size_t at; (at = bare.find("\xff\xc4")) != bare.npos;)
      bare.erase(at, 2 + static_cast<unsigned char>(bare[at + 2]) * 256u +
                         static_cast<unsigned char>(bare[at + 3]));
    const std::vector<float> expected = values_of(whole);
    const std::string error = decoding_error(bare);
    CHECK(error.find("Huffman table") != error.npos);
    CHECK(values_of(whole) == expected);
    CHECK(decoding_error(bare) == error);
  }

  TEST_CASE("a JPEG that takes long by its scans, or is too short for its size, is refused") {
    const std::string file = jpeg(64, 64, tests::ramp(64 * 64, 3), {.progressive = true});
    const std::size_t scan = file.find("\xff\xda"), next = file.find("\xff\xc4", scan);
    std::string many = file;
    for (int i = 0; i < 200; ++i) many.insert(next, file.substr(scan, next - scan));
    CHECK(decoding_error(many) ==
          "damaged, or made to take long (a progressive JPEG of too many scans)");

    std::string large = jpeg(8, 8, tests::ramp(64, 3));
    const std::size_t size = large.find("\xff\xc0") + 5;
    large.replace(size, 4, "\x20\x01\x20\x01");
    CHECK(decoding_error(large).find("cannot hold a") != std::string::npos);
    large.replace(size, 4, "\xff\x01\xff\x01");
    CHECK(decoding_error(large) == "too large (65281x65281, the limit is 256 megapixels)");
  }

  TEST_CASE("a JPEG's color profile is named where it is not sRGB") {
    const auto profile = [](const std::string& name) {
      const std::string text = "desc" + std::string(4, '\0') +
                               tests::big_endian(static_cast<std::uint32_t>(name.size() + 1)) +
                               name + '\0';
      return std::string("ICC_PROFILE\0\1\1", 14) + std::string(128, '\0') + tests::big_endian(1) +
             "desc" + tests::big_endian(144) +
             tests::big_endian(static_cast<std::uint32_t>(text.size())) + text;
    };
    const std::string samples = tests::ramp(64, 3);
    const auto note = [&](const std::string& icc) {
      return tests::decode(jpeg(8, 8, samples, {.icc = icc})).note;
    };
    CHECK(note(profile("Display P3")) == "color profile 'Display P3' ignored");
    CHECK(note(profile("sRGB IEC61966-2.1")) == "");
    CHECK(note(profile("")) == "color profile ignored");
    CHECK(note(std::string("ICC_PROFILE\0\1\1junk", 18)) == "color profile ignored");
    CHECK(note("something else") == "");
  }
}
