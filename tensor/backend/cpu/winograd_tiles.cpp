#include "odin/tensor/backend/cpu/winograd_tiles.h"

#include <algorithm>

#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {

WinogradTiles::WinogradTiles(std::int64_t height_, std::int64_t width_)
    : height(height_), width(width_), rows((height_ + 3) / 4), cols((width_ + 3) / 4) {}

bool winograd_weight_is_small(std::int64_t in, std::int64_t out) { return in * out <= 128 * 128; }

std::int64_t WinogradTiles::images_at_a_time(std::int64_t in, std::int64_t out,
                                             std::int64_t batch) const {
  // Half a second-level cache; or, of the cache that threads share, what they leave to the weight.
  const bool small = winograd_weight_is_small(in, out);
  const std::int64_t floats = small ? 1 << 17 : 3 << 18, least = small ? 32 : 64;
  const std::int64_t tiles = std::max(least, floats / (kWinogradPositions * (in + out)));
  return std::clamp<std::int64_t>((tiles + of_image() - 1) / of_image(), 1, batch);
}

namespace {

/// An image's pixels as vectors over channels, zeros around them: `border` at the top and left, and
/// so many below and right that every tile is whole.
struct Padded {
  Padded(const WinogradTiles& tiles, std::int64_t border)
      : image{tiles.height, tiles.width, 4 * tiles.cols + 2 * border},
        lanes(kernels().lanes),
        start((image.pitch + 1) * border * lanes),
        size((4 * tiles.rows + 2 * border) * image.pitch * lanes),
        data(size) {
    std::fill_n(data.data(), size, 0.0f);
  }
  /// Where tile t begins.
  const float* tile(std::int64_t t, std::int64_t cols) const {
    return data.data() + (t / cols * 4 * image.pitch + t % cols * 4) * lanes;
  }

  WinogradImage image;
  std::int64_t lanes, start, size;
  Scratch data;
};

}  // namespace

void WinogradTiles::transform_input(const Images& x, const MapPointers& map, std::int64_t channels,
                                    float* v) const {
  const Kernels& k = kernels();
  const std::int64_t lanes = k.lanes, blocks = channels / lanes, tiles = count();
  parallel_for(images * blocks, 1, [&](std::int64_t begin, std::int64_t end) {
    const Padded padded(*this, 1);
    for (auto i = begin; i < end; ++i) {
      const std::int64_t n = i / blocks, block = i % blocks, c = block * lanes;
      k.winograd_gather(padded.image, x[first + n] + c * height * width,
                        map.scale ? map.scale + c : nullptr, map.shift ? map.shift + c : nullptr,
                        map.relu, padded.data.data() + padded.start);
      float* to = v + (block * tiles + n * of_image()) * lanes;
      for (std::int64_t t = 0; t < of_image(); ++t)
        k.winograd_input(padded.tile(t, cols), padded.image.pitch, to + t * lanes,
                         tiles * channels);
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
      k.winograd_gather(padded.image, dy[first + n] + block * lanes * height * width, nullptr,
                        nullptr, false, padded.data.data());
      float* to = m + (block / 2 * tiles + n * of_image()) * 2 * lanes + block % 2 * lanes;
      for (std::int64_t t = 0; t < of_image(); ++t)
        k.winograd_output_grad(padded.tile(t, cols), padded.image.pitch, to + t * 2 * lanes,
                               tiles * channels);
    }
  });
}

}  // namespace odin::tensor::cpu
