#include "odin/tests/native/pictures/picture_files.h"

#include <doctest/doctest.h>
#include <webp/encode.h>

#include <algorithm>
#include <cstdlib>

#include "odin/tensor/error.h"

namespace odin::tests {

std::string big_endian(std::uint32_t value, int size) {
  std::string bytes;
  for (int i = size; i-- > 0;) bytes += static_cast<char>(value >> 8 * i);
  return bytes;
}

std::string little_endian(std::uint32_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> 8 * i);
  return bytes;
}

std::string ramp(int pixels, int channels) {
  std::string samples;
  for (int i = 0; i < pixels * channels; ++i) samples += static_cast<char>(i * 5 % 256);
  return samples;
}

std::string png_chunk(const std::string& type_and_data) {
  std::uint32_t crc = ~0u;
  for (unsigned char byte : type_and_data) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1) * 0xEDB88320u;
  }
  return big_endian(static_cast<std::uint32_t>(type_and_data.size() - 4)) + type_and_data +
         big_endian(~crc);
}

std::string png(std::uint32_t width, std::uint32_t height, int bits, PngColors colors,
                const std::string& samples, const std::string& extra_chunks) {
  const std::size_t row_bytes = std::max<std::size_t>(samples.size() / std::max(height, 1u), 1);
  std::string rows;
  for (std::size_t at = 0; at < samples.size(); at += row_bytes)
    rows += std::string(1, '\0') + samples.substr(at, row_bytes);
  std::uint32_t a = 1, b = 0;  // Adler-32
  for (unsigned char byte : rows) a = (a + byte) % 65521, b = (b + a) % 65521;
  const auto size = static_cast<std::uint32_t>(rows.size());
  const std::string stored = "\x78\x01\x01" + little_endian(size, 2) + little_endian(~size, 2) +
                             rows + big_endian(b << 16 | a);
  return "\x89PNG\r\n\x1a\n" +
         png_chunk("IHDR" + big_endian(width) + big_endian(height) + static_cast<char>(bits) +
                   static_cast<char>(colors) + std::string(3, '\0')) +
         extra_chunks + png_chunk("IDAT" + stored) + png_chunk("IEND");
}

std::string bmp_file(const std::string& header, const std::string& palette,
                     const std::string& pixels) {
  const auto data_at = static_cast<std::uint32_t>(14 + header.size() + palette.size());
  return "BM" + little_endian(data_at + static_cast<std::uint32_t>(pixels.size()), 4) +
         little_endian(0, 4) + little_endian(data_at, 4) + header + palette + pixels;
}

std::string bmp_info(std::int32_t width, std::int32_t height, int bits, int compression,
                     int colors) {
  const auto word = [](std::int64_t value) {
    return little_endian(static_cast<std::uint32_t>(value), 4);
  };
  return word(40) + word(width) + word(height) + little_endian(1, 2) +
         little_endian(static_cast<std::uint32_t>(bits), 2) + word(compression) + word(0) +
         word(0) + word(0) + word(colors) + word(0);
}

std::string bmp(std::uint32_t width, std::uint32_t height, const std::string& rows) {
  return bmp_file(bmp_info(static_cast<std::int32_t>(width), static_cast<std::int32_t>(height), 24),
                  "", rows);
}

std::string jpeg(int width, int height, const std::string& samples, const JpegOptions& options) {
  jpeg_compress_struct encoder;
  jpeg_error_mgr errors;
  encoder.err = jpeg_std_error(&errors);
  jpeg_create_compress(&encoder);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&encoder, &bytes, &size);
  encoder.image_width = static_cast<JDIMENSION>(width);
  encoder.image_height = static_cast<JDIMENSION>(height);
  encoder.in_color_space = options.given;
  encoder.input_components = options.given == JCS_GRAYSCALE ? 1 : options.given == JCS_CMYK ? 4 : 3;
  jpeg_set_defaults(&encoder);
  jpeg_set_colorspace(&encoder, options.stored);
  encoder.write_JFIF_header = options.jfif ? TRUE : FALSE;
  encoder.write_Adobe_marker = options.adobe ? TRUE : FALSE;
  jpeg_set_quality(&encoder, options.quality, TRUE);
  if (options.progressive) jpeg_simple_progression(&encoder);
  encoder.arith_code = options.arithmetic ? TRUE : FALSE;
  encoder.restart_in_rows = options.restart_rows;
  jpeg_start_compress(&encoder, TRUE);
  const auto write = [&](int marker, const std::string& data) {
    if (!data.empty())
      jpeg_write_marker(&encoder, marker, reinterpret_cast<const JOCTET*>(data.data()),
                        static_cast<unsigned>(data.size()));
  };
  write(JPEG_APP0 + 1, options.exif);
  write(JPEG_APP0 + 2, options.icc);
  const std::size_t row_bytes =
      static_cast<std::size_t>(width) * static_cast<std::size_t>(encoder.input_components);
  while (encoder.next_scanline < encoder.image_height) {
    auto* row = reinterpret_cast<JSAMPLE*>(
        const_cast<char*>(samples.data() + encoder.next_scanline * row_bytes));
    jpeg_write_scanlines(&encoder, &row, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
  std::string file(reinterpret_cast<const char*>(bytes), size);
  std::free(bytes);
  return file;
}

std::string webp(int width, int height, int channels, const std::string& samples, bool lossless) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(samples.data());
  const int stride = width * channels;
  std::uint8_t* bytes = nullptr;
  const std::size_t size =
      channels == 4 ? (lossless ? WebPEncodeLosslessRGBA(data, width, height, stride, &bytes)
                                : WebPEncodeRGBA(data, width, height, stride, 90, &bytes))
                    : (lossless ? WebPEncodeLosslessRGB(data, width, height, stride, &bytes)
                                : WebPEncodeRGB(data, width, height, stride, 90, &bytes));
  std::string file(reinterpret_cast<const char*>(bytes), size);
  WebPFree(bytes);
  return file;
}

std::string with_exif(const std::string& webp, int width, int height, const std::string& exif) {
  constexpr char kHasExif = 8;
  const auto chunk = [](const std::string& name, const std::string& data) {
    return name + little_endian(static_cast<std::uint32_t>(data.size()), 4) + data +
           std::string(data.size() % 2, '\0');
  };
  const std::string chunks =
      "WEBP" +
      chunk("VP8X", std::string(1, kHasExif) + std::string(3, '\0') +
                        little_endian(static_cast<std::uint32_t>(width - 1), 3) +
                        little_endian(static_cast<std::uint32_t>(height - 1), 3)) +
      webp.substr(12) + chunk("EXIF", exif);
  return chunk("RIFF", chunks);
}

std::string exif_with(int orientation, bool big) {
  const auto number = [&](std::uint32_t value, int size) {
    return big ? big_endian(value, size) : little_endian(value, size);
  };
  return (big ? "MM" : "II") + number(42, 2) + number(8, 4) + number(2, 2) +
         // Width of the image first, then the orientation, a SHORT.
         number(0x100, 2) + number(3, 2) + number(1, 4) + number(7, 2) + number(0, 2) +
         number(0x112, 2) + number(3, 2) + number(1, 4) +
         number(static_cast<std::uint32_t>(orientation), 2) + number(0, 2) + number(0, 4);
}

native::Image decode(const std::string& file) {
  return native::decode_image(std::as_bytes(std::span(file)), "x");
}

std::string decoding_error(const std::string& file) {
  try {
    decode(file);
  } catch (const Error& error) {
    const std::string text = error.what();
    CHECK(text.rfind("image: 'x': ", 0) == 0);
    CHECK(text.find('\n') == std::string::npos);
    return text.substr(12);
  }
  return "";
}

std::vector<float> values_of(const std::string& file) {
  return decode(file).pixels.to_vector<float>();
}

}  // namespace odin::tests
