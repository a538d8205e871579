#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string_view>

#include "odin/native/pictures/image.h"
#include "odin/native/pictures/picture.h"
#include "odin/tests/fuzz/fuzz_target.h"

namespace {

using odin::tests::text_of;

/// Whether this is a BMP of many pixels: its run-length codes may leave most of them out, so that
/// few bytes take much time. Of these, one in 64 is enough.
bool is_skipped(std::span<const std::byte> input) {
  constexpr std::size_t kSize = 18, kMostPixels = 1 << 16;
  std::int32_t size[2] = {};
  if (input.size() < kSize + sizeof size || input[0] != std::byte{'B'}) return false;
  std::memcpy(size, input.data() + kSize, sizeof size);
  const std::int64_t width = size[0], height = size[1];
  return std::abs(width) * std::abs(height) > std::int64_t{kMostPixels} &&
         std::hash<std::string_view>()(text_of(input)) % 64 != 0;
}

}  // namespace

void odin::tests::fuzz(std::span<const std::byte> input) {
  if (is_skipped(input)) return;
  ends_well([&] {
    const native::Picture picture = native::decode_picture(input, "x");
    must(picture.width() > 0 && picture.height() > 0, "a picture without pixels");
    must(!native::has_control_characters(picture.note()), "control characters in a note");
    if (picture.width() * picture.height() > 1 << 12) return;  // they only take time

    const tensor::Tensor pixels = picture.pixels();
    for (const float value : pixels.to_vector<float>())
      must(value >= 0 && value <= 1, "a pixel of ", value);
    const native::Image again = native::decode_image(native::encode_png(pixels, "x"), "x");
    must(again.pixels.shape() == pixels.shape(), "another size after encoding");
  });
}
