#pragma once

// Each of these needs what comes before it.
// clang-format off
#include <cstdio>
#include <jpeglib.h>
// clang-format on

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "odin/native/pictures/image.h"

// Files of pictures, made by hand or by the libraries' encoders, also those that odin never writes.

namespace odin::tests {

std::string big_endian(std::uint32_t value, int size = 4);
std::string little_endian(std::uint32_t value, int size);

/// `pixels` * `channels` samples that contain all 8-bit values, if they are many.
std::string ramp(int pixels, int channels);

/// A PNG chunk with its length and checksum.
std::string png_chunk(const std::string& type_and_data);

enum PngColors { kGray = 0, kRgb = 2, kPalette = 3, kGrayAlpha = 4, kRgba = 6 };

/// A PNG with uncompressed rows of `samples`, top to bottom. Their size may be wrong for the image.
std::string png(std::uint32_t width, std::uint32_t height, int bits, PngColors colors,
                const std::string& samples, const std::string& extra_chunks = "");

/// A BMP of these bytes behind the header of the file; `data` is the pixels' place in them.
std::string bmp_file(const std::string& header, const std::string& palette,
                     const std::string& pixels);
/// A BITMAPINFOHEADER.
std::string bmp_info(std::int32_t width, std::int32_t height, int bits, int compression = 0,
                     int colors = 0);
/// A BMP of 24 bits a pixel.
std::string bmp(std::uint32_t width, std::uint32_t height, const std::string& rows);

struct JpegOptions {
  int quality = 90;
  J_COLOR_SPACE given = JCS_RGB;  ///< of the samples
  J_COLOR_SPACE stored = JCS_YCbCr;
  bool jfif = true, adobe = false;  ///< which markers are written
  bool progressive = false, arithmetic = false;
  int restart_rows = 0;             ///< rows of blocks between restart markers
  std::string exif = {}, icc = {};  ///< contents of APP1 and APP2
};

/// A JPEG of these samples, interleaved.
std::string jpeg(int width, int height, const std::string& samples,
                 const JpegOptions& options = {});

/// A WebP of RGB or RGBA samples.
std::string webp(int width, int height, int channels, const std::string& samples, bool lossless);
/// The same in the extended format with an EXIF chunk.
std::string with_exif(const std::string& webp, int width, int height, const std::string& exif);

/// A TIFF structure with this orientation.
std::string exif_with(int orientation, bool big_endian_order = true);

native::Image decode(const std::string& file);
/// The message of decoding `file`, without its prefix, which must be one line; empty without error.
std::string decoding_error(const std::string& file);
std::vector<float> values_of(const std::string& file);

}  // namespace odin::tests
