#include <algorithm>
#include <span>

#include "odin/tensor/backend/cpu/conv.h"
#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/depthwise.h"
#include "odin/tensor/backend/cpu/winograd.h"
#include "odin/tensor/parallel.h"

// dw[o,c,a,b] is the dot product, over images and pixels, of channel o of dy and the pixels of
// channel c of map(x) that position (a,b) reads. With the copies of conv_windows.h, both are
// contiguous lines.
//
// Images and channels are processed in blocks whose copies and dy, which every tile reads, stay in
// the second-level cache.
//
// Images are summed in a number of parts that does not depend on the number of threads, so the
// order of the additions, and the result to the last bit, does not either.

namespace odin::tensor::cpu {
namespace {

/// Eight parts, or fewer if a large weight's partial sums would need more than 32 MB.
std::int64_t parts_for(std::int64_t images, std::int64_t weights) {
  return std::min<std::int64_t>(images, std::clamp<std::int64_t>((8 << 20) / weights, 1, 8));
}

/// Each dot product ends with adding its lanes, so lines should be long: enough images for 1024
/// pixels, but fewer if dy would need more than half a megabyte.
std::int64_t images_of_block(std::int64_t images, std::int64_t outputs, std::int64_t pixels) {
  return std::clamp<std::int64_t>(std::min<std::int64_t>(1024, (128 << 10) / outputs) / pixels, 1,
                                  images);
}

/// As many whole tiles as fit into about a hundred kilobytes.
std::int64_t channels_of_block(std::int64_t channels, std::int64_t floats_of_channel) {
  const std::int64_t tile = kernels().dot_cols;
  const std::int64_t tiles = std::max<std::int64_t>(1, (24 << 10) / (tile * floats_of_channel));
  return std::min(channels, tiles * tile);
}

/// dy of a block of images, as one line per output channel. Each image's pixels are padded with
/// zeros to a multiple of the lanes.
class OutputLines {
 public:
  OutputLines(const Tensor& dy, std::int64_t images)
      : dy_(dy),
        outputs_(dy.dim(1)),
        pixels_(dy.dim(2) * dy.dim(3)),
        length_((pixels_ + kernels().lanes - 1) / kernels().lanes * kernels().lanes),
        line_(images * length_ + kGapOfLines),
        packed_(outputs_ * line_) {
    std::fill_n(packed_.data(), outputs_ * line_, 0.0f);
  }

  std::int64_t image_stride() const { return length_; }
  std::int64_t line_stride() const { return line_; }

  const float* of(std::int64_t first, std::int64_t images) const {
    for (std::int64_t n = 0; n < images; ++n)
      for (std::int64_t o = 0; o < outputs_; ++o)
        std::copy_n(dy_[first + n] + o * pixels_, pixels_,
                    packed_.data() + o * line_ + n * length_);
    return packed_.data();
  }

 private:
  Images dy_;
  std::int64_t outputs_, pixels_, length_, line_;
  Scratch packed_;
};

struct Block {
  std::int64_t image, images, channel, channels;
};

/// The blocks of the images before last_image, in order: all channels of some images, then the next
/// images.
struct Blocks {
  std::int64_t most_images, most_channels;
  std::int64_t channels, last_image;

  Block at(std::int64_t image, std::int64_t channel) const {
    return {image, std::min(most_images, last_image - image), channel,
            std::min(most_channels, channels - channel)};
  }
  /// The next block; it has no images after the last one.
  Block after(const Block& b) const {
    const bool same_images = b.channel + b.channels < channels;
    return same_images ? at(b.image, b.channel + b.channels) : at(b.image + b.images, 0);
  }
};

/// Prefetches the next block's input, a few lines per step, while the tiles of the current block
/// are computed: the hardware does not prefetch past the end of a page.
class Ahead {
 public:
  Ahead(const Images& x, const Block& next, std::int64_t pixels, std::int64_t steps)
      : x_(x.from(next.image, next.channel * pixels)),
        lines_((next.channels * pixels + kLine - 1) / kLine),
        left_(next.images * lines_),
        step_((left_ + steps - 1) / steps) {}

  void step() {
    for (auto n = std::min(step_, left_); n > 0; --n, --left_) {
      __builtin_prefetch(x_[image_] + line_ * kLine, 0, 2);
      if (++line_ < lines_) continue;
      line_ = 0;
      ++image_;
    }
  }

 private:
  static constexpr std::int64_t kLine = 64 / sizeof(float);
  Images x_;
  std::int64_t lines_, left_, step_, image_ = 0, line_ = 0;
};

std::int64_t tiles_of(std::int64_t depth, std::int64_t outputs) {
  const Kernels& k = kernels();
  return (depth + k.dot_cols - 1) / k.dot_cols * ((outputs + k.dot_rows - 1) / k.dot_rows);
}

/// dw += the dot products of a block.
void accumulate(DotTile tile, std::span<const std::int64_t> taps, std::int64_t outputs, float* dw,
                Ahead ahead) {
  const Kernels& k = kernels();
  const auto depth = static_cast<std::int64_t>(taps.size());
  const float* dy = tile.a;
  for (std::int64_t j = 0; j < depth; j += k.dot_cols)
    for (std::int64_t o = 0; o < outputs; o += k.dot_rows) {
      tile.rows = static_cast<int>(std::min<std::int64_t>(k.dot_rows, outputs - o));
      tile.cols = static_cast<int>(std::min<std::int64_t>(k.dot_cols, depth - j));
      tile.a = dy + o * tile.a_stride;
      tile.b_rows = taps.data() + j;
      tile.c = dw + o * tile.c_stride + j;
      ahead.step();
      k.dot_tile(tile);
    }
}

/// dw = the sum of the parts.
void add_parts(const float* parts, std::int64_t count, Tensor& dw) {
  float* out = dw.backend_data<float>();
  const std::int64_t size = dw.numel();
  parallel_for(size, 1 << 14, [&](std::int64_t first, std::int64_t last) {
    std::copy(parts + first, parts + last, out + first);
    for (std::int64_t part = 1; part < count; ++part) {
      const float* summand = parts + part * size;
      for (auto i = first; i < last; ++i) out[i] += summand[i];
    }
  });
}

/// The weight gradient of one group.
void group_weight_grad(const Conv2dParams& p, const Tensor& x, const ChannelMap& map,
                       const Tensor& dy, Tensor& dw) {
  if (Winograd::suits_gradients(p, dw.shape(), x.dim(2), x.dim(3)))
    return winograd_weight_grad(Images(x), pointers(map), Images(dy), x.dim(0), x.dim(2), x.dim(3),
                                dw);
  const Windows windows = Windows::forward(p, x.shape(), dw.shape());
  const std::int64_t images = x.dim(0), channels = x.dim(1), pixels = x.dim(2) * x.dim(3);
  const std::int64_t outputs = dw.dim(0), positions = dw.dim(2) * dw.dim(3);
  const std::int64_t parts = parts_for(images, dw.numel());
  const std::int64_t block_images =
      images_of_block((images + parts - 1) / parts, outputs, windows.rows * windows.cols);
  const std::int64_t block_channels = channels_of_block(
      channels, WindowCopies::floats_of_channel(windows, windows.rows, block_images));
  const Scratch sums(parts * dw.numel());
  std::fill_n(sums.data(), parts * dw.numel(), 0.0f);

  parallel_for(parts, 1, [&](std::int64_t first_part, std::int64_t last_part) {
    const WindowCopies copies(windows, block_channels, windows.rows, block_images);
    copies.clear();
    const auto taps = copies.tap_offsets();
    const OutputLines lines(dy, block_images);
    for (auto part = first_part; part < last_part; ++part) {
      const Blocks blocks{block_images, block_channels, channels, images * (part + 1) / parts};
      const float* line = nullptr;
      for (Block b = blocks.at(images * part / parts, 0); b.images > 0; b = blocks.after(b)) {
        if (b.channel == 0) line = lines.of(b.image, b.images);
        copies.fill(Images(x).from(b.image, b.channel * pixels), b.images, b.channels,
                    pointers(map).from(b.channel), 0, windows.rows);
        accumulate(
            {.rows = 0,
             .cols = 0,
             .n = lines.image_stride(),
             .images = b.images,
             .a = line,
             .a_stride = lines.line_stride(),
             .a_image = lines.image_stride(),
             .b = copies.data(),
             .b_rows = nullptr,
             .b_image = copies.image_stride(),
             .c = nullptr,
             .c_stride = channels * positions},
            std::span(taps).first(static_cast<std::size_t>(b.channels * positions)), outputs,
            sums.data() + part * dw.numel() + b.channel * positions,
            Ahead(Images(x), blocks.after(b), pixels, tiles_of(b.channels * positions, outputs)));
      }
    }
  });
  add_parts(sums.data(), parts, dw);
}

void conv2d_weight_grad(const Conv2dParams& p, const Tensor& x_any, const ChannelMap& map,
                        const Tensor& dy_any, Tensor& dw) {
  if (x_any.dtype() != DType::f32)
    return reference_backend().conv2d_weight_grad(p, x_any, map, dy_any, dw);
  const Tensor x = with_contiguous_images(x_any), dy = with_contiguous_images(dy_any);
  if (is_depthwise(p, dw.shape()) && !map.defined()) return depthwise_weight_grad(p, x, dy, dw);
  for (std::int64_t g = 0; g < p.groups; ++g) {
    const Group group(p, g);
    Tensor part = group.of_outputs(dw);
    group_weight_grad(group.params(), group.of_channels(x), group.of(map), group.of_channels(dy),
                      part);
  }
}

}  // namespace

void add_conv_weight_grad(Backend& b) { b.conv2d_weight_grad = conv2d_weight_grad; }

}  // namespace odin::tensor::cpu
