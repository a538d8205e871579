#include "odin/tensor/backend/cpu/winograd.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>

#include "odin/tensor/backend/cpu/winograd_points.h"
#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {
namespace {

constexpr std::int64_t kPositions = kWinogradPositions;

constexpr auto kG = winograd_weight_transform();

/// The number of kernels that are transformed at once, as one vector.
constexpr std::size_t kSide = 8;
using Side = std::array<double, kSide>;

/// u = G g G^T for kSide kernels g.
void transform_weight(const std::array<std::array<Side, 3>, 3>& g,
                      std::array<Side, kPositions>& u) {
  for (std::size_t i = 0; i < 6; ++i) {
    std::array<Side, 3> half{};
    for (std::size_t b = 0; b < 3; ++b)
      for (std::size_t a = 0; a < 3; ++a)
        for (std::size_t s = 0; s < kSide; ++s) half[b][s] += kG[i][a] * g[a][b][s];
    for (std::size_t j = 0; j < 6; ++j)
      for (std::size_t s = 0; s < kSide; ++s)
        u[i * 6 + j][s] = kG[j][0] * half[0][s] + kG[j][1] * half[1][s] + kG[j][2] * half[2][s];
  }
}

}  // namespace

Winograd::Winograd(const Tensor& w, bool input_grad)
    : in_(w.dim(input_grad ? 0 : 1)),
      out_(w.dim(input_grad ? 1 : 0)),
      weight_(kPositions * in_ * out_) {
  const std::int64_t panel = 2 * kernels().lanes;
  const Kernels3x3 element{w.data<float>(), in_, out_, input_grad};
  parallel_for(in_, 4, [&](std::int64_t first, std::int64_t last) {
    std::array<std::array<Side, 3>, 3> g;
    std::array<Side, kPositions> u;
    for (auto c = first; c < last; ++c)
      for (std::int64_t o = 0; o < out_; o += kSide) {
        for (std::size_t a = 0; a < 3; ++a)
          for (std::size_t b = 0; b < 3; ++b)
            for (std::size_t s = 0; s < kSide; ++s)
              g[a][b][s] = static_cast<double>(element(c, o + static_cast<std::int64_t>(s),
                                                       static_cast<std::int64_t>(a),
                                                       static_cast<std::int64_t>(b)));
        transform_weight(g, u);
        float* to = weight_.data() + (o / panel * in_ + c) * panel + o % panel;
        for (const Side& position : u) {
          std::copy(position.begin(), position.end(), to);
          to += in_ * out_;
        }
      }
  });
}

namespace {

/// Whether there are enough channels that the transforms are a small part of the work, and
/// multiples of the vector size.
bool can_transform(const Conv2dParams& p, const Shape& w) {
  const std::int64_t panel = 2 * kernels().lanes;
  static_assert(kSide <= 8, "a panel of the narrowest vectors holds 8 outputs");
  return winograd_enabled.get() && w[2] == 3 && w[3] == 3 && p.stride == 1 && p.padding == 1 &&
         p.dilation == 1 && w[0] >= 32 && w[1] >= 32 && w[0] % panel == 0 && w[1] % panel == 0;
}

/// A transformed weight is four times as large. Where at least `weights` channels times channels
/// belong to less than `pixels` pixels, not whole tiles, reading it takes as long as the
/// multiplications that it saves: in ResNet's last stages, 14x14 and 7x7.
bool is_memory_bound(const Shape& w, std::int64_t height, std::int64_t width, std::int64_t weights,
                     std::int64_t pixels) {
  return height * width < pixels && (height % 4 != 0 || width % 4 != 0) && w[0] * w[1] >= weights;
}

}  // namespace

bool Winograd::suits(const Conv2dParams& p, const Shape& w, std::int64_t height, std::int64_t width,
                     bool differentiated) {
  // The rounding errors of a network's first layers go through all others: with Winograd at 56x56,
  // 0.7% of a ResNet-50's gradients have another sign than in double, and 0.4% without.
  const bool is_early = height * width > 32 * 32;
  return can_transform(p, w) && !(is_early && differentiated) &&
         !is_memory_bound(w, height, width, 256 * 512, 8 * 8);
}

bool Winograd::suits_gradients(const Conv2dParams& p, const Shape& w, std::int64_t height,
                               std::int64_t width) {
  return can_transform(p, w) && !is_memory_bound(w, height, width, 256 * 256, 16 * 16);
}

void Winograd::convolve(const Images& x, const MapPointers& map, std::int64_t images,
                        std::int64_t height, std::int64_t width, const BatchOutput& output) const {
  const auto convolve_some = [&](WinogradTiles tiles, std::int64_t begin, std::int64_t end) {
    const std::int64_t most = tiles.images_at_a_time(in_, out_, end - begin);
    const Scratch v(kPositions * most * tiles.of_image() * in_);
    const Scratch m(kPositions * most * tiles.of_image() * out_);
    for (tiles.first = begin; tiles.first < end; tiles.first += most) {
      tiles.images = std::min(most, end - tiles.first);
      tiles.transform_input(x, map, in_, v.data());
      multiply(tiles, v.data(), m.data());
      transform_output(tiles, m.data(), output);
    }
  };
  const WinogradTiles whole(height, width);
  const std::int64_t bands = whole.bands(in_, out_, images);
  const bool may_split = winograd_weight_is_tiny(in_, out_) && !output.sums();
  if (winograd_weight_is_small(in_, out_) && images >= 2 * num_threads() &&
      !(may_split && bands > 1)) {
    parallel_for(images, 1, [&](auto begin, auto end) { convolve_some(whole, begin, end); });
  } else if (may_split) {
    parallel_for(images * bands, grain_of_parts(images, images * bands),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (auto i = begin; i < end; ++i)
                     convolve_some(whole.band(i % bands, bands), i / bands, i / bands + 1);
                 });
  } else {
    convolve_some(whole, 0, images);
  }
}

/// Fills m [tile][panel of 2 lanes outputs][36][2 lanes].
void Winograd::multiply(const WinogradTiles& tiles, const float* v, float* m) const {
  const Kernels& k = kernels();
  const std::int64_t lanes = k.lanes, panel = 2 * lanes, panels = out_ / panel,
                     count = tiles.count();
  // Register tiles have nearly equal heights: 4 and 4, not 6 and 2.
  const std::int64_t pieces = (count + k.tile_rows - 1) / k.tile_rows;
  const std::int64_t parts = kPositions * panels;
  parallel_for(
      parts, grain_of_parts(tiles.images, parts), [&](std::int64_t first, std::int64_t last) {
        for (auto i = first; i < last; ++i) {
          const std::int64_t position = i / panels, p = i % panels;
          const float* weight = weight_.data() + (position * panels + p) * in_ * panel;
          for (std::int64_t piece = 0; piece < pieces; ++piece) {
            const std::int64_t t = count * piece / pieces, end = count * (piece + 1) / pieces;
            k.winograd_product(static_cast<int>(end - t), in_ / lanes,
                               v + position * count * in_ + t * lanes, count * lanes, weight,
                               m + ((t * panels + p) * kPositions + position) * panel,
                               panels * kPositions * panel);
          }
        }
      });
}

void Winograd::transform_output(const WinogradTiles& tiles, const float* m,
                                const BatchOutput& output) const {
  const Kernels& k = kernels();
  const std::int64_t lanes = k.lanes, panel = 2 * lanes, panels = out_ / panel;
  const std::int64_t stride = tiles.height * tiles.width, pixels = tiles.pixels(),
                     before = tiles.pixels_before(), blocks = out_ / lanes,
                     parts = tiles.images * blocks;
  parallel_for(
      parts, grain_of_parts(tiles.images, parts), [&](std::int64_t first, std::int64_t last) {
        const WinogradImage image{pixels / tiles.width, tiles.width, 4 * tiles.cols};
        const Scratch results(tiles.of_image() * 16 * lanes), channels(lanes * pixels);
        for (auto i = first; i < last; ++i) {
          const std::int64_t n = i / blocks, b = i % blocks, row = b * lanes;
          const float* from =
              m + (n * tiles.of_image() * panels + b / 2) * kPositions * panel + b % 2 * lanes;
          for (std::int64_t t = 0; t < tiles.of_image(); ++t)
            k.winograd_output(
                from + t * panels * kPositions * panel, panel,
                results.data() + (t / tiles.cols * 4 * image.pitch + t % tiles.cols * 4) * lanes,
                image.pitch);
          const Output out = output[tiles.first + n];
          if (!out.carry && !out.add) {
            k.winograd_scatter(image, results.data(), out.y + row * stride + before, stride);
          } else {
            k.winograd_scatter(image, results.data(), channels.data(), pixels);
            k.carry_back(
                out.rows(row, static_cast<int>(lanes), before, pixels, channels.data(), pixels));
          }
          out.finish(row, static_cast<int>(lanes), before, pixels);
        }
      });
}

namespace {

/// du [36][in][out] = the matrix products v^T m over all tiles, one for each position; with `more`
/// they are added to du.
void add_products(const WinogradTiles& tiles, const float* v, const float* m, std::int64_t in,
                  std::int64_t out, bool more, float* du) {
  const Kernels& k = kernels();
  const std::int64_t lanes = k.lanes, panel = 2 * lanes, panels = out / panel,
                     count = tiles.count();
  const int rows = static_cast<int>(std::max<std::int64_t>(4, lanes / 2));
  const RowOffsets b_rows(count, panel);
  parallel_for(kPositions * panels, 1, [&](std::int64_t first, std::int64_t last) {
    for (auto i = first; i < last; ++i) {
      const std::int64_t position = i / panels, p = i % panels;
      for (std::int64_t c = 0; c < in; c += rows) {
        float* sum = du + (position * in + c) * out + p * panel;
        k.gemm_tile({.rows = rows,
                     .depth = count,
                     .a = v + position * count * in + c / lanes * count * lanes + c % lanes,
                     .a_step = lanes,
                     .b = m + position * count * out + p * count * panel,
                     .b_rows = b_rows.data(),
                     .b_next = lanes,
                     .c = sum,
                     .c_stride = out,
                     .add = more ? sum : nullptr,
                     .add_stride = out});
      }
    }
  });
}

/// g = G^T u G for kSide kernels.
void transform_weight_back(const std::array<Side, kPositions>& u,
                           std::array<std::array<Side, 3>, 3>& g) {
  std::array<std::array<Side, 6>, 3> half{};
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 6; ++j)
      for (std::size_t a = 0; a < 3; ++a)
        for (std::size_t s = 0; s < kSide; ++s) half[a][j][s] += kG[i][a] * u[i * 6 + j][s];
  g = {};
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b)
      for (std::size_t j = 0; j < 6; ++j)
        for (std::size_t s = 0; s < kSide; ++s) g[a][b][s] += half[a][j][s] * kG[j][b];
}

/// dw = G^T du G for every kernel, where du is summed over its parts.
void transform_back(const float* du, std::int64_t parts, std::int64_t in, std::int64_t out,
                    float* dw) {
  parallel_for(in, 4, [&](std::int64_t first, std::int64_t last) {
    std::array<Side, kPositions> u;
    std::array<std::array<Side, 3>, 3> g;
    for (auto c = first; c < last; ++c)
      for (std::int64_t o = 0; o < out; o += kSide) {
        u = {};
        const float* from = du + c * out + o;
        for (std::int64_t part = 0; part < parts; ++part)
          for (Side& position : u) {
            for (std::size_t s = 0; s < kSide; ++s) position[s] += static_cast<double>(from[s]);
            from += in * out;
          }
        transform_weight_back(u, g);
        for (std::size_t s = 0; s < kSide; ++s) {
          float* to = dw + ((o + static_cast<std::int64_t>(s)) * in + c) * 9;
          for (std::size_t a = 0; a < 3; ++a)
            for (std::size_t b = 0; b < 3; ++b) *to++ = static_cast<float>(g[a][b][s]);
        }
      }
  });
}

/// The number of parts in which the images are summed. It does not depend on the number of threads,
/// so the order of the additions, which decides the last bits, does not either. Fewer for large
/// weights, whose partial sums take long to add.
std::int64_t parts_of_weight_grad(std::int64_t images, std::int64_t weights) {
  return std::min<std::int64_t>(images, weights <= 64 * 64 ? 8 : weights <= 128 * 128 ? 4 : 1);
}

}  // namespace

void winograd_weight_grad(const Images& x, const MapPointers& map, const Images& dy,
                          std::int64_t images, std::int64_t height, std::int64_t width,
                          Tensor& dw) {
  const std::int64_t out = dw.dim(0), in = dw.dim(1), size = kPositions * in * out;
  const std::int64_t parts = parts_of_weight_grad(images, in * out);
  const Scratch du(parts * size);
  const auto add_up = [&](std::int64_t begin, std::int64_t end) {
    for (auto part = begin; part < end; ++part) {
      WinogradTiles tiles(height, width);
      const std::int64_t first = images * part / parts, last = images * (part + 1) / parts;
      const std::int64_t most = tiles.images_at_a_time(in, out, last - first);
      const Scratch v(kPositions * most * tiles.of_image() * in);
      const Scratch m(kPositions * most * tiles.of_image() * out);
      for (tiles.first = first; tiles.first < last; tiles.first += most) {
        tiles.images = std::min(most, last - tiles.first);
        tiles.transform_input(x, map, in, v.data());
        tiles.transform_output_grad(dy, out, m.data());
        add_products(tiles, v.data(), m.data(), in, out, tiles.first > first,
                     du.data() + part * size);
      }
    }
  };
  if (parts >= num_threads())
    parallel_for(parts, 1, add_up);
  else
    add_up(0, parts);
  transform_back(du.data(), parts, in, out, dw.backend_data<float>());
}

}  // namespace odin::tensor::cpu
