#include <algorithm>
#include <vector>

#include "odin/tensor/backend/cpu/conv.h"
#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/winograd.h"
#include "odin/tensor/parallel.h"

// dw[o,c,a,b] is the dot product, over images and pixels, of channel o of dy with what position
// (a,b) of channel c of map(x) reads: in the copies of conv_windows.h both are contiguous lines.
//
// Images are summed in a fixed number of parts, so that the order of additions, and with it the
// result to the last bit, does not depend on the number of threads.

namespace odin::tensor {

using namespace cpu;

namespace {

/// Eight parts, or fewer where the partial sums of large weights would take over 32 MB.
std::int64_t parts_for(std::int64_t images, std::int64_t weights) {
  return std::min<std::int64_t>(images, std::clamp<std::int64_t>((8 << 20) / weights, 1, 8));
}

/// Small images are worked on several at a time: a dot product ends with adding up the lanes, which
/// should not happen too often.
std::int64_t images_at_a_time(std::int64_t images, std::int64_t pixels) {
  return std::clamp<std::int64_t>(1024 / pixels, 1, images);
}

/// dy [images][outputs][line], lines being a multiple of the lanes: dy itself, or a copy with zeros
/// at the end of the lines.
struct Lines {
  Tensor values;
  std::int64_t length, image;
};

Lines lines_of(const Tensor& dy) {
  const std::int64_t lanes = kernels().lanes, pixels = dy.dim(2) * dy.dim(3);
  if (pixels % lanes == 0) return {dy, pixels, dy.strides()[0]};
  const std::int64_t length = (pixels + lanes - 1) / lanes * lanes, rows = dy.dim(1);
  Lines lines{Tensor::empty({dy.dim(0), rows, length}), length, rows * length};
  for (std::int64_t n = 0; n < dy.dim(0); ++n)
    kernels().map_rows(static_cast<int>(rows), pixels, dy.data<float>() + n * dy.strides()[0],
                       pixels, nullptr, nullptr, false,
                       lines.values.mutable_data<float>() + n * lines.image, length);
  return lines;
}

/// dw += the dot products of `images` images' lines.
void accumulate(DotTile tile, const std::vector<std::int64_t>& taps, std::int64_t outputs,
                float* dw) {
  const Kernels& k = kernels();
  const auto depth = static_cast<std::int64_t>(taps.size());
  const float* dy = tile.a;
  for (std::int64_t j = 0; j < depth; j += k.dot_cols)
    for (std::int64_t o = 0; o < outputs; o += k.dot_rows) {
      tile.rows = static_cast<int>(std::min<std::int64_t>(k.dot_rows, outputs - o));
      tile.cols = static_cast<int>(std::min<std::int64_t>(k.dot_cols, depth - j));
      tile.a = dy + o * tile.a_stride;
      tile.b_rows = taps.data() + j;
      tile.c = dw + o * depth + j;
      k.dot_tile(tile);
    }
}

}  // namespace

void CpuBackend::conv2d_weight_grad(const Conv2dParams& p, const Tensor& x_any,
                                    const ChannelMap& map, const Tensor& dy_any, Tensor& dw) const {
  if (x_any.dtype() != DType::f32)
    return ReferenceBackend::conv2d_weight_grad(p, x_any, map, dy_any, dw);
  const Tensor x = with_contiguous_images(x_any);
  if (Winograd::suits(p, dw.shape()))
    return winograd_weight_grad(Images(x), pointers(map), Images(with_contiguous_images(dy_any)),
                                x.dim(0), x.dim(2), x.dim(3), dw);
  const Windows windows = Windows::forward(p, x.shape(), dw.shape());
  const Lines dy = lines_of(with_contiguous_images(dy_any));
  const std::int64_t images = x.dim(0), parts = parts_for(images, dw.numel());
  const std::int64_t at_a_time = images_at_a_time((images + parts - 1) / parts, dy.length);
  const Scratch sums(parts * dw.numel());
  std::fill_n(sums.data(), parts * dw.numel(), 0.0f);

  parallel_for(parts, 1, [&](std::int64_t first, std::int64_t last) {
    const WindowCopies copies(windows, x.dim(1), windows.rows, at_a_time);
    const auto taps = copies.tap_offsets();
    for (auto part = first; part < last; ++part) {
      const std::int64_t end = images * (part + 1) / parts;
      for (auto n = images * part / parts; n < end; n += at_a_time) {
        const std::int64_t count = std::min(at_a_time, end - n);
        for (std::int64_t i = 0; i < count; ++i)
          copies.fill(Images(x)[n + i], pointers(map), 0, windows.rows, i);
        accumulate({.rows = 0,
                    .cols = 0,
                    .n = dy.length,
                    .images = count,
                    .a = dy.values.data<float>() + n * dy.image,
                    .a_stride = dy.length,
                    .a_image = dy.image,
                    .b = copies.data(),
                    .b_rows = nullptr,
                    .b_image = copies.image_size(),
                    .c = nullptr,
                    .c_stride = dw.numel() / dw.dim(0)},
                   taps, dw.dim(0), sums.data() + part * dw.numel());
      }
    }
  });
  float* out = dw.mutable_data<float>();
  parallel_for(dw.numel(), 1 << 14, [&](std::int64_t first, std::int64_t last) {
    std::copy(sums.data() + first, sums.data() + last, out + first);
    for (std::int64_t part = 1; part < parts; ++part)
      for (auto i = first; i < last; ++i) out[i] += sums.data()[part * dw.numel() + i];
  });
}

}  // namespace odin::tensor
