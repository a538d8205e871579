#include "odin/tensor/backend/cpu/winograd_tiles.h"

#include <algorithm>

#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {

namespace {

/// Half of a second-level cache of 1 MB.
constexpr std::int64_t kFloatsOfBand = 1 << 17;
/// An image of 32x32 pixels is not divided for the sake of the cache.
constexpr std::int64_t kTilesOfSmallImage = 64;

}  // namespace

WinogradTiles::WinogradTiles(std::int64_t height_, std::int64_t width_)
    : height(height_), width(width_), rows((height_ + 3) / 4), cols((width_ + 3) / 4) {}

WinogradTiles WinogradTiles::band(std::int64_t i, std::int64_t bands) const {
  WinogradTiles tiles = *this;
  tiles.top = rows * i / bands;
  tiles.rows = rows * (i + 1) / bands - tiles.top;
  return tiles;
}

std::int64_t WinogradTiles::bands(std::int64_t in, std::int64_t out, std::int64_t batch) const {
  const std::int64_t threads = num_threads(), floats = kWinogradPositions * (in + out) * of_image();
  const std::int64_t parts = parts_of_image(batch, rows, false);
  if (of_image() <= kTilesOfSmallImage) return parts;
  const std::int64_t fit = std::max((floats + kFloatsOfBand - 1) / kFloatsOfBand, parts);
  const std::int64_t even = batch < threads ? (fit + threads - 1) / threads * threads : fit;
  return std::min(even, rows);
}

bool winograd_weight_is_small(std::int64_t in, std::int64_t out) { return in * out <= 128 * 128; }

// The transformed weight takes at most half of the second-level cache. With 128 channels it takes
// 2.4 MB, and an image of 8x8 pixels took 1.4 times as long in bands as without.
bool winograd_weight_is_tiny(std::int64_t in, std::int64_t out) { return in * out <= 64 * 64; }

std::int64_t WinogradTiles::images_at_a_time(std::int64_t in, std::int64_t out,
                                             std::int64_t batch) const {
  // Half of the second-level cache; for large weights, a part of the cache that threads share.
  const bool small = winograd_weight_is_small(in, out);
  const std::int64_t floats = small ? 1 << 17 : 3 << 18, least = small ? 32 : 64;
  const std::int64_t tiles = std::max(least, floats / (kWinogradPositions * (in + out)));
  return std::clamp<std::int64_t>((tiles + of_image() - 1) / of_image(), 1, batch);
}

namespace {

/// The pixels of the tiles of one image as vectors over channels, padded with zeros: by `border`
/// pixels on every side, and at the bottom and right so that every tile is complete.
class Padded {
 public:
  Padded(const WinogradTiles& tiles, std::int64_t border)
      : tiles_(tiles),
        lanes_(kernels().lanes),
        pitch_(4 * tiles.cols + 2 * border),
        first_row_(std::max<std::int64_t>(0, 4 * tiles.top - border)),
        last_row_(std::min(tiles.height, 4 * (tiles.top + tiles.rows) + border)),
        start_(((first_row_ - 4 * tiles.top + border) * pitch_ + border) * lanes_),
        data_((4 * tiles.rows + 2 * border) * pitch_ * lanes_) {
    std::fill_n(data_.data(), (4 * tiles.rows + 2 * border) * pitch_ * lanes_, 0.0f);
  }

  /// Stores map(x), where x are `lanes` channels of an image.
  void read(const float* x, const MapPointers& map) const {
    kernels().winograd_gather({last_row_ - first_row_, tiles_.width, pitch_},
                              x + first_row_ * tiles_.width, tiles_.height * tiles_.width,
                              map.scale, map.shift, map.relu, data_.data() + start_);
  }

  /// The first pixel of tile t.
  const float* tile(std::int64_t t) const {
    return data_.data() + (t / tiles_.cols * 4 * pitch_ + t % tiles_.cols * 4) * lanes_;
  }
  std::int64_t pitch() const { return pitch_; }

 private:
  const WinogradTiles& tiles_;
  std::int64_t lanes_, pitch_, first_row_, last_row_, start_;
  Scratch data_;
};

}  // namespace

void WinogradTiles::transform_input(const Images& x, const MapPointers& map, std::int64_t channels,
                                    float* v) const {
  const Kernels& k = kernels();
  const std::int64_t lanes = k.lanes, blocks = channels / lanes, tiles = count(),
                     parts = images * blocks;
  parallel_for(parts, grain_of_parts(images, parts), [&](std::int64_t begin, std::int64_t end) {
    const Padded padded(*this, 1);
    for (auto i = begin; i < end; ++i) {
      const std::int64_t n = i / blocks, block = i % blocks, c = block * lanes;
      padded.read(x[first + n] + c * height * width, map.from(c));
      float* to = v + (block * tiles + n * of_image()) * lanes;
      for (std::int64_t t = 0; t < of_image(); ++t)
        k.winograd_input(padded.tile(t), padded.pitch(), to + t * lanes, tiles * channels);
    }
  });
}

void WinogradTiles::transform_output_grad(const Images& dy, std::int64_t channels, float* m) const {
  const Kernels& k = kernels();
  const std::int64_t lanes = k.lanes, blocks = channels / lanes, tiles = count();
  parallel_for(images * blocks, 1, [&](std::int64_t begin, std::int64_t end) {
    const Padded padded(*this, 0);
    for (auto i = begin; i < end; ++i) {
      const std::int64_t n = i / blocks, block = i % blocks;
      padded.read(dy[first + n] + block * lanes * height * width, {});
      float* to = m + (block / 2 * tiles + n * of_image()) * 2 * lanes + block % 2 * lanes;
      for (std::int64_t t = 0; t < of_image(); ++t)
        k.winograd_output_grad(padded.tile(t), padded.pitch(), to + t * 2 * lanes,
                               tiles * channels);
    }
  });
}

}  // namespace odin::tensor::cpu
