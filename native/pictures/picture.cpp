#include "odin/native/pictures/picture.h"

#include <array>
#include <cstdlib>
#include <limits>

#include "odin/tensor/error.h"

namespace odin::native {
namespace {

float to_float(std::uint8_t value) {
  static const auto table = [] {
    std::array<float, 256> values;
    for (std::size_t v = 0; v < 256; ++v) values[v] = static_cast<float>(v) / 255.0f;
    return values;
  }();
  return table[value];
}

float to_float(std::uint16_t value) { return static_cast<float>(value) / 65535.0f; }

template <class T>
bool is_transparent(const Samples& samples) {
  const T* values = reinterpret_cast<const T*>(samples.bytes.get());
  const std::int64_t count = samples.width * samples.height * samples.channels;
  for (std::int64_t i = samples.channels - 1; i < count; i += samples.channels)
    if (values[i] != std::numeric_limits<T>::max()) return true;
  return false;
}

}  // namespace

Samples::Samples(std::int64_t columns, std::int64_t rows, int per_pixel, int bytes_each)
    : width(columns),
      height(rows),
      channels(per_pixel),
      sample_bytes(bytes_each),
      bytes(std::make_unique_for_overwrite<std::byte[]>(static_cast<std::size_t>(rows) *
                                                        row_bytes())) {}

Picture::Picture(Samples samples, int orientation, std::vector<std::string> notes)
    : samples_(std::move(samples)),
      width_(samples_.width),
      height_(samples_.height),
      origin_(0),
      step_x_(1),
      step_y_(samples_.width),
      notes_(std::move(notes)) {
  std::erase(notes_, "");
  const std::int64_t w = samples_.width, h = samples_.height;
  const std::int64_t right = w - 1, bottom = (h - 1) * w;
  const auto arrange = [&](std::int64_t origin, std::int64_t step_x, std::int64_t step_y) {
    origin_ = origin, step_x_ = step_x, step_y_ = step_y;
  };
  switch (orientation) {
    case 1: break;
    case 2: arrange(right, -1, w); break;
    case 3: arrange(bottom + right, -1, -w); break;
    case 4: arrange(bottom, 1, -w); break;
    case 5: arrange(0, w, 1); break;
    case 6: arrange(bottom, -w, 1); break;
    case 7: arrange(bottom + right, -w, -1); break;
    case 8: arrange(right, w, -1); break;
    default: fail("image: unknown orientation ", orientation);
  }
  if (orientation > 4) std::swap(width_, height_);
  if (orientation > 1) notes_.push_back("turned by its EXIF orientation");
  if (samples_.channels % 2 == 0)
    alpha_note_ = (samples_.sample_bytes == 1 ? is_transparent<std::uint8_t>(samples_)
                                              : is_transparent<std::uint16_t>(samples_))
                      ? "alpha over white"
                      : "opaque alpha dropped";
}

std::vector<std::string> Picture::notes(std::int64_t channels) const {
  std::vector<std::string> all = notes_;
  const bool is_gray = samples_.channels < 3;
  if (is_gray && channels == 3) all.push_back("gray to RGB");
  if (!is_gray && channels == 1) all.push_back("RGB to gray");
  if (!alpha_note_.empty()) all.push_back(alpha_note_);
  return all;
}

std::string Picture::note(std::int64_t channels) const {
  std::string text;
  for (const std::string& note : notes(channels)) text += (text.empty() ? "" : ", ") + note;
  return text;
}

template <class T>
void Picture::read_as(std::int64_t x, std::int64_t y, std::int64_t width, std::int64_t height,
                      float* to) const {
  const T* samples = reinterpret_cast<const T*>(samples_.bytes.get());
  const int channels = samples_.channels, green = channels < 3 ? 0 : 1;
  const bool has_alpha = channels % 2 == 0;
  const std::int64_t plane = width * height;
  const auto copy = [&](std::int64_t column, std::int64_t row) {
    const T* pixel = samples + (origin_ + (x + column) * step_x_ + (y + row) * step_y_) * channels;
    float* out = to + row * width + column;
    if (has_alpha && pixel[channels - 1] != std::numeric_limits<T>::max()) {
      const float alpha = to_float(pixel[channels - 1]);
      for (int c = 0; c < 3; ++c) out[c * plane] = to_float(pixel[c * green]) * alpha + (1 - alpha);
    } else {
      for (int c = 0; c < 3; ++c) out[c * plane] = to_float(pixel[c * green]);
    }
  };
  // In the order of the samples in memory.
  if (std::abs(step_x_) == 1) {
    for (std::int64_t row = 0; row < height; ++row)
      for (std::int64_t column = 0; column < width; ++column) copy(column, row);
  } else {
    for (std::int64_t column = 0; column < width; ++column)
      for (std::int64_t row = 0; row < height; ++row) copy(column, row);
  }
}

void Picture::read(std::int64_t x, std::int64_t y, std::int64_t width, std::int64_t height,
                   float* to) const {
  require(
      x >= 0 && y >= 0 && width >= 0 && height >= 0 && x + width <= width_ && y + height <= height_,
      "image: ", width, "x", height, " pixels at (", x, ",", y, ") are not inside ", width_, "x",
      height_);
  samples_.sample_bytes == 1 ? read_as<std::uint8_t>(x, y, width, height, to)
                             : read_as<std::uint16_t>(x, y, width, height, to);
}

tensor::Tensor Picture::pixels() const {
  tensor::Tensor all = tensor::Tensor::empty({3, height_, width_});
  auto elements = all.write<float>();
  read(0, 0, width_, height_, elements.data());
  return all;
}

ImageRows Picture::rows(std::int64_t x, std::int64_t y, std::int64_t width,
                        std::int64_t height) const {
  return {3, height, width, [this, x, y, width](std::int64_t first, std::int64_t last, float* to) {
            read(x, y + first, width, last - first, to);
          }};
}

}  // namespace odin::native
