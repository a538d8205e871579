#include <doctest/doctest.h>

#include "odin/tests/native/pictures/picture_files.h"

using namespace odin;
using namespace std::string_literals;
using tests::decoding_error;

TEST_SUITE("native") {
  TEST_CASE("files of other kinds are named") {
    const auto is_named = [](const std::string& file, const std::string& name) {
      CAPTURE(name);
      CHECK(decoding_error(file + std::string(300, 'x')).starts_with(name));
    };
    const std::string convert = "; odin reads PNG, JPEG, WebP and BMP: convert it";
    is_named("GIF89a", "a GIF file" + convert);
    is_named("II*\0"s, "a TIFF file");
    is_named("MM\0*"s, "a TIFF file");
    is_named("\0\0\0\x18"s + "ftypheic", "a HEIC file" + convert);
    is_named("\0\0\0\x18"s + "ftypavif", "an AVIF file" + convert);
    is_named("\0\0\0\x18"s + "ftypisom", "a video");
    is_named("\xff\x0a", "a JPEG XL file");
    is_named("\0\0\0\x0cjP  \r\n\x87\n"s, "a JPEG 2000 file");
    is_named("8BPS", "a Photoshop file");
    is_named("P6\n3 3\n", "a PNM file");
    is_named("<?xml version=\"1.0\"?>\n<svg xmlns=", "an SVG file");
    is_named("\n <!DOCTYPE HTML><html>", "a web page (HTML)");
    is_named("%PDF-1.7", "a PDF file");
    is_named("PK\3\4", "a zip archive");
    is_named("\x1f\x8b", "a gzip archive");
    is_named("version https://git-lfs.github.com/spec/v1", "a Git LFS pointer");
    is_named("\x89PNG\n\x1a\n", "a PNG file whose first bytes are damaged");
    is_named("plain text", "not an image that odin reads (expected PNG, JPEG, WebP or BMP)");
  }
}
