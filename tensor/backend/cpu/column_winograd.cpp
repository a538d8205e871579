#include "odin/tensor/backend/cpu/column_winograd.h"

#include <algorithm>

#include "odin/tensor/backend/cpu/winograd.h"
#include "odin/tensor/backend/cpu/winograd_points.h"
#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {
namespace {

constexpr int kPoints = 6;
constexpr std::int64_t kTileRows = 4;  ///< rows of results per tile
constexpr auto kWeightsOfColumns = winograd_weight_transform();

std::int64_t rounded_up(std::int64_t n, std::int64_t step) { return (n + step - 1) / step * step; }

}  // namespace

ColumnWinograd::ColumnWinograd(const Tensor& w, bool input_grad)
    : in_(w.dim(input_grad ? 0 : 1)), out_(w.dim(input_grad ? 1 : 0)) {
  const Kernels3x3 kernels_of_weight{w.data<float>(), in_, out_, input_grad};
  const auto element = [&](std::int64_t c, std::int64_t o, std::int64_t a, std::int64_t b) {
    return static_cast<double>(kernels_of_weight(c, o, a, b));
  };
  for (const auto& g : kWeightsOfColumns)
    weights_.emplace_back(out_, 3 * in_, 3 * in_, [&](auto o, auto k) {
      const auto c = k / 3, b = k % 3;
      return static_cast<float>(g[0] * element(c, o, 0, b) + g[1] * element(c, o, 1, b) +
                                g[2] * element(c, o, 2, b));
    });
}

bool ColumnWinograd::suits(const Conv2dParams& p, const Shape& w, std::int64_t width) {
  // With fewer channels the transforms cost more than the multiplications that they save.
  constexpr std::int64_t kChannels = 8;
  return winograd_enabled.get() && w[2] == 3 && w[3] == 3 && p.stride == 1 && p.padding == 1 &&
         p.dilation == 1 && w[0] >= kChannels && w[1] >= kChannels && width % kernels().lanes == 0;
}

/// Several consecutive tiles of four rows of one image; the pixels of a tile's row, tile after
/// tile, are the columns of the matrix products. Transformed rows are separated by gaps of zeros,
/// so that the kernel's columns 0, 1 and 2 read the same row shifted by -1, 0 and 1 pixel.
class ColumnWinograd::Band {
 public:
  Band(const ColumnWinograd& w, std::int64_t height, std::int64_t width, std::int64_t most_tiles)
      : w_(w),
        height_(height),
        width_(width),
        columns_(rounded_up(most_tiles * width, kernels().tile_cols)),
        gap_(kernels().lanes),
        pitch_(gap_ + (columns_ + width - 1) / width * (width + gap_)),
        v_(kPoints * w.in_ * pitch_),
        m_(kPoints * w.out_ * columns_),
        results_(kTileRows * most_tiles * width) {
    for (std::int64_t c = 0; c < w.in_; ++c)
      for (std::int64_t b = 0; b < 3; ++b) taps_.push_back(c * pitch_ + b - 1);
  }

  void convolve(const float* x, const MapPointers& map, std::int64_t first, std::int64_t last,
                const Output& output) {
    transform_input(x, map, first, last);
    multiply((last - first) * width_);
    transform_output(first, last, output);
  }

 private:
  /// The offset of column i of the products in a line of v.
  std::int64_t place(std::int64_t i) const { return gap_ + i + i / width_ * gap_; }

  /// Fills v [point][channel][gap, then for each tile a row and a gap].
  void transform_input(const float* x, const MapPointers& map, std::int64_t first,
                       std::int64_t last) {
    const Kernels& k = kernels();
    for (std::int64_t c = 0; c < w_.in_; ++c)
      for (std::int64_t t = first; t < last; ++t) {
        const std::int64_t top = t * kTileRows - 1;
        k.winograd_columns_input({.x = x + (c * height_ + top) * width_,
                                  .width = width_,
                                  .begin = top < 0 ? 1 : 0,
                                  .end = static_cast<int>(std::min<std::int64_t>(6, height_ - top)),
                                  .scale = map.scale ? map.scale + c : nullptr,
                                  .shift = map.shift ? map.shift + c : nullptr,
                                  .relu = map.relu,
                                  .gaps = t - first >= with_gaps_},
                                 v_.data() + c * pitch_ + place((t - first) * width_),
                                 w_.in_ * pitch_);
      }
    with_gaps_ = std::max(with_gaps_, last - first);
  }

  /// Fills m [point][out][tile][width].
  void multiply(std::int64_t columns) {
    const Kernels& k = kernels();
    for (int p = 0; p < kPoints; ++p) {
      const PackedRows& weight = w_.weights_[static_cast<std::size_t>(p)];
      const float* v = v_.data() + p * w_.in_ * pitch_;
      for (std::int64_t g = 0; g < weight.groups(); ++g) {
        const auto panel = weight.panel(g, 0, weight.depth(), room_);
        float* m = m_.data() + (p * w_.out_ + weight.first_row(g)) * columns_;
        GemmTile tile{.rows = weight.rows_in(g),
                      .depth = weight.depth(),
                      .a = panel.data,
                      .a_step = panel.step,
                      .b_rows = taps_.data(),
                      .c_stride = columns_};
        for (std::int64_t at = 0; at < columns; at += k.tile_cols) {
          tile.b = v + place(at);
          tile.b_next = place(at + k.lanes) - place(at);
          tile.c = m + at;
          k.gemm_tile(tile);
        }
      }
    }
  }

  void transform_output(std::int64_t first, std::int64_t last, const Output& output) {
    const Kernels& k = kernels();
    const std::int64_t start = first * kTileRows * width_;
    const std::int64_t pixels = std::min(last * kTileRows, height_) * width_ - start;
    const bool direct = !output.carry && !output.add;
    for (std::int64_t o = 0; o < w_.out_; ++o) {
      float* y = direct ? output.y + o * output.stride + start : results_.data();
      if (output.carry) output.prefetch(o, 1, start, pixels);
      for (std::int64_t t = first; t < last; ++t)
        k.winograd_columns_output(m_.data() + o * columns_ + (t - first) * width_,
                                  w_.out_ * columns_, width_,
                                  static_cast<int>(std::min(kTileRows, height_ - t * kTileRows)),
                                  y + (t - first) * kTileRows * width_);
      if (!direct) k.carry_back(output.rows(o, 1, start, pixels, y, pixels));
      output.finish(o, 1, start, pixels);
    }
  }

  const ColumnWinograd& w_;
  std::int64_t height_, width_, columns_, gap_, pitch_;
  Scratch v_, m_, results_;
  std::optional<Scratch> room_;  ///< not used: the weights are packed
  std::int64_t with_gaps_ = 0;   ///< the gaps of this many tiles of v are already 0
  std::vector<std::int64_t> taps_;
};

void ColumnWinograd::convolve(const Images& x, const MapPointers& map, std::int64_t images,
                              std::int64_t height, std::int64_t width,
                              const BatchOutput& output) const {
  constexpr std::int64_t kPixels = 64;  // per row of a band, so that v stays in the cache
  const std::int64_t tiles = (height + kTileRows - 1) / kTileRows;
  const std::int64_t band = std::clamp<std::int64_t>(kPixels / width, 1, tiles);
  const std::int64_t parts = parts_of_image(images, tiles, output.sums());
  parallel_for(images * parts, 1, [&](std::int64_t begin, std::int64_t end) {
    Band work(*this, height, width, band);
    for (auto i = begin; i < end; ++i) {
      const std::int64_t n = i / parts, part = i % parts, last = tiles * (part + 1) / parts;
      for (auto t = tiles * part / parts; t < last; t += band)
        work.convolve(x[n], map, t, std::min(t + band, last), output[n]);
    }
  });
}

}  // namespace odin::tensor::cpu
