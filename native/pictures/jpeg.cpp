// Each of these needs what comes before it.
// clang-format off
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <map>
#include <string_view>
#include <vector>

#include "odin/native/pictures/formats.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

// libjpeg reports errors through functions that must not return. Ours jump back into guarded(), and
// nothing between there and here has a destructor.

namespace odin::native {
namespace {

struct ErrorManager : jpeg_error_mgr {
  std::jmp_buf jump;
  int code;
  char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void give_up(j_common_ptr decoder) {
  auto& errors = static_cast<ErrorManager&>(*decoder->err);
  errors.code = errors.msg_code;
  errors.format_message(decoder, errors.message);
  std::longjmp(errors.jump, 1);
}

/// libjpeg goes on after damage to the data, with wrong pixels; for us that is an error. What it
/// merely skips (bytes between segments or behind the data) is none.
void on_message(j_common_ptr decoder, int level) {
  if (level >= 0) return;
  switch (decoder->err->msg_code) {
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_JPEG_EOF: give_up(decoder);
    default: return;
  }
}

void print_nothing(j_common_ptr) {}

/// Limits the scans of progressive files, each of which goes over all pixels.
struct ScanLimit : jpeg_progress_mgr {
  int most;
};

void check_scans(j_common_ptr decoder) {
  const auto& limit = static_cast<const ScanLimit&>(*decoder->progress);
  const auto* reader = reinterpret_cast<const jpeg_decompress_struct*>(decoder);
  if (reader->input_scan_number <= limit.most) return;
  decoder->err->msg_code = JERR_BAD_PROGRESSION;
  give_up(decoder);
}

class JpegReader {
 public:
  JpegReader(Bytes file, const std::string& prefix) : file_(file), prefix_(prefix) {
    decoder_.err = jpeg_std_error(&errors_);
    errors_.error_exit = give_up;
    errors_.emit_message = on_message;
    errors_.output_message = print_nothing;
    guarded([](JpegReader& r) { jpeg_create_decompress(&r.decoder_); });
  }
  ~JpegReader() { jpeg_destroy_decompress(&decoder_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  Picture read() {
    guarded([](JpegReader& r) { r.read_header(); });
    check_header();
    choose_colors();
    limit_work();
    guarded([](JpegReader& r) { jpeg_start_decompress(&r.decoder_); });
    const bool cmyk = decoder_.out_color_space == JCS_CMYK;
    Samples samples(decoder_.output_width, decoder_.output_height,
                    decoder_.out_color_space == JCS_GRAYSCALE ? 1 : 3);
    std::vector<JSAMPLE> inks(cmyk ? std::size_t{4} * decoder_.output_width : 0);
    samples_ = &samples;
    inks_ = inks.data();
    guarded(cmyk ? [](JpegReader& r) { r.read_cmyk_rows(); }
                 : [](JpegReader& r) { r.read_rows(); });
    const int turned = orientation();  // the markers are gone after the end
    std::vector<std::string> conversions = notes();
    guarded([](JpegReader& r) { jpeg_finish_decompress(&r.decoder_); });
    return Picture(std::move(samples), turned, std::move(conversions));
  }

 private:
  /// Calls `step`, which calls libjpeg; throws what that reports.
  [[gnu::noinline]] void guarded(void (*step)(JpegReader&)) {
    if (setjmp(errors_.jump) == 0)
      step(*this);
    else
      fail_for(errors_.code);
  }

  [[noreturn]] void fail_for(int code) const {
    switch (code) {
      case JERR_OUT_OF_MEMORY: fail<ResourceError>(prefix_, "not enough memory");
      case JWRN_JPEG_EOF:
      case JERR_INPUT_EOF: fail(prefix_, "the file is truncated (the end of the JPEG is missing)");
      case JWRN_HIT_MARKER:
        fail(prefix_, "the file is truncated or damaged (data of the JPEG are missing)");
      case JERR_BAD_PROGRESSION:
        fail(prefix_, "damaged, or made to take long (a progressive JPEG of too many scans)");
      default: fail(prefix_, "damaged or of an unsupported kind: ", nn::quote(errors_.message));
    }
  }

  void read_header() {
    decoder_.progress = nullptr;
    jpeg_mem_src(&decoder_, const_cast<JSAMPLE*>(reinterpret_cast<const JSAMPLE*>(file_.data())),
                 file_.size());
    jpeg_save_markers(&decoder_, JPEG_APP0 + 1, 0xffff);
    jpeg_save_markers(&decoder_, JPEG_APP0 + 2, 0xffff);
    jpeg_read_header(&decoder_, TRUE);
    jpeg_calc_output_dimensions(&decoder_);
  }

  void check_header() const {
    check_picture_size(decoder_.image_width, decoder_.image_height, file_.size(), prefix_);
    if (decoder_.arith_code) return;
    // Huffman codes take a bit at least, and each block of 8x8 samples has one.
    std::size_t blocks = 0;
    for (int c = 0; c < decoder_.num_components; ++c)
      blocks += std::size_t{decoder_.comp_info[c].width_in_blocks} *
                decoder_.comp_info[c].height_in_blocks;
    require(blocks / 8 <= file_.size(), prefix_, "damaged (", file_.size(),
            " bytes cannot hold a JPEG of ", decoder_.image_width, "x", decoder_.image_height, ")");
  }

  void choose_colors() {
    switch (decoder_.jpeg_color_space) {
      case JCS_GRAYSCALE: decoder_.out_color_space = JCS_GRAYSCALE; return;
      case JCS_YCbCr:
      case JCS_RGB: decoder_.out_color_space = JCS_RGB; return;
      case JCS_CMYK:
      case JCS_YCCK: decoder_.out_color_space = JCS_CMYK; return;
      default:
        fail(prefix_, "a JPEG of ", decoder_.num_components,
             " color components, expected gray, RGB, YCbCr, CMYK or YCCK");
    }
  }

  void limit_work() {
    const std::int64_t pixels = std::int64_t{decoder_.image_width} * decoder_.image_height;
    constexpr std::int64_t kPixelsOfAllScans = 2'000'000'000;
    limit_.progress_monitor = check_scans;
    limit_.most = static_cast<int>(std::clamp<std::int64_t>(kPixelsOfAllScans / pixels, 16, 100));
    decoder_.progress = &limit_;
    // Of files with several scans libjpeg keeps the coefficients, of 2 bytes each.
    halved_ = pixels > kFullDetailPixels && jpeg_has_multiple_scans(&decoder_);
    decoder_.scale_num = 1;
    decoder_.scale_denom = halved_ ? 2 : 1;
  }

  void read_rows() {
    while (decoder_.output_scanline < decoder_.output_height) {
      auto* row = reinterpret_cast<JSAMPLE*>(samples_->row(decoder_.output_scanline));
      jpeg_read_scanlines(&decoder_, &row, 1);
    }
  }

  /// CMYK is stored inverted, as Adobe's programs do and all browsers expect.
  void read_cmyk_rows() {
    while (decoder_.output_scanline < decoder_.output_height) {
      auto* to = reinterpret_cast<JSAMPLE*>(samples_->row(decoder_.output_scanline));
      jpeg_read_scanlines(&decoder_, &inks_, 1);
      for (std::size_t x = 0; x < decoder_.output_width; ++x)
        for (std::size_t c = 0; c < 3; ++c)
          to[3 * x + c] = static_cast<JSAMPLE>(inks_[4 * x + c] * inks_[4 * x + 3] / 255);
    }
  }

  /// The segments APPn that begin with `identifier`.
  std::vector<Bytes> segments(int marker, std::string_view identifier) const {
    std::vector<Bytes> found;
    for (auto* saved = decoder_.marker_list; saved; saved = saved->next) {
      const Bytes data(reinterpret_cast<const std::byte*>(saved->data), saved->data_length);
      if (saved->marker == marker && data.size() >= identifier.size() &&
          std::memcmp(data.data(), identifier.data(), identifier.size()) == 0)
        found.push_back(data);
    }
    return found;
  }

  int orientation() const {
    const auto exif = segments(JPEG_APP0 + 1, std::string_view("Exif\0", 5));
    return exif.empty() ? 1 : exif_orientation(exif.front());
  }

  /// The ICC profile, put together from its numbered parts.
  std::vector<std::byte> profile() const {
    constexpr std::string_view kName("ICC_PROFILE\0", 12);
    std::map<std::byte, Bytes> parts;
    for (const Bytes segment : segments(JPEG_APP0 + 2, kName))
      if (segment.size() > kName.size() + 2)
        parts.emplace(segment[kName.size()], segment.subspan(kName.size() + 2));
    std::vector<std::byte> whole;
    for (const auto& [number, part] : parts) whole.insert(whole.end(), part.begin(), part.end());
    return whole;
  }

  std::vector<std::string> notes() const {
    return {halved_ ? "decoded at half its size" : "",
            decoder_.out_color_space == JCS_CMYK ? "CMYK to RGB" : "",
            color_profile_note(profile())};
  }

  Bytes file_;
  const std::string& prefix_;
  jpeg_decompress_struct decoder_{};
  ErrorManager errors_{};
  ScanLimit limit_{};
  bool halved_ = false;
  Samples* samples_ = nullptr;
  JSAMPLE* inks_ = nullptr;
};

}  // namespace

Picture decode_jpeg(Bytes file, const std::string& prefix) {
  return JpegReader(file, prefix).read();
}

}  // namespace odin::native
