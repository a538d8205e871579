#include <cstdlib>
#include <limits>
#include <memory>

#include "odin/native/pictures/image.h"
#include "odin/native/pictures/image_damage.h"
#include "odin/native/pictures/image_error.h"
#include "odin/nn/io/atomic_file.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-function"
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h>
#pragma GCC diagnostic pop

namespace odin::native {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t kMaxFileBytes = std::size_t{512} << 20;

void check_file_size(std::uintmax_t size, const std::string& error_prefix) {
  require(size <= kMaxFileBytes, error_prefix, "larger than ", kMaxFileBytes >> 20, " MiB");
}

/// `samples` are interleaved, `channels` (gray, gray and alpha, RGB, RGBA) a pixel.
template <class T>
Image to_image(const T* samples, int width, int height, int channels) {
  constexpr float kMax = std::numeric_limits<T>::max();
  const bool gray = channels < 3, has_alpha = channels % 2 == 0;
  const std::int64_t size = std::int64_t{width} * height;
  Image image;
  image.pixels = tensor::Tensor::empty({3, height, width});
  auto out_elements = image.pixels.write<float>();
  float* out = out_elements.data();
  bool transparent = false;
  for (std::int64_t i = 0; i < size; ++i) {
    const T* pixel = samples + i * channels;
    for (int c = 0; c < 3; ++c) {
      float value = static_cast<float>(pixel[gray ? 0 : c]) / kMax;
      if (has_alpha && pixel[channels - 1] != std::numeric_limits<T>::max()) {
        const float alpha = static_cast<float>(pixel[channels - 1]) / kMax;
        value = value * alpha + (1 - alpha);
        transparent = true;
      }
      out[c * size + i] = value;
    }
  }
  if (gray) image.note = "gray to RGB";
  if (has_alpha) {
    if (gray) image.note += ", ";
    image.note += transparent ? "alpha over white" : "opaque alpha dropped";
  }
  return image;
}

struct FreeSamples {
  void operator()(const void* samples) const { stbi_image_free(const_cast<void*>(samples)); }
};

}  // namespace

Image decode_image(Bytes file, const std::string& name) {
  const std::string prefix = image_error_prefix(name);
  require(!file.empty(), prefix, "the file is empty");
  check_file_size(file.size(), prefix);
  const std::string damage = find_damage(file, prefix);
  require(damage.empty(), prefix, damage);

  const auto* data = reinterpret_cast<const stbi_uc*>(file.data());
  const int bytes = static_cast<int>(file.size());
  int width = 0, signed_height = 0, channels = 0;
  require(stbi_info_from_memory(data, bytes, &width, &signed_height, &channels) != 0, prefix,
          "damaged, far too large or of an unsupported kind");
  const std::int64_t height = std::abs(std::int64_t{signed_height});  // BMP: below 0 is top down
  require(width > 0 && height > 0, prefix, "has no pixels (", width, "x", height, ")");
  require(height <= kMaxImagePixels / width, prefix, "too large (", width, "x", height,
          ", the limit is ", kMaxImagePixels >> 20, " megapixels)");

  const auto decode = [&](auto load) {
    int columns = 0, rows = 0;
    const auto* samples = load(data, bytes, &columns, &rows, &channels, 0);
    if (samples == nullptr)
      fail(prefix, "damaged or of an unsupported kind: ", nn::quote(stbi_failure_reason()));
    const std::unique_ptr<const void, FreeSamples> owner(samples);
    return to_image(samples, columns, rows, channels);
  };
  return stbi_is_16_bit_from_memory(data, bytes) ? decode(stbi_load_16_from_memory)
                                                 : decode(stbi_load_from_memory);
}

Image load_image(const std::filesystem::path& path) {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(path, unknown);
  if (!unknown) check_file_size(size, image_error_prefix(path.string()));
  return decode_image(nn::read_file(path, "image", kMaxFileBytes), path.string());
}

}  // namespace odin::native
