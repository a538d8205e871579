#include "odin/tensor/backend/conv_pair.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "odin/tensor/backend/cpu/conv.h"
#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/depthwise_band.h"
#include "odin/tensor/parallel.h"

// A depthwise convolution behind a 1x1 one, which makes several times as many channels as it reads:
// the largest tensors of a MobileNet. A few of these channels at a time are computed for a band of
// rows, and read by the depthwise convolution while the cache still has them.

namespace odin::tensor::cpu {
namespace {

class Pair {
 public:
  Pair(const Conv2dParams& p, const Tensor& x, const PointwiseConv& first, const Tensor& w,
       const ConvEnd& end, Tensor& y)
      : x_(x),
        y_(y),
        conv_(p, {x.dim(0), w.dim(0), x.dim(2), x.dim(3)}, w, end),
        in_(first.weight.contiguous()),
        wide_(derived<PackedRows>({&in_}, {&kForwardRows, {0}}, [&] { return packed(in_); })),
        first_(first) {}

  void run() const {
    const Windows& w = conv_.windows();
    const std::int64_t images = x_.dim(0), pixels = w.height * w.width, groups = wide_->groups();
    const bool few = images < num_threads();
    // The threads share the channels of a single small image, of which each reads all pixels, and
    // the bands of larger ones, whose rows a thread has in its cache from the layer before.
    if (few && pixels <= kFewPixels && groups >= 2 * num_threads()) {
      for (std::int64_t n = 0; n < images; ++n)
        parallel_for(groups, one_range_a_thread(groups), [&](auto begin, auto end) {
          compute(n, DepthwiseBand::of(conv_, 0, 1), {begin, end});
        });
      return;
    }
    std::int64_t bands = (pixels + kPixelsOfBand - 1) / kPixelsOfBand;
    if (few) bands = one_range_a_thread(bands) * num_threads();
    bands = std::min(bands, w.rows);
    parallel_for(images * bands, grain_of_parts(images, images * bands),
                 [&](std::int64_t begin, std::int64_t end) {
                   for (auto i = begin; i < end; ++i)
                     compute(i / bands, DepthwiseBand::of(conv_, i % bands, bands),
                             {0, groups, i % bands * groups / bands});
                 });
  }

 private:
  /// Few enough that the input of a band stays in the second-level cache.
  static constexpr std::int64_t kPixelsOfBand = 2048;
  /// An image of no more is shared by channels: one of 28x28 was no faster in two bands than in one.
  static constexpr std::int64_t kFewPixels = 1024;

  static PackedRows packed(const Tensor& weight) {
    const float* from = weight.data<float>();
    const std::int64_t depth = weight.dim(1);
    return {weight.dim(0), depth, [=](auto o, auto k) { return from[o * depth + k]; }};
  }

  /// These groups of channels of a band of image n.
  void compute(std::int64_t n, DepthwiseBand band, const Groups& groups) const {
    const Kernels& k = kernels();
    const std::int64_t depth = wide_->depth(), width = x_.dim(3), pixels = band.height() * width,
                       tile = k.tile_cols, row = (pixels + tile - 1) / tile * tile,
                       results = y_.dim(2) * y_.dim(3);
    const Scratch wide(k.tile_rows * row);
    const float* from = Images(x_)[n] + band.top() * width;
    // The input is copied into tiles if a tile would read something behind it.
    const bool in_place = wide_->columns_of_tiles(pixels) == pixels;
    std::optional<Scratch> copy;
    if (!in_place) {
      copy.emplace(depth * row);
      k.map_rows(static_cast<int>(depth), pixels, from, x_.dim(2) * width, nullptr, nullptr, false,
                 copy->data(), depth * tile);
    }
    const RowOffsets offsets(depth, in_place ? x_.dim(2) * width : tile);
    const RightPiece x{0, depth, in_place ? from : copy->data(), offsets.data(),
                       in_place ? tile : depth * tile};
    float* y = y_.backend_data<float>() + n * y_.strides()[0];
    for (std::int64_t i = 0; i < groups.count(); ++i) {
      const std::int64_t g = groups[i];
      widen(g, x, pixels, wide.data());
      for (int r = 0; r < wide_->rows_in(g); ++r) {
        const std::int64_t c = wide_->first_row(g) + r;
        band.compute(c, wide.data() + r * row, row, nullptr, y + c * results);
      }
    }
  }

  /// The 1x1 convolution's results for a group of channels: rows of whole tiles.
  void widen(std::int64_t g, const RightPiece& x, std::int64_t pixels, float* to) const {
    const Kernels& k = kernels();
    const std::int64_t depth = wide_->depth(), tile = k.tile_cols,
                       tiles = (pixels + tile - 1) / tile;
    const SumEnd end(first_.activation, first_.bias.defined()
                                            ? first_.bias.data<float>() + wide_->first_row(g)
                                            : nullptr);
    std::optional<Scratch> room;
    for (std::int64_t from = 0; from < depth; from += wide_->piece_depth()) {
      const std::int64_t last = std::min(depth, from + wide_->piece_depth());
      const PackedRows::Panel panel = wide_->panel(g, from, last, room);
      for (std::int64_t t = 0, left = pixels; left > 0; ++t) {
        const PackedRows::TileWidth w = wide_->tile_width(left);
        left -= w.columns;
        k.gemm_tile({.rows = wide_->rows_in(g),
                     .half = w.half,
                     .sides = w.sides,
                     .depth = last - from,
                     .a = panel.data,
                     .a_step = panel.step,
                     .b = x.data + t * x.tile_step,
                     .b_rows = x.rows + from,
                     .b_next = k.lanes,
                     .b_side = w.half ? k.lanes : x.tile_step,
                     .c = to + t * tile,
                     .c_stride = tiles * tile,
                     .add = from > 0 ? to + t * tile : nullptr,
                     .add_stride = tiles * tile,
                     .end = last == depth && end.defined() ? &end : nullptr});
      }
    }
    if (!SumEnd::is_whole(first_.activation))
      for (int r = 0; r < wide_->rows_in(g); ++r)
        k.activation(first_.activation, pixels, to + r * tiles * tile, to + r * tiles * tile);
  }

  const Tensor& x_;
  Tensor& y_;
  DepthwiseConv conv_;
  Tensor in_;
  std::shared_ptr<const PackedRows> wide_;
  const PointwiseConv& first_;
};

void conv2d_pair(const Conv2dParams& p, const Tensor& x, const PointwiseConv& first,
                 const Tensor& w, const ConvEnd& end, Tensor& y) {
  if (x.dtype() != DType::f32)
    return conv2d_pair_in_steps(reference_backend(), p, x, first, w, end, y);
  const Tensor images = with_contiguous_images(x), weight = w.contiguous();
  Pair(p, images, first, weight, end, y).run();
}

}  // namespace

void add_conv_pair(Backend& b) { b.conv2d_pair = conv2d_pair; }

}  // namespace odin::tensor::cpu
