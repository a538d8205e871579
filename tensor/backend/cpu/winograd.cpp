#include "odin/tensor/backend/cpu/winograd.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {
namespace {

constexpr std::int64_t kPositions = 36;
std::atomic<bool> enabled{true};

/// G of the points 0, 2/3, -2/3, 3/2, -3/2 and infinity: row i is (1, p, p^2) over the product of
/// p's differences from the other points.
constexpr std::array<std::array<double, 3>, 6> weight_transform() {
  constexpr double a = 2.0 / 3, b = 3.0 / 2;
  constexpr double na = 2 * a * a * (a * a - b * b), nb = 2 * b * b * (b * b - a * a);
  return {{{1, 0, 0},
           {1 / na, a / na, a * a / na},
           {1 / na, -a / na, a * a / na},
           {1 / nb, b / nb, b * b / nb},
           {1 / nb, -b / nb, b * b / nb},
           {0, 0, 1}}};
}

/// G g G^T for the 3x3 kernel g, whose elements are `step` apart (-1: turned round).
std::array<double, kPositions> transformed(const float* g, int step) {
  constexpr auto kG = weight_transform();
  double half[6][3];
  for (int i = 0; i < 6; ++i)
    for (int b = 0; b < 3; ++b) {
      half[i][b] = 0;
      for (int a = 0; a < 3; ++a)
        half[i][b] += kG[static_cast<std::size_t>(i)][static_cast<std::size_t>(a)] *
                      static_cast<double>(g[(a * 3 + b) * step]);
    }
  std::array<double, kPositions> u{};
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 6; ++j)
      for (std::size_t b = 0; b < 3; ++b) u[i * 6 + j] += half[i][b] * kG[j][b];
  return u;
}

}  // namespace

Winograd::Winograd(const Tensor& w, bool input_grad)
    : in_(w.dim(input_grad ? 0 : 1)),
      out_(w.dim(input_grad ? 1 : 0)),
      weight_(kPositions * in_ * out_) {
  const std::int64_t panel = 2 * kernels().lanes;
  const float* from = w.data<float>();
  parallel_for(in_, 4, [&](std::int64_t first, std::int64_t last) {
    for (auto c = first; c < last; ++c)
      for (std::int64_t o = 0; o < out_; ++o) {
        const auto u = input_grad ? transformed(from + (c * out_ + o) * 9 + 8, -1)
                                  : transformed(from + (o * in_ + c) * 9, 1);
        float* to = weight_.data() + (o / panel * in_ + c) * panel + o % panel;
        for (std::size_t i = 0; i < u.size(); ++i, to += in_ * out_) *to = static_cast<float>(u[i]);
      }
  });
}

bool Winograd::suits(const Conv2dParams& p, const Shape& w) {
  const std::int64_t panel = 2 * kernels().lanes;
  return enabled && w[2] == 3 && w[3] == 3 && p.stride == 1 && p.padding == 1 && w[0] >= 32 &&
         w[1] >= 32 && w[0] % panel == 0 && w[1] % panel == 0;
}

/// Some images on their way through the three steps.
struct Winograd::Block {
  std::int64_t first, images;
  std::int64_t height, width, tiles_h, tiles_w;
  float* v;  ///< [36][group of tiles][block of channels][tile][lanes]
  float* m;  ///< [tile][panel of 2 lanes outputs][36][2 lanes]

  std::int64_t tiles_of_image() const { return tiles_h * tiles_w; }
  std::int64_t tiles() const { return images * tiles_of_image(); }
  /// Pixels with a border of one, and tiles at the edge made whole.
  WinogradImage padded() const { return {height, width, 4 * tiles_w + 2}; }
  std::int64_t padded_size() const { return (4 * tiles_h + 2) * (4 * tiles_w + 2); }
};

void Winograd::convolve(const Images& x, const MapPointers& map, std::int64_t images,
                        std::int64_t height, std::int64_t width, const BatchOutput& output) const {
  // Tiles of a block: at least as many as make good use of a weight that has to come from memory.
  constexpr std::int64_t kBytes = 3 << 20, kLeastTiles = 64;
  const std::int64_t bytes_of_tile = kPositions * (in_ + out_) * std::int64_t{sizeof(float)};
  const std::int64_t tiles = std::max(kLeastTiles, kBytes / bytes_of_tile);
  Block block{0, 0, height, width, (height + 3) / 4, (width + 3) / 4, nullptr, nullptr};
  const std::int64_t most = std::clamp<std::int64_t>(
      (tiles + block.tiles_of_image() - 1) / block.tiles_of_image(), 1, images);
  const Scratch v(kPositions * most * block.tiles_of_image() * in_);
  const Scratch m(kPositions * most * block.tiles_of_image() * out_);
  block.v = v.data();
  block.m = m.data();
  for (; block.first < images; block.first += most) {
    block.images = std::min(most, images - block.first);
    transform_input(block, x, map);
    multiply(block);
    transform_output(block, output);
  }
}

void Winograd::transform_input(const Block& block, const Images& x, const MapPointers& map) const {
  const Kernels& k = kernels();
  const std::int64_t lanes = k.lanes, blocks = in_ / lanes, group = k.tile_rows;
  const std::int64_t pixels = block.height * block.width, tiles = block.tiles();
  parallel_for(block.images * blocks, 1, [&](std::int64_t first, std::int64_t last) {
    const Scratch padded(block.padded_size() * lanes);
    std::fill_n(padded.data(), block.padded_size() * lanes, 0.0f);
    const WinogradImage image = block.padded();
    for (auto i = first; i < last; ++i) {
      const std::int64_t n = i / blocks, channels = i % blocks;
      k.winograd_gather(image, x[block.first + n] + channels * lanes * pixels,
                        map.scale ? map.scale + channels * lanes : nullptr,
                        map.shift ? map.shift + channels * lanes : nullptr, map.relu,
                        padded.data() + (image.pitch + 1) * lanes);
      for (std::int64_t t = 0; t < block.tiles_of_image(); ++t) {
        const std::int64_t tile = n * block.tiles_of_image() + t, g = tile / group;
        const std::int64_t rows = std::min(group, tiles - g * group);
        k.winograd_input(
            padded.data() + (t / block.tiles_w * 4 * image.pitch + t % block.tiles_w * 4) * lanes,
            image.pitch, block.v + g * group * in_ + (channels * rows + tile % group) * lanes,
            tiles * in_);
      }
    }
  });
}

void Winograd::multiply(const Block& block) const {
  const Kernels& k = kernels();
  const std::int64_t panel = 2 * k.lanes, panels = out_ / panel, tiles = block.tiles();
  parallel_for(kPositions * panels, 1, [&](std::int64_t first, std::int64_t last) {
    for (auto i = first; i < last; ++i) {
      const std::int64_t position = i / panels, p = i % panels;
      const float* weight = weight_.data() + (position * panels + p) * in_ * panel;
      for (std::int64_t t = 0; t < tiles; t += k.tile_rows)
        k.winograd_product(static_cast<int>(std::min<std::int64_t>(k.tile_rows, tiles - t)),
                           in_ / k.lanes, block.v + (position * tiles + t) * in_, weight,
                           block.m + ((t * panels + p) * kPositions + position) * panel,
                           panels * kPositions * panel);
    }
  });
}

void Winograd::transform_output(const Block& block, const BatchOutput& output) const {
  const Kernels& k = kernels();
  const std::int64_t lanes = k.lanes, panel = 2 * lanes, panels = out_ / panel;
  const std::int64_t pixels = block.height * block.width, blocks = out_ / lanes;
  // An image whose sums are wanted is one thread's work, channel after channel or not.
  parallel_for(block.images * blocks, 1, [&](std::int64_t first, std::int64_t last) {
    const WinogradImage image{block.height, block.width, 4 * block.tiles_w};
    const Scratch results(block.tiles_of_image() * 16 * lanes), channels(lanes * pixels);
    for (auto i = first; i < last; ++i) {
      const std::int64_t n = i / blocks, b = i % blocks;
      for (std::int64_t t = 0; t < block.tiles_of_image(); ++t)
        k.winograd_output(
            block.m + ((n * block.tiles_of_image() + t) * panels + b / 2) * kPositions * panel +
                b % 2 * lanes,
            panel,
            results.data() + (t / block.tiles_w * 4 * image.pitch + t % block.tiles_w * 4) * lanes,
            image.pitch);
      const Output out = output[block.first + n];
      const std::int64_t row = b * lanes;
      if (!out.carry && !out.add) {
        k.winograd_scatter(image, results.data(), out.y + row * pixels, pixels);
        continue;
      }
      k.winograd_scatter(image, results.data(), channels.data(), pixels);
      k.carry_back(out.rows(row, static_cast<int>(lanes), 0, pixels, channels.data(), pixels));
    }
  });
}

WinogradScope::WinogradScope(bool enable) : previous_(enabled.exchange(enable)) {}
WinogradScope::~WinogradScope() { enabled = previous_; }

}  // namespace odin::tensor::cpu
