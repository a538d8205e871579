#include <algorithm>
#include <cmath>

#include "odin/native/pictures/image.h"
#include "odin/native/pictures/image_error.h"
#include "odin/nn/io/atomic_file.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wunused-function"
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace odin::native {

std::vector<std::byte> encode_png(const tensor::Tensor& pixels, const std::string& name) {
  const std::string prefix = image_error_prefix(name);
  require(pixels.defined() && pixels.rank() == 3 && pixels.dim(0) == 3 && pixels.numel() > 0,
          prefix, "expected pixels of shape [3,H,W], got ", pixels.shape());
  const std::int64_t height = pixels.dim(1), width = pixels.dim(2), size = height * width;
  require(size <= kMaxImagePixels, prefix, "too large (", width, "x", height, ")");
  const tensor::Tensor planes = pixels.contiguous();
  const float* in = planes.data<float>();
  std::vector<unsigned char> interleaved(static_cast<std::size_t>(3 * size));
  for (std::int64_t i = 0; i < size; ++i) {
    for (std::int64_t c = 0; c < 3; ++c) {
      const float value = in[c * size + i];
      require(!std::isnan(value), prefix, "a pixel is NaN");
      interleaved[static_cast<std::size_t>(3 * i + c)] =
          static_cast<unsigned char>(std::lround(std::clamp(value, 0.0f, 1.0f) * 255));
    }
  }

  std::vector<std::byte> file;
  const auto append = [](void* to, void* data, int bytes) {
    const auto* first = static_cast<const std::byte*>(data);
    auto& out = *static_cast<std::vector<std::byte>*>(to);
    out.insert(out.end(), first, first + bytes);
  };
  const int written =
      stbi_write_png_to_func(append, &file, static_cast<int>(width), static_cast<int>(height), 3,
                             interleaved.data(), static_cast<int>(3 * width));
  require(written != 0, prefix, "cannot be encoded as PNG");
  return file;
}

void save_png(const std::filesystem::path& path, const tensor::Tensor& pixels) {
  nn::write_file_atomically(path, encode_png(pixels, path.string()), "image");
}

}  // namespace odin::native
