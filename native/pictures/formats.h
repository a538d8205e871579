#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "odin/native/pictures/picture.h"

namespace odin::native {

// The decoders, one for each format, and what they have in common. `prefix` begins every error
// message. All are thread-safe.

using Bytes = std::span<const std::byte>;

Picture decode_jpeg(Bytes file, const std::string& prefix);
Picture decode_png(Bytes file, const std::string& prefix);
Picture decode_webp(Bytes file, const std::string& prefix);
Picture decode_bmp(Bytes file, const std::string& prefix);

/// Throws unless a decoder may allocate and compute what a picture of this size needs: at most
/// kMaxImagePixels (image.h), and so few for a file of this size that it can hold them.
void check_picture_size(std::int64_t width, std::int64_t height, std::size_t file_bytes,
                        const std::string& prefix);

/// Above this size, which phones do not reach yet, decoders may reduce what they give where more
/// would not fit into twice the memory of its 8-bit RGB pixels.
inline constexpr std::int64_t kFullDetailPixels = std::int64_t{64} << 20;

/// What kind of file this is, for the many that odin does not read, with advice: "a GIF file; odin
/// reads PNG, JPEG, WebP and BMP: convert it", "a PDF file". Empty if it is not known.
std::string foreign_format(Bytes file);

/// The orientation, 1 to 8, in EXIF data: a TIFF structure, which "Exif" and two zero bytes may
/// precede. 1, upright, if there is none.
int exif_orientation(Bytes exif);

/// "color profile 'Display P3' ignored"; empty for an ICC profile named sRGB, and for none.
std::string color_profile_note(Bytes icc);

}  // namespace odin::native
