#include <doctest/doctest.h>

#include <array>

#include "odin/native/pictures/formats.h"
#include "odin/native/pictures/picture.h"
#include "odin/tests/native/pictures/picture_files.h"

using namespace odin;
using tensor::Tensor;

namespace {

/// Upright pixel (x, y) of an image of w x h samples with this orientation: its column and row in
/// the file, by the table of the EXIF standard (where row 0 and column 0 of the file lie).
std::array<int, 2> place_in_file(int orientation, int w, int h, int x, int y) {
  switch (orientation) {
    case 1: return {x, y};                  // top, left
    case 2: return {w - 1 - x, y};          // top, right
    case 3: return {w - 1 - x, h - 1 - y};  // bottom, right
    case 4: return {x, h - 1 - y};          // bottom, left
    case 5: return {y, x};                  // left, top
    case 6: return {y, h - 1 - x};          // right, top
    case 7: return {w - 1 - y, h - 1 - x};  // right, bottom
    default: return {w - 1 - y, x};         // left, bottom
  }
}

/// `turned` is `stored`, [3,h,w], as the orientation says.
void check_turned(const Tensor& stored, const Tensor& turned, int orientation) {
  CAPTURE(orientation);
  const int h = static_cast<int>(stored.dim(1)), w = static_cast<int>(stored.dim(2));
  REQUIRE(turned.dim(1) == (orientation > 4 ? w : h));
  REQUIRE(turned.dim(2) == (orientation > 4 ? h : w));
  const auto from = stored.to_vector<float>(), to = turned.to_vector<float>();
  const int width = static_cast<int>(turned.dim(2)), plane = w * h;
  bool equal = true;
  for (int i = 0; i < plane; ++i) {
    const auto [column, row] = place_in_file(orientation, w, h, i % width, i / width);
    for (int c = 0; c < 3; ++c)
      equal &= to[static_cast<std::size_t>(c * plane + i)] ==
               from[static_cast<std::size_t>(c * plane + row * w + column)];
  }
  CHECK(equal);
}

const char* const kTurned = "turned by its EXIF orientation";

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("every EXIF orientation is applied, in JPEG, PNG and WebP") {
    constexpr int kWidth = 21, kHeight = 13;
    const std::string samples = tests::ramp(kWidth * kHeight, 3);
    const std::string webp = tests::webp(kWidth, kHeight, 3, samples, true);
    const Tensor jpeg = tests::decode(tests::jpeg(kWidth, kHeight, samples)).pixels;
    const Tensor exact = tests::decode(webp).pixels;
    for (int orientation = 1; orientation <= 8; ++orientation) {
      const bool big_endian = orientation % 2 == 0;
      const std::string exif = tests::exif_with(orientation, big_endian);
      const std::string segment = std::string("Exif\0\0", 6) + exif;
      for (const native::Image& image :
           {tests::decode(tests::png(kWidth, kHeight, 8, tests::kRgb, samples,
                                     tests::png_chunk("eXIf" + exif))),
            tests::decode(tests::with_exif(webp, kWidth, kHeight, exif)),
            tests::decode(tests::with_exif(webp, kWidth, kHeight, segment))}) {
        check_turned(exact, image.pixels, orientation);
        CHECK(image.note == (orientation == 1 ? "" : kTurned));
      }
      const native::Image photo =
          tests::decode(tests::jpeg(kWidth, kHeight, samples, {.exif = segment}));
      check_turned(jpeg, photo.pixels, orientation);
      CHECK(photo.note == (orientation == 1 ? "" : kTurned));
    }
  }

  TEST_CASE("a turned picture gives the same rectangles as its pixels") {
    const std::string samples = tests::ramp(30 * 20, 3);
    const std::string file =
        tests::png(30, 20, 8, tests::kRgb, samples, tests::png_chunk("eXIf" + tests::exif_with(6)));
    const native::Picture picture = native::decode_picture(std::as_bytes(std::span(file)), "x");
    REQUIRE(picture.width() == 20);
    const Tensor part = crop(picture.pixels(), 3, 5, 8, 11);
    std::vector<float> read(3 * 8 * 11);
    picture.read(3, 5, 8, 11, read.data());
    CHECK(read == part.to_vector<float>());
    CHECK(resize_triangle_by_rows(picture.rows(3, 5, 8, 11), 4, 5).to_vector<float>() ==
          resize_triangle(part, 4, 5).to_vector<float>());
    CHECK_THROWS_AS(picture.read(15, 0, 6, 1, read.data()), Error);
    CHECK_THROWS_AS(picture.read(0, -1, 1, 1, read.data()), Error);
  }

  TEST_CASE("EXIF data that say nothing legal about the orientation leave it upright") {
    const auto orientation = [](const std::string& exif) {
      return native::exif_orientation(std::as_bytes(std::span(exif)));
    };
    const std::string six = tests::exif_with(6);
    CHECK(orientation(six) == 6);
    CHECK(orientation("") == 1);
    CHECK(orientation("Exif") == 1);
    CHECK(orientation(std::string("Exif\0", 5)) == 1);
    CHECK(orientation(tests::exif_with(0)) == 1);
    CHECK(orientation(tests::exif_with(9)) == 1);
    for (std::size_t size = 0; size < six.size() - 8; ++size) {
      CAPTURE(size);
      CHECK(orientation(six.substr(0, size)) == 1);
    }
    std::string far = six;  // the directory lies behind the end
    far.replace(4, 4, "\xff\xff\xff\xff");
    CHECK(orientation(far) == 1);
    std::string bytes = six;  // the orientation is no SHORT
    bytes[bytes.size() - 14] = 1;
    CHECK(orientation(bytes) == 1);
  }
}
