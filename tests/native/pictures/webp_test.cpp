#include <doctest/doctest.h>

#include <vector>

#include "odin/tests/native/pictures/picture_files.h"

using namespace odin;
using tests::decoding_error;
using tests::values_of;
using tests::webp;

TEST_SUITE("native") {
  TEST_CASE("a lossless WebP gives its pixels exactly, a lossy one about") {
    const std::string samples = tests::ramp(20 * 17, 3);
    const std::vector<float> expected = values_of(tests::png(20, 17, 8, tests::kRgb, samples));
    CHECK(values_of(webp(20, 17, 3, samples, true)) == expected);
    std::string plain;
    for (int i = 0; i < 400; ++i) plain += "\x33\x99\xcc";
    const std::vector<float> lossy = values_of(webp(20, 20, 3, plain, false));
    CHECK(lossy[0] == doctest::Approx(0.2).epsilon(0.05));
    CHECK(lossy[2 * 400] == doctest::Approx(0.8).epsilon(0.05));
    CHECK(values_of(webp(1, 1, 3, "\x33\x66\x99", true)) == std::vector<float>{0.2f, 0.4f, 0.6f});
  }

  TEST_CASE("a transparent WebP lies over white") {
    const std::string samples = {'\x33', '\x66', '\0', '\xff', '\x33', '\x66', '\0', '\0'};
    const native::Image image = tests::decode(webp(2, 1, 4, samples, true));
    CHECK(image.note == "alpha over white");
    CHECK(image.pixels.to_vector<float>() == std::vector<float>{0.2f, 1, 0.4f, 1, 0, 1});
  }

  TEST_CASE("a truncated WebP is an error at every length, bytes behind it are none") {
    const std::string samples = tests::ramp(16 * 16, 3);
    for (const bool lossless : {false, true}) {
      const std::string file = webp(16, 16, 3, samples, lossless);
      for (std::size_t size = 0; size < file.size(); ++size) {
        CAPTURE(size);
        CHECK(decoding_error(file.substr(0, size)) != "");
      }
      CHECK(values_of(file + "more") == values_of(file));
    }
  }

  TEST_CASE("a large WebP of one color is read, however few its bytes are") {
    constexpr int kSide = 2200;
    const std::string file =
        webp(kSide, kSide, 3, std::string(std::size_t{3} * kSide * kSide, '\x33'), true);
    CHECK(file.size() < 500);
    const std::vector<float> values = values_of(file);
    CHECK(values.size() == std::size_t{3} * kSide * kSide);
    CHECK(values.back() == 0.2f);
  }

  TEST_CASE("an animated WebP, and one too small for its size, are refused") {
    std::string animated = "WEBPVP8X" + tests::little_endian(10, 4) + "\x02" +
                           std::string(9, '\0') + "ANIM" + tests::little_endian(6, 4) +
                           std::string(6, '\0');
    animated =
        "RIFF" + tests::little_endian(static_cast<std::uint32_t>(animated.size()), 4) + animated;
    CHECK(decoding_error(animated) ==
          "an animated WebP; odin reads still pictures: save one frame of it");
    // A lossless WebP of 16000x16000: 14 bits each for width - 1 and height - 1.
    const std::string bits = "\x2f" + tests::little_endian(15999u | 15999u << 14, 4);
    const std::string lossless =
        "WEBPVP8L" + tests::little_endian(100, 4) + bits + std::string(95, '\0');
    const auto size = static_cast<std::uint32_t>(lossless.size());
    CHECK(decoding_error("RIFF" + tests::little_endian(size, 4) + lossless) ==
          "damaged (120 bytes cannot hold a picture of 16000x16000)");
  }
}
