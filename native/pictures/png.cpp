#include <algorithm>
#include <bit>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

#include <png.h>

#include "odin/native/pictures/formats.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

// libpng reports errors through a function that must not return. Ours jumps back into guarded(),
// and nothing between there and here has a destructor.

namespace odin::native {
namespace {

class PngReader {
 public:
  PngReader(Bytes file, const std::string& prefix) : file_(file), prefix_(prefix) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    info_ = png_ ? png_create_info_struct(png_) : nullptr;
    if (!info_) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      fail(prefix_,
           "libpng cannot be used (another version than odin was built with, or no memory)");
    }
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  Picture read() {
    guarded([](PngReader& r) { r.read_header(); });
    check_header();
    guarded([](PngReader& r) { r.choose_samples(); });
    Samples samples(png_get_image_width(png_, info_), png_get_image_height(png_, info_),
                    png_get_channels(png_, info_), png_get_bit_depth(png_, info_) / 8);
    require(samples.row_bytes() == png_get_rowbytes(png_, info_), prefix_,
            "libpng gives samples of another size than it says");
    samples_ = &samples;
    guarded([](PngReader& r) { r.read_rows(); });
    guarded([](PngReader& r) { png_read_end(r.png_, r.info_); });
    return Picture(std::move(samples), orientation(), notes());
  }

 private:
  static void on_error(png_structp png, png_const_charp message) {
    auto& reader = *static_cast<PngReader*>(png_get_error_ptr(png));
    std::snprintf(reader.message_, sizeof reader.message_, "%s", message);
    std::longjmp(reader.jump_, 1);
  }

  static void on_warning(png_structp png, png_const_charp message) {
    if (std::strncmp(message, "tRNS", 4) == 0)
      static_cast<PngReader*>(png_get_error_ptr(png))->damaged_transparency_ = true;
  }

  static void read_bytes(png_structp png, png_bytep to, std::size_t count) {
    auto& reader = *static_cast<PngReader*>(png_get_io_ptr(png));
    if (reader.file_.size() - reader.at_ < count) {
      reader.truncated_ = true;
      png_error(png, "truncated");
    }
    std::memcpy(to, reader.file_.data() + reader.at_, count);
    reader.at_ += count;
  }

  /// Calls `step`, which calls libpng; throws what that reports.
  [[gnu::noinline]] void guarded(void (*step)(PngReader&)) {
    if (setjmp(jump_) == 0)
      step(*this);
    else if (truncated_)
      fail(prefix_, "the file is truncated (the end of the PNG is missing)");
    else if (std::strstr(message_, "CRC error"))
      fail(prefix_, "the file is damaged (a checksum in it is wrong)");
    else if (std::strstr(message_, "ut of memory") || std::strstr(message_, "nsufficient memory"))
      fail<ResourceError>(prefix_, "not enough memory");
    else
      fail(prefix_, "damaged or of an unsupported kind: ", nn::quote(message_));
  }

  void read_header() {
    png_set_read_fn(png_, this, read_bytes);
    // What does not make the pixels may be damaged, and is not kept: it may be large.
    png_set_crc_action(png_, PNG_CRC_ERROR_QUIT, PNG_CRC_WARN_DISCARD);
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, 0);
    static const png_byte kIgnored[] =
        "tEXt\0zTXt\0iTXt\0hIST\0sPLT\0pCAL\0sCAL\0oFFs\0pHYs\0tIME\0bKGD\0sBIT\0gAMA\0cHRM";
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, kIgnored, sizeof kIgnored / 5);
    png_set_chunk_malloc_max(png_, std::size_t{4} << 20);
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // check_header() has its own
    png_read_info(png_, info_);
  }

  void check_header() const {
    const std::int64_t width = png_get_image_width(png_, info_);
    const std::int64_t height = png_get_image_height(png_, info_);
    check_picture_size(width, height, file_.size(), prefix_);
    constexpr std::size_t kMostDeflated = 1032;  // bytes in one, by deflate's longest repetition
    const std::size_t row = png_get_rowbytes(png_, info_);
    require(row * static_cast<std::size_t>(height) / kMostDeflated <= file_.size(), prefix_,
            "damaged (", file_.size(), " bytes cannot hold a PNG of ", width, "x", height, ")");
  }

  /// 8 or 16 bits, and alpha in place of a transparent color.
  void choose_samples() {
    png_set_expand(png_);
    const std::int64_t pixels =
        std::int64_t{png_get_image_width(png_, info_)} * png_get_image_height(png_, info_);
    if (png_get_bit_depth(png_, info_) == 16) {
      reduced_ = pixels > kFullDetailPixels;
      if (reduced_) png_set_scale_16(png_);
      if (std::endian::native == std::endian::little) png_set_swap(png_);
    }
    passes_ = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
  }

  void read_rows() {
    for (int pass = 0; pass < passes_; ++pass)
      for (std::int64_t y = 0; y < samples_->height; ++y)
        png_read_row(png_, reinterpret_cast<png_bytep>(samples_->row(y)), nullptr);
  }

  int orientation() const {
    png_bytep exif = nullptr;
    png_uint_32 size = 0;
    if (png_get_eXIf_1(png_, info_, &size, &exif) == 0) return 1;
    return exif_orientation({reinterpret_cast<const std::byte*>(exif), size});
  }

  std::vector<std::string> notes() const {
    return {reduced_ ? "16 bits reduced to 8" : "",
            damaged_transparency_ ? "a damaged transparency chunk (tRNS) ignored" : "",
            profile_note()};
  }

  std::string profile_note() const {
    png_charp name = nullptr;
    int compression = 0;
    png_bytep profile = nullptr;
    png_uint_32 size = 0;
    if (png_get_iCCP(png_, info_, &name, &compression, &profile, &size) == 0) return "";
    return color_profile_note({reinterpret_cast<const std::byte*>(profile), size});
  }

  Bytes file_;
  const std::string& prefix_;
  std::size_t at_ = 0;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  Samples* samples_ = nullptr;
  int passes_ = 1;
  bool truncated_ = false, damaged_transparency_ = false, reduced_ = false;
  std::jmp_buf jump_;
  char message_[200] = {};
};

}  // namespace

Picture decode_png(Bytes file, const std::string& prefix) {
  constexpr std::size_t kFirstChunk = 12;  // behind the signature and the chunk's length
  require(file.size() < kFirstChunk + 4 || std::memcmp(file.data() + kFirstChunk, "CgBI", 4) != 0,
          prefix,
          "an iOS PNG (CgBI: channels in another order, colors multiplied by alpha), as Xcode "
          "packs it into apps; convert it, e.g. with pngcrush -revert-iphone-optimizations");
  return PngReader(file, prefix).read();
}

}  // namespace odin::native
