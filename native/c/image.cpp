#include "odin/native/c/image.h"

#include <cstring>

#include "odin/native/c/guard.h"
#include "odin/native/pictures/image.h"

namespace odin::c {
namespace {

using tensor::Tensor;

/// The image's values by channel, row and column.
class Values {
 public:
  explicit Values(const odin_image& image)
      : bytes_(static_cast<const unsigned char*>(image.pixels)),
        is_float_(image.type == ODIN_F32),
        to_row_(image.row_bytes) {
    const std::int64_t each = is_float_ ? sizeof(float) : 1;
    const bool planes = image.layout == ODIN_CHW;
    to_column_ = each * (planes ? 1 : image.channels);
    to_channel_ = planes ? image.height * to_row_ : each;
  }

  float operator()(std::int64_t channel, std::int64_t row, std::int64_t column) const {
    const unsigned char* at = bytes_ + channel * to_channel_ + row * to_row_ + column * to_column_;
    if (!is_float_) return static_cast<float>(*at) / 255.0f;
    float value;
    std::memcpy(&value, at, sizeof value);  // rows of a caller may be at any address
    return value;
  }

 private:
  const unsigned char* bytes_;
  bool is_float_;
  std::int64_t to_row_, to_column_, to_channel_;
};

/// Throws for what is no image; afterwards row_bytes is set.
void check(const char* function, odin_image& image, std::int64_t network_channels) {
  require_given(function, "image.pixels", image.pixels);
  require(image.type == ODIN_U8 || image.type == ODIN_F32, function,
          ": expected ODIN_U8 or ODIN_F32 as image.type, got ", image.type);
  require(image.layout == ODIN_HWC || image.layout == ODIN_CHW, function,
          ": expected ODIN_HWC or ODIN_CHW as image.layout, got ", image.layout);
  const bool possible =
      (image.channels >= 1 && image.channels <= 4) || image.channels == network_channels;
  require(possible, function, ": expected an image of 1 to 4 channels or the network's ",
          network_channels, ", got ", image.channels);
  require(image.width >= 1 && image.height >= 1 &&
              image.height <= native::kMaxImagePixels / image.width,
          function, ": expected an image of 1 to ", native::kMaxImagePixels, " pixels, got ",
          image.width, "x", image.height);
  const std::int64_t each = image.type == ODIN_F32 ? sizeof(float) : 1;
  const std::int64_t row = each * image.width * (image.layout == ODIN_HWC ? image.channels : 1);
  constexpr std::int64_t kLongestRow = std::int64_t{1} << 40;
  if (image.row_bytes == 0) image.row_bytes = row;
  require(image.row_bytes >= row && image.row_bytes <= kLongestRow, function,
          ": expected image.row_bytes of ", row, " or more, or 0, got ", image.row_bytes);
}

}  // namespace

Tensor pixels_of(const char* function, const odin_image* given, std::size_t size,
                 std::int64_t network_channels) {
  require_given(function, "image", given);
  odin_image image = read_struct(function, "image", given, size);
  check(function, image, network_channels);
  const bool has_alpha = image.channels % 2 == 0 && image.channels != network_channels;
  const std::int64_t colors = has_alpha ? image.channels - 1 : image.channels;
  const Values values(image);
  Tensor pixels = Tensor::empty({colors, image.height, image.width});
  auto out = pixels.write<float>();
  float* to = out.data();
  for (std::int64_t c = 0; c < colors; ++c)
    for (std::int64_t y = 0; y < image.height; ++y)
      for (std::int64_t x = 0; x < image.width; ++x, ++to) {
        const float alpha = has_alpha ? values(colors, y, x) : 1;
        const float value = values(c, y, x);
        *to = alpha == 1 ? value : value * alpha + (1 - alpha);
      }
  return pixels;
}

}  // namespace odin::c
