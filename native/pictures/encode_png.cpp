#include <algorithm>
#include <cmath>

#include <png.h>

#include "odin/native/pictures/image.h"
#include "odin/native/pictures/image_error.h"
#include "odin/nn/io/atomic_file.h"

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

  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<std::byte> file(bytes);
  const int written = png_image_write_to_memory(&image, file.data(), &bytes, 0, interleaved.data(),
                                                static_cast<png_int_32>(3 * width), nullptr);
  require(written != 0, prefix, "cannot be encoded as PNG: ", nn::quote(image.message));
  file.resize(bytes);
  return file;
}

void save_png(const std::filesystem::path& path, const tensor::Tensor& pixels) {
  nn::write_file_atomically(path, encode_png(pixels, path.string()), "image");
}

}  // namespace odin::native
