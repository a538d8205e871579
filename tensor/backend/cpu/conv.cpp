#include "odin/tensor/backend/cpu/conv.h"

#include <algorithm>
#include <vector>

#include "odin/tensor/backend/cpu/column_winograd.h"
#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/depthwise.h"
#include "odin/tensor/backend/cpu/winograd.h"
#include "odin/tensor/parallel.h"

// Convolution. The algorithms:
//   1x1, no padding: a matrix product, [O,C] times [C,pixels of all images]
//   3x3, stride 1, padding 1, at least 32 input and output channels: Winograd (winograd.h)
//   3x3, stride 1, padding 1, fewer channels, rows that fill vectors: Winograd along columns
//     (column_winograd.h)
//   everything else: a matrix product over shifted copies of bands (conv_windows.h)
// Several groups run one after another, each as one of these; a depthwise convolution, where each
// channel is a group, has an algorithm of its own (depthwise.h).
// The channel map is fused: it is applied while the input is copied or transformed.

namespace odin::tensor::cpu {

BatchOutput::BatchOutput(Tensor& y, const ConvEnd& end)
    : y_(y.backend_data<float>()),
      y_stride_(y.strides()[0]),
      images_(y.dim(0)),
      channels_(y.dim(1)),
      pixels_(y.dim(2) * y.dim(3)),
      add_(end.add),
      bias_(end.bias.defined() ? end.bias.data<float>() : nullptr),
      activation_(end.activation) {}

BatchOutput::BatchOutput(Tensor& dx, const MapGrad& through, const Tensor& x)
    : BatchOutput(dx, ConvEnd{.add = through.add}) {
  if (!through.map.defined()) return;
  carry_ = true;
  x_ = Images(x);
  const MapPointers map = pointers(through.map);
  scale_ = map.scale;
  shift_ = map.shift;
  relu_ = map.relu;
  if (!through.mean.defined()) return;
  mean_ = through.mean.data<float>();
  sums_ = std::make_shared<double[]>(static_cast<std::size_t>(2 * images_ * channels_));
}

Output BatchOutput::operator[](std::int64_t n) const {
  Output output{.y = y_ + n * y_stride_,
                .add = add_[n],
                .stride = pixels_,
                .bias = bias_,
                .activation = activation_,
                .carry = carry_,
                .map = {}};
  if (!carry_) return output;
  output.map.x = x_[n];
  output.map.scale = scale_;
  output.map.shift = shift_;
  output.map.relu = relu_;
  output.map.mean = mean_;
  if (sums_) {
    output.map.sum_g = sums_.get() + 2 * n * channels_;
    output.map.sum_gx = output.map.sum_g + channels_;
  }
  return output;
}

void BatchOutput::finish(Tensor& to_sum_g, Tensor& to_sum_gx) const {
  if (!sums_) return;
  float* sum_g = to_sum_g.backend_data<float>();
  float* sum_gx = to_sum_gx.backend_data<float>();
  for (std::int64_t c = 0; c < channels_; ++c) {
    double g = 0, gx = 0;
    for (std::int64_t n = 0; n < images_; ++n) {
      g += sums_[static_cast<std::size_t>(2 * n * channels_ + c)];
      gx += sums_[static_cast<std::size_t>((2 * n + 1) * channels_ + c)];
    }
    sum_g[c] = static_cast<float>(g);
    sum_gx[c] = static_cast<float>(gx);
  }
}

std::int64_t parts_of_image(std::int64_t images, std::int64_t most, bool whole) {
  if (whole) return 1;
  const std::int64_t wanted = (num_threads() + images - 1) / images;
  return std::clamp<std::int64_t>(wanted, 1, most);
}

namespace {

std::vector<Output> outputs_of(const BatchOutput& output, std::int64_t first, std::int64_t count) {
  std::vector<Output> outputs;
  for (std::int64_t n = 0; n < count; ++n) outputs.push_back(output[first + n]);
  return outputs;
}

/// Copies map(x) of columns [at, at + count), which may be pixels of several images, into tiles:
/// the rows of each tile are consecutive.
class PixelTiles {
 public:
  PixelTiles(const Images& x, const MapPointers& map, std::int64_t pixels, std::int64_t depth,
             std::int64_t width)
      : x_(x), map_(map), pixels_(pixels), tile_(kernels().tile_cols), rows_(depth, tile_),
        data_(depth * width), part_(depth * tile_) {}

  /// Rows [first, last) of these columns, until the next call.
  RightPiece fill(std::int64_t first, std::int64_t last, std::int64_t at, std::int64_t count) const {
    const std::int64_t tile_step = (last - first) * tile_;
    for (std::int64_t j = 0; j < count;) {
      float* to = data_.data() + j / tile_ * tile_step;
      const std::int64_t left = count - j, in_image = pixels_ - (at + j) % pixels_;
      const std::int64_t in_tiles = in_image >= left ? left : in_image / tile_ * tile_;
      if (in_tiles > 0)
        copy(first, last, at + j, in_tiles, to, tile_step);
      else
        fill_tile(first, last, at + j, std::min(tile_, left), to);
      j += in_tiles > 0 ? in_tiles : tile_;
    }
    return {first, last, data_.data(), rows_.data(), tile_step};
  }

 private:
  /// A tile whose columns are pixels of several images.
  void fill_tile(std::int64_t first, std::int64_t last, std::int64_t at, std::int64_t count,
                 float* to) const {
    std::fill_n(to, (last - first) * tile_, 0.0f);
    for (std::int64_t done = 0, some; done < count; done += some) {
      some = std::min(count - done, pixels_ - (at + done) % pixels_);
      copy(first, last, at + done, some, part_.data(), 0);
      for (std::int64_t r = 0; r < last - first; ++r)
        std::copy_n(part_.data() + r * tile_, some, to + r * tile_ + done);
    }
  }
  /// Columns that are pixels of one image.
  void copy(std::int64_t first, std::int64_t last, std::int64_t at, std::int64_t count, float* to,
            std::int64_t tile_step) const {
    const MapPointers map = map_.from(first);
    const float* x = x_[at / pixels_] + first * pixels_ + at % pixels_;
    kernels().map_rows(static_cast<int>(last - first), count, x, pixels_, map.scale, map.shift,
                       map.relu, to, tile_step);
  }

  Images x_;
  MapPointers map_;
  std::int64_t pixels_, tile_;
  RowOffsets rows_;
  Scratch data_, part_;
};

/// The groups of rows in one range of a loop that the threads share: two ranges for each thread,
/// since every range copies the pixels again.
std::int64_t grain_of_groups(const PackedRows& weight) {
  const std::int64_t ranges = 2 * num_threads();
  return (weight.groups() + ranges - 1) / ranges;
}

}  // namespace

void multiply_pixels(const PackedRows& weight, const Images& x, const MapPointers& map,
                     std::int64_t images, std::int64_t pixels, const BatchOutput& output) {
  const std::int64_t tile = kernels().tile_cols, depth = weight.depth(),
                     piece = weight.piece_depth();
  const bool large = is_large_factor(weight.rows() * depth);
  const auto multiply = [&](Groups groups, std::int64_t image, std::int64_t count,
                            std::int64_t begin, std::int64_t end) {
    const std::int64_t width = width_of_piece(piece, end - begin, large);
    const PixelTiles tiles(x.from(image), map, pixels, piece, width);
    const std::vector<Output> outputs = outputs_of(output, image, count);
    TileProduct product(weight, groups);
    for (auto at = begin; at < end; at += width)
      for (std::int64_t c = 0; c < depth; c += piece) {
        const std::int64_t columns = std::min(width, end - at);
        product.add_piece(outputs, tiles.fill(c, std::min(depth, c + piece), at, columns), at,
                          columns);
      }
  };
  const Groups all{0, weight.groups()};
  const std::int64_t columns = images * pixels, count = (columns + tile - 1) / tile;
  if (output.sums())  // of one image after the other
    parallel_for(images, 1, [&](std::int64_t first, std::int64_t last) {
      for (auto n = first; n < last; ++n) multiply(all, n, 1, 0, pixels);
    });
  else if (large || (count < 8 * num_threads() && all.last >= 4 * num_threads()))
    parallel_for(all.last, grain_of_groups(weight), [&](std::int64_t first, std::int64_t last) {
      multiply({first, last}, 0, images, 0, columns);
    });
  else
    parallel_for(count, 1, [&](std::int64_t first, std::int64_t last) {
      multiply(all, 0, images, first * tile, std::min(columns, last * tile));
    });
}

namespace {

/// The rows of a band: few enough that its copies stay in the second-level cache.
std::int64_t rows_of_band(const Windows& w, std::int64_t images, bool whole) {
  constexpr std::int64_t kPixels = 512;
  const std::int64_t bands =
      std::max((w.rows * w.cols + kPixels - 1) / kPixels, parts_of_image(images, w.rows, whole));
  return (w.rows + bands - 1) / bands;
}

}  // namespace

void multiply_windows(const PackedRows& weight, const Windows& windows, const Images& x,
                      const MapPointers& map, std::int64_t images, const BatchOutput& output) {
  const std::int64_t tile = kernels().tile_cols, depth = weight.depth();
  const bool large = is_large_factor(weight.rows() * depth);
  const bool share_rows = large && !output.sums() && images < 2 * num_threads() &&
                          windows.rows * windows.cols < weight.rows();
  const std::int64_t band_rows = rows_of_band(windows, images, share_rows || output.sums());
  const std::int64_t bands = (windows.rows + band_rows - 1) / band_rows;
  const std::int64_t channels = depth / (windows.kernel_h * windows.kernel_w);
  const auto multiply = [&](Groups groups, std::int64_t begin, std::int64_t end) {
    const WindowCopies copies(windows, channels, band_rows);
    const auto taps = copies.tap_offsets();
    TileProduct product(weight, groups);
    for (auto i = begin; i < end; ++i) {
      const std::int64_t n = i / bands, top = i % bands * band_rows;
      const std::int64_t bottom = std::min(top + band_rows, windows.rows);
      const Output out = output[n];
      copies.fill(x.from(n), 1, channels, map, top, bottom);
      const std::int64_t start = top * windows.cols, pixels = (bottom - top) * windows.cols;
      const std::int64_t width = large ? pixels : tile;
      for (std::int64_t at = 0; at < pixels; at += width)
        for (std::int64_t k = 0; k < depth; k += kDepthOfPiece)
          product.add_piece(
              {&out, 1},
              {k, std::min(depth, k + kDepthOfPiece), copies.data() + at, taps.data() + k, tile},
              start + at, std::min(width, pixels - at));
    }
  };
  const Groups all{0, weight.groups()};
  // If sums are computed, one thread does all bands of an image.
  const std::int64_t parts = output.sums() ? 1 : bands;
  if (share_rows)
    parallel_for(all.last, grain_of_groups(weight), [&](std::int64_t first, std::int64_t last) {
      multiply({first, last}, 0, images * bands);
    });
  else
    parallel_for(images * parts, 1, [&](std::int64_t first, std::int64_t last) {
      multiply(all, first * bands / parts, last * bands / parts);
    });
}

namespace {

/// The convolution of one group, whose number is `group`.
void convolve_group(const Conv2dParams& p, const Tensor& x, const ChannelMap& map, const Tensor& w,
                    const ConvEnd& end, std::int64_t group, Tensor& y) {
  const BatchOutput output(y, end);
  if (Winograd::suits(p, w.shape(), x.dim(2), x.dim(3))) {
    const auto weight =
        derived<Winograd>({&w}, {&kForwardWinograd, {group}}, [&] { return Winograd(w, false); });
    return weight->convolve(Images(x), pointers(map), x.dim(0), x.dim(2), x.dim(3), output);
  }
  if (ColumnWinograd::suits(p, w.shape(), x.dim(3))) {
    const auto weight = derived<ColumnWinograd>({&w}, {&kForwardColumns, {group}},
                                                [&] { return ColumnWinograd(w, false); });
    return weight->convolve(Images(x), pointers(map), x.dim(0), x.dim(2), x.dim(3), output);
  }
  const std::int64_t depth = w.dim(1) * w.dim(2) * w.dim(3);
  const bool pointwise = is_pointwise(p, w.shape());
  const auto multiply = [&](const PackedRows& weight) {
    if (!pointwise)
      return multiply_windows(weight, Windows::forward(p, x.shape(), w.shape()), Images(x),
                              pointers(map), x.dim(0), output);
    const Tensor pixels = pick_pixels(x, p.stride);
    multiply_pixels(weight, Images(pixels), pointers(map), x.dim(0), y.dim(2) * y.dim(3), output);
  };
  const float* from = w.data<float>();
  if (pointwise && is_large_factor(w.numel()))
    return multiply(PackedRows::row_major(from, w.dim(0), depth));
  multiply(*derived<PackedRows>({&w}, {&kForwardRows, {group}}, [&] {
    return PackedRows(w.dim(0), depth, [&](auto o, auto k) { return from[o * depth + k]; });
  }));
}

void conv2d(const Conv2dParams& p, const Tensor& x_any, const ChannelMap& map, const Tensor& w_any,
            const ConvEnd& end, Tensor& y) {
  if (x_any.dtype() != DType::f32) return reference_backend().conv2d(p, x_any, map, w_any, end, y);
  const Tensor x = with_contiguous_images(x_any), w = w_any.contiguous();
  if (is_depthwise(p, w.shape()) && !map.defined()) return depthwise(p, x, w, end, y);
  for (std::int64_t g = 0; g < p.groups; ++g) {
    const Group group(p, g);
    Tensor part = group.of_channels(y);
    convolve_group(group.params(), group.of_channels(x), group.of(map), group.of_outputs(w),
                   {.bias = group.of_outputs(end.bias),
                    .add = group.of_channels(end.add),
                    .activation = end.activation},
                   g, part);
  }
}

}  // namespace

void add_conv(Backend& b) { b.conv2d = conv2d; }

}  // namespace odin::tensor::cpu
