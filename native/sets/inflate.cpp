#include "odin/native/sets/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "odin/tensor/error.h"

namespace odin::native {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

class Inflater {
 public:
  Inflater() {
    constexpr int kGzipOrZlib = 15 + 32;
    require(inflateInit2(&stream_, kGzipOrZlib) == Z_OK, "zlib cannot be started");
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::vector<std::byte> operator()(std::span<const std::byte> bytes, std::uint64_t most) {
    std::vector<std::byte> result;
    int status = Z_OK;
    while (status != Z_STREAM_END) {
      if (stream_.avail_in == 0) {
        const std::size_t piece = std::min(bytes.size(), kPiece);
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(piece);
        bytes = bytes.subspan(piece);
      }
      const std::size_t used = result.size();
      result.resize(used + kPiece);
      stream_.next_out = reinterpret_cast<Bytef*>(result.data() + used);
      stream_.avail_out = static_cast<uInt>(kPiece);
      status = inflate(&stream_, Z_NO_FLUSH);
      result.resize(used + kPiece - stream_.avail_out);
      require(status == Z_OK || status == Z_STREAM_END, status == Z_BUF_ERROR
                                                            ? "the compressed data end too early"
                                                            : "the compressed data are damaged");
      require(result.size() <= most, "it holds more than ", most, " bytes when unpacked");
    }
    return result;
  }

 private:
  z_stream stream_{};
};

}  // namespace

bool is_gzip(std::span<const std::byte> bytes) {
  return bytes.size() > 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b};
}

std::vector<std::byte> inflated(std::span<const std::byte> bytes, std::uint64_t most) {
  return Inflater()(bytes, most);
}

}  // namespace odin::native
