#include <doctest/doctest.h>

#include <vector>

#include "odin/tests/native/pictures/picture_files.h"

using namespace odin;
using tests::bmp_file;
using tests::bmp_info;
using tests::decoding_error;
using tests::little_endian;
using tests::values_of;

namespace {

// Blue, green, red, unused.
const std::string kBlackRedWhite("\0\0\0\0\0\0\xff\0\xff\xff\xff\0", 12);

/// Pixels of a palette of black (k), red (r) and white (w) as [3,H,W].
std::vector<float> colors(const std::string& letters) {
  std::vector<float> values;
  for (int c = 0; c < 3; ++c)
    for (const char letter : letters)
      values.push_back(letter == 'w' || (letter == 'r' && c == 0) ? 1.0f : 0.0f);
  return values;
}

std::string words(std::initializer_list<std::uint32_t> values) {
  std::string bytes;
  for (const std::uint32_t value : values) bytes += little_endian(value, 4);
  return bytes;
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("BMPs of 1, 2, 4 and 8 bits look colors up, bottom row first") {
    const auto read = [](int bits, const std::string& rows) {
      return values_of(bmp_file(bmp_info(3, 2, bits, 0, bits == 1 ? 2 : 3),
                                kBlackRedWhite.substr(0, bits == 1 ? 8 : 12), rows));
    };
    CHECK(read(1, std::string("\x40\0\0\0\xa0\0\0\0", 8)) == colors("rkrkrk"));
    CHECK(read(2, std::string("\x18\0\0\0\x90\0\0\0", 8)) == colors("wrkkrw"));
    CHECK(read(4, std::string("\x01\x20\0\0\x21\0\0\0", 8)) == colors("wrkkrw"));
    CHECK(read(8, std::string("\0\1\2\0\2\1\0\0", 8)) == colors("wrkkrw"));
    CHECK(values_of(bmp_file(bmp_info(3, -2, 8, 0, 3), kBlackRedWhite,
                             std::string("\0\1\2\0\2\1\0\0", 8))) == colors("krwwrk"));
  }

  TEST_CASE("a BMP's colors may be fewer than its pixels name: those are black") {
    CHECK(values_of(bmp_file(bmp_info(2, 1, 8, 0, 2), kBlackRedWhite.substr(0, 8),
                             std::string("\1\xff\0\0", 4))) == colors("rk"));
  }

  TEST_CASE("BMPs of OS/2 1 have short headers and colors of three bytes") {
    const std::string core = little_endian(12, 4) + little_endian(2, 2) + little_endian(1, 2) +
                             little_endian(1, 2) + little_endian(8, 2);
    const std::string palette = std::string(3, '\0') + std::string("\0\0\xff", 3) + "\xff\xff\xff";
    CHECK(values_of(bmp_file(core, palette, std::string("\1\2\0\0", 4))) == colors("rw"));
  }

  TEST_CASE("BMPs of 16 and 32 bits follow their masks") {
    // 5 bits each, without masks: 31 of 31 is 1, 3 of 31 rounds to 25 of 255.
    const auto five = values_of(bmp_file(bmp_info(1, 1, 16), "", std::string("\x03\x7c\0\0", 4)));
    CHECK(five == std::vector<float>{1, 0, 25 / 255.0f});
    const auto six = values_of(bmp_file(bmp_info(1, 1, 16, 3), words({0xf800, 0x7e0, 0x1f}),
                                        std::string("\xe0\x07\0\0", 4)));
    CHECK(six == std::vector<float>{0, 1, 0});
    const auto swapped = values_of(
        bmp_file(bmp_info(1, 1, 32, 3), words({0xff, 0xff00, 0xff0000}), "\x33\x66\x99\xff"));
    CHECK(swapped == std::vector<float>{0.2f, 0.4f, 0.6f});
    // The fourth byte means nothing without a mask.
    const native::Image plain =
        tests::decode(bmp_file(bmp_info(1, 1, 32), "", std::string("\x99\x66\x33\0", 4)));
    CHECK(plain.pixels.to_vector<float>() == std::vector<float>{0.2f, 0.4f, 0.6f});
    CHECK(plain.note == "");
    CHECK(decoding_error(bmp_file(bmp_info(1, 1, 32, 3), words({0xf0f, 0, 0}), "1234")) != "");
  }

  TEST_CASE("a BMP's alpha counts where there is a mask, unless it is 0 everywhere") {
    const auto masked = [](const std::string& pixels) {
      const std::string info = bmp_info(2, 1, 32, 3).replace(0, 4, little_endian(56, 4));
      return tests::decode(
          bmp_file(info + words({0xff0000, 0xff00, 0xff, 0xff000000}), "", pixels));
    };
    const native::Image image = masked(std::string("\0\0\0\xff\0\0\0\0", 8));
    CHECK(image.pixels.to_vector<float>() == colors("kw"));
    CHECK(image.note == "alpha over white");
    CHECK(masked(std::string(8, '\0')).pixels.to_vector<float>() == colors("kk"));
  }

  TEST_CASE("run-length BMPs are read: runs, literal pixels, ends of rows, steps") {
    const auto rle8 = [](const std::string& code) {
      return bmp_file(bmp_info(4, 2, 8, 1, 3), kBlackRedWhite, code);
    };
    using namespace std::string_literals;
    CHECK(values_of(rle8("\4\1\0\0\0\4\2\1\0\1\0\1"s)) == colors("wrkrrrrr"));
    CHECK(values_of(rle8("\4\1\0\0\0\3\2\1\0\0\1\1\0\1"s)) == colors("wrkrrrrr"));  // padded
    CHECK(values_of(rle8("\x09\1\0\0\4\0"s)) == colors("kkkkrrrr"));  // too long, and no end mark
    CHECK(values_of(rle8("\1\1\0\2\2\1\1\1\0\1"s)) == colors("wwwrrwww"));  // skipped: white
    CHECK(values_of(rle8("\0\1"s)) == colors("wwwwwwww"));
    const auto rle4 = [](const std::string& code) {
      return bmp_file(bmp_info(5, 1, 4, 2, 3), kBlackRedWhite, code);
    };
    CHECK(values_of(rle4("\5\x12\0\1"s)) == colors("rwrwr"));
    CHECK(values_of(rle4("\0\5\x12\x01\x20\0\0\1"s)) == colors("rwkrw"));
    for (const std::string& code : {""s, "\4"s, "\4\1\0\0"s, "\0\4\1\1"s, "\0\2\1"s}) {
      CAPTURE(code.size());
      CHECK(decoding_error(rle8(code)) == "the file is truncated (the end of the BMP is missing)");
    }
  }

  TEST_CASE("BMPs that odin does not read are refused by name") {
    CHECK(decoding_error(bmp_file(bmp_info(1, 1, 0, 4), "", "1234")) ==
          "a BMP with a JPEG in it, which odin does not read: convert it");
    CHECK(decoding_error(bmp_file(bmp_info(1, 1, 0, 5), "", "1234")) ==
          "a BMP with a PNG in it, which odin does not read: convert it");
    CHECK(decoding_error(bmp_file(bmp_info(1, 1, 7), "", "1234")) ==
          "damaged or of an unsupported kind (a BMP of 7 bits a pixel, compression 0)");
    CHECK(decoding_error(bmp_file(bmp_info(0, 1, 24), "", "1234")) == "has no pixels (0x1)");
    CHECK(decoding_error(bmp_file(bmp_info(-5, 1, 24), "", "1234")) == "has no pixels (-5x1)");
    CHECK(decoding_error(bmp_file(bmp_info(40000, 40000, 8, 1), "", std::string("\0\1", 2)))
              .find("too large") == 0);
    CHECK(decoding_error(bmp_file(bmp_info(16000, 16000, 8, 1), "", std::string("\0\1", 2)))
              .find("damaged (") == 0);
  }
}
