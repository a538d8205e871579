#include <doctest/doctest.h>
#include <zlib.h>

#include <vector>

#include "odin/tests/native/pictures/picture_files.h"

using namespace odin;
using tests::big_endian;
using tests::decoding_error;
using tests::png;
using tests::png_chunk;
using tests::values_of;

namespace {

/// The chunk with another checksum.
std::string damaged(std::string chunk) {
  chunk.back() = static_cast<char>(chunk.back() ^ 0x55);
  return chunk;
}

std::string deflated(const std::string& data) {
  std::string packed(compressBound(data.size()), '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size,
           reinterpret_cast<const Bytef*>(data.data()), data.size());
  packed.resize(size);
  return packed;
}

/// A PNG of this IHDR (behind the size) and these rows with their filters.
std::string packed_png(std::uint32_t width, std::uint32_t height, const std::string& kind,
                       const std::string& rows, const std::string& extra = "") {
  return "\x89PNG\r\n\x1a\n" + png_chunk("IHDR" + big_endian(width) + big_endian(height) + kind) +
         extra + png_chunk("IDAT" + deflated(rows)) + png_chunk("IEND");
}

std::vector<float> gray(const std::vector<float>& values) {
  std::vector<float> all;
  for (int c = 0; c < 3; ++c)
    for (const float value : values) all.push_back(value);
  return all;
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("gray PNGs of 1, 2 and 4 bits have the exact values") {
    CHECK(values_of(png(2, 1, 1, tests::kGray, "\x40")) == gray({0, 1}));
    CHECK(values_of(png(4, 1, 2, tests::kGray, "\x1b")) == gray({0, 85 / 255.0f, 170 / 255.0f, 1}));
    CHECK(values_of(png(2, 1, 4, tests::kGray, "\x3f")) == gray({51 / 255.0f, 1}));
  }

  TEST_CASE("a PNG's transparent color is white, in every kind") {
    const auto trns = [](const std::string& data) { return png_chunk("tRNS" + data); };
    const std::string key("\0\x33", 2);
    CHECK(values_of(png(2, 1, 8, tests::kGray, "\x33\x66", trns(key))) == gray({1, 0.4f}));
    CHECK(values_of(png(2, 1, 8, tests::kRgb, "\x33\x33\x33\x66\x66\x66", trns(key + key + key))) ==
          gray({1, 0.4f}));
    const std::string palette =
        png_chunk("PLTE\x33\x33\x33\x66\x66\x66") + trns(std::string(1, '\0'));
    const std::string file = png(2, 1, 8, tests::kPalette, std::string("\0\1", 2), palette);
    CHECK(values_of(file) == gray({1, 0.4f}));
    CHECK(tests::decode(file).note == "alpha over white");
    const std::string deep = png(2, 1, 16, tests::kGray, "\x12\x34\x56\x78", trns("\x12\x34"));
    CHECK(values_of(deep) == gray({1, 0x5678 / 65535.0f}));
  }

  TEST_CASE("an interlaced PNG is the same picture") {
    // 2x2: Adam7 has pixel (0,0) in pass 1, (1,0) in pass 6 and row 1 in pass 7.
    const std::string kind("\x08\0\0\0\1", 5);
    CHECK(values_of(packed_png(2, 2, kind, std::string("\0\x33\0\x66\0\x99\xcc", 7))) ==
          gray({0.2f, 0.4f, 0.6f, 0.8f}));
  }

  TEST_CASE("damage to what does not make the pixels of a PNG does not matter") {
    const std::string samples = tests::ramp(12, 3);
    const std::vector<float> expected = values_of(png(4, 3, 8, tests::kRgb, samples));
    for (const std::string& chunk :
         {std::string("tEXtkey\0value", 13), std::string("zTXtkey\0\0rubbish", 16),
          std::string("iTXtkey\0\1\0\0\0rubbish", 19), std::string("gAMA\0\0\0\1"),
          std::string("iCCPname\0\0rubbish", 17), std::string("eXIfrubbish"),
          std::string("pHYs\1\1\1\1\1\1\1\1\1"), std::string("qqQqunknown")}) {
      CAPTURE(chunk.substr(0, 4));
      CHECK(values_of(png(4, 3, 8, tests::kRgb, samples, png_chunk(chunk))) == expected);
      CHECK(values_of(png(4, 3, 8, tests::kRgb, samples, damaged(png_chunk(chunk)))) == expected);
    }
    CHECK(values_of(png(4, 3, 8, tests::kRgb, samples) + "trailing bytes") == expected);
  }

  TEST_CASE("damage to what makes the pixels of a PNG is an error") {
    const std::string palette = damaged(png_chunk("PLTE\x33\x66\x99"));
    CHECK(decoding_error(png(1, 1, 8, tests::kPalette, std::string(1, '\0'), palette)) ==
          "the file is damaged (a checksum in it is wrong)");
    CHECK(decoding_error(png(1, 1, 8, tests::kPalette, std::string(1, '\0'))) != "");
    CHECK(decoding_error(png(4, 3, 8, tests::kRgb, "abc")) != "");
    CHECK(decoding_error(png(1, 1, 8, tests::kRgb, "abc", png_chunk("UNKNown"))) != "");
    const std::string note = tests::decode(png(1, 1, 8, tests::kGray, "\x33",
                                               damaged(png_chunk(std::string("tRNS\0\x33", 6)))))
                                 .note;
    CHECK(note == "a damaged transparency chunk (tRNS) ignored, gray to RGB");
  }

  TEST_CASE("a PNG as iOS packs it is refused by its name") {
    const std::string file = "\x89PNG\r\n\x1a\n" + png_chunk("CgBI\x50\1\2\3");
    CHECK(decoding_error(file).starts_with("an iOS PNG (CgBI"));
  }

  TEST_CASE("a small PNG cannot ask for more than it can hold") {
    const std::string rgb("\x08\2\0\0\0", 5);
    CHECK(decoding_error(packed_png(16000, 16000, rgb, "\0")).find("cannot hold") !=
          std::string::npos);
    CHECK(decoding_error(packed_png(40000, 40000, rgb, "\0")) ==
          "too large (40000x40000, the limit is 256 megapixels)");
    // Chunks that unpack to 100 MB beside one pixel.
    const std::string bomb = deflated(std::string(100'000'000, 'x'));
    const std::string pixel("\0\x33\x33\x33", 4);
    for (const std::string& name : {std::string("zTXtkey\0\0", 9), std::string("iCCPkey\0\0", 9),
                                    std::string("iTXtkey\0\1\0\0\0", 12)})
      CHECK(values_of(packed_png(1, 1, rgb, pixel, png_chunk(name + bomb))) == gray({0.2f}));
  }
}
