#include <memory>

#include <webp/decode.h>
#include <webp/demux.h>

#include "odin/native/pictures/formats.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

struct DeleteDemuxer {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};

/// A chunk beside the image; empty if there is none. It points into the file.
Bytes find_chunk(const WebPDemuxer* demuxer, const char* name) {
  WebPChunkIterator chunk;
  Bytes found;
  if (WebPDemuxGetChunk(demuxer, name, 1, &chunk))
    found = {reinterpret_cast<const std::byte*>(chunk.chunk.bytes), chunk.chunk.size};
  WebPDemuxReleaseChunkIterator(&chunk);
  return found;
}

void check_status(VP8StatusCode status, const std::string& prefix) {
  require(status != VP8_STATUS_NOT_ENOUGH_DATA && status != VP8_STATUS_SUSPENDED, prefix,
          "the file is truncated (the end of the WebP is missing)");
  if (status == VP8_STATUS_OUT_OF_MEMORY) fail<ResourceError>(prefix, "not enough memory");
  require(status == VP8_STATUS_OK, prefix, "damaged or of an unsupported kind (libwebp's status ",
          static_cast<int>(status), ")");
}

}  // namespace

Picture decode_webp(Bytes file, const std::string& prefix) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(file.data());
  WebPDecoderConfig config;
  require(WebPInitDecoderConfig(&config) != 0, prefix,
          "libwebp cannot be used (another version than odin was built with)");
  check_status(WebPGetFeatures(data, file.size(), &config.input), prefix);
  require(config.input.has_animation == 0, prefix,
          "an animated WebP; odin reads still pictures: save one frame of it");
  check_picture_size(config.input.width, config.input.height, file.size(), prefix);
  const WebPData whole{data, file.size()};
  const std::unique_ptr<WebPDemuxer, DeleteDemuxer> demuxer(WebPDemux(&whole));
  require(demuxer != nullptr, prefix,
          "the file is truncated or damaged (its chunks are longer than it)");

  int width = config.input.width, height = config.input.height;
  constexpr int kLossless = 2;  // the decoder keeps 4 bytes a pixel beside ours
  const bool halved =
      config.input.format == kLossless && std::int64_t{width} * height > kFullDetailPixels;
  if (halved) {
    width = (width + 1) / 2, height = (height + 1) / 2;
    config.options.use_scaling = 1;
    config.options.scaled_width = width;
    config.options.scaled_height = height;
  }
  Samples samples(width, height, config.input.has_alpha ? 4 : 3);
  config.output.colorspace = config.input.has_alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = reinterpret_cast<std::uint8_t*>(samples.bytes.get());
  config.output.u.RGBA.stride = static_cast<int>(samples.row_bytes());
  config.output.u.RGBA.size = samples.row_bytes() * static_cast<std::size_t>(height);
  const VP8StatusCode status = WebPDecode(data, file.size(), &config);
  WebPFreeDecBuffer(&config.output);
  check_status(status, prefix);

  return Picture(std::move(samples), exif_orientation(find_chunk(demuxer.get(), "EXIF")),
                 {halved ? "decoded at half its size" : "",
                  color_profile_note(find_chunk(demuxer.get(), "ICCP"))});
}

}  // namespace odin::native
