#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "odin/native/pictures/formats.h"

namespace odin::native {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::size_t at;
  std::string_view bytes;
  const char* what;
};

constexpr std::array kPictures = {
    Magic{0, "GIF87a"sv, "a GIF file"},
    Magic{0, "GIF89a"sv, "a GIF file"},
    Magic{0, "II*\0"sv, "a TIFF file, or a camera's raw file"},
    Magic{0, "MM\0*"sv, "a TIFF file, or a camera's raw file"},
    Magic{0, "II+\0"sv, "a BigTIFF file"},
    Magic{0, "MM\0+"sv, "a BigTIFF file"},
    Magic{0, "IIU\0"sv, "a camera's raw file"},
    Magic{0, "IIRO"sv, "a camera's raw file"},
    Magic{0, "FUJIFILMCCD-RAW"sv, "a camera's raw file"},
    Magic{0, "\0\0\0\x0cjP  \r\n\x87\n"sv, "a JPEG 2000 file"},
    Magic{0, "\xff\x4f\xff\x51"sv, "a JPEG 2000 file"},
    Magic{0, "\0\0\0\x0cJXL \r\n\x87\n"sv, "a JPEG XL file"},
    Magic{0, "\xff\x0a"sv, "a JPEG XL file"},
    Magic{0, "II\xbc\1"sv, "a JPEG XR file"},
    Magic{4, "ftypheic"sv, "a HEIC file"},
    Magic{4, "ftypheix"sv, "a HEIC file"},
    Magic{4, "ftypheim"sv, "a HEIC file"},
    Magic{4, "ftypheis"sv, "a HEIC file"},
    Magic{4, "ftyphevc"sv, "a HEIC file"},
    Magic{4, "ftyphevx"sv, "a HEIC file"},
    Magic{4, "ftypavif"sv, "an AVIF file"},
    Magic{4, "ftypavis"sv, "an AVIF file"},
    Magic{4, "ftypmif1"sv, "a HEIF file (HEIC or AVIF)"},
    Magic{4, "ftypmsf1"sv, "a HEIF file (HEIC or AVIF)"},
    Magic{4, "ftypcrx "sv, "a camera's raw file"},
    Magic{0, "8BPS"sv, "a Photoshop file"},
    Magic{0, "gimp xcf"sv, "a GIMP file"},
    Magic{0, "\0\0\1\0"sv, "an ICO file"},
    Magic{0, "\0\0\2\0"sv, "a CUR file"},
    Magic{0, "\x8aMNG"sv, "an MNG file"},
    Magic{0, "\x8bJNG"sv, "a JNG file"},
    Magic{0, "\x76\x2f\x31\x01"sv, "an OpenEXR file"},
    Magic{0, "#?RADIANCE"sv, "a Radiance HDR file"},
    Magic{0, "DDS "sv, "a DDS file"},
    Magic{0, "qoif"sv, "a QOI file"},
    Magic{0, "BPG\xfb"sv, "a BPG file"},
    Magic{0, "FLIF"sv, "a FLIF file"},
    Magic{0, "farbfeld"sv, "a farbfeld file"},
    Magic{0, "AT&TFORM"sv, "a DjVu file"},
    Magic{0, "SIMPLE  ="sv, "a FITS file"},
    Magic{128, "DICM"sv, "a DICOM file"},
};

constexpr std::array kOthers = {
    Magic{4, "ftyp"sv, "a video, or another file of the MP4 family"},
    Magic{0, "%PDF"sv, "a PDF file"},
    Magic{0, "%!PS"sv, "a PostScript file"},
    Magic{0, "PK\3\4"sv, "a zip archive"},
    Magic{0, "PK\5\6"sv, "an empty zip archive"},
    Magic{0, "\x1f\x8b"sv, "a gzip archive"},
    Magic{0, "BZh"sv, "a bzip2 archive"},
    Magic{0,
          "\xfd"
          "7zXZ\0"sv,
          "an xz archive"},
    Magic{0, "\x28\xb5\x2f\xfd"sv, "a zstd archive"},
    Magic{0, "7z\xbc\xaf\x27\x1c"sv, "a 7z archive"},
    Magic{0, "Rar!\x1a"sv, "a rar archive"},
    Magic{257, "ustar"sv, "a tar archive"},
    Magic{0, "\x93NUMPY"sv, "a NumPy file"},
    Magic{0, "\x89HDF\r\n"sv, "an HDF5 file"},
    Magic{0, "\x1a\x45\xdf\xa3"sv, "a Matroska or WebM video"},
    Magic{8, "AVI "sv, "an AVI video"},
    Magic{8, "WAVE"sv, "a WAV file"},
    Magic{0, "version https://git-lfs"sv,
          "a Git LFS pointer, which stands for a file that was not fetched (git lfs pull)"},
};

bool has_magic(Bytes file, const Magic& magic) {
  return file.size() >= magic.at + magic.bytes.size() &&
         std::memcmp(file.data() + magic.at, magic.bytes.data(), magic.bytes.size()) == 0;
}

/// The beginning of a text file in lower case, without a byte order mark and leading space.
std::string beginning_of_text(Bytes file) {
  constexpr std::size_t kMost = 1024;
  std::string text;
  for (const std::byte byte : file.first(std::min(file.size(), kMost))) {
    char c = static_cast<char>(byte);
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 'a' - 'A');
    text += c;
  }
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  text.erase(0, std::min(text.size(), text.find_first_not_of(" \t\r\n")));
  return text;
}

/// P1 to P7, then white space: the family of PBM, PGM, PPM and PAM.
bool is_netpbm(Bytes file) {
  const auto at = [&](std::size_t i) { return static_cast<char>(file[i]); };
  return file.size() > 2 && at(0) == 'P' && at(1) >= '1' && at(1) <= '7' &&
         std::strchr(" \t\r\n#", at(2)) != nullptr && at(2) != '\0';
}

}  // namespace

std::string foreign_format(Bytes file) {
  const std::string convert = "; odin reads PNG, JPEG, WebP and BMP: convert it";
  for (const Magic& magic : kPictures)
    if (has_magic(file, magic)) return magic.what + convert;
  for (const Magic& magic : kOthers)
    if (has_magic(file, magic)) return magic.what;
  if (is_netpbm(file)) return "a PNM file (PBM, PGM or PPM)" + convert;
  const std::string text = beginning_of_text(file);
  if (text.starts_with("<svg") || (text.starts_with("<?xml") && text.find("<svg") != text.npos))
    return "an SVG file" + convert;
  for (const char* html : {"<!doctype html", "<html", "<head", "<body"})
    if (text.starts_with(html)) return "a web page (HTML): a download went wrong";
  if (text.starts_with("<?xml")) return "an XML file";
  return "";
}

}  // namespace odin::native
