#include "odin/tensor/backend/cpu/depthwise.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "odin/tensor/backend/cpu/conv.h"
#include "odin/tensor/backend/cpu/depthwise_band.h"
#include "odin/tensor/backend/cpu/phases.h"
#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {
namespace {

/// Images so small that handing out single ones would cost more than the work.
std::int64_t grain(const Windows& w) { return 1 + 8192 / (w.rows * w.cols + 1); }

/// An image of so many results is shared by bands. In smaller ones many cache lines would have a part
/// of two bands.
constexpr std::int64_t kManyPixels = 1024;

}  // namespace

bool is_depthwise(const Conv2dParams& p, const Shape& w) { return p.groups > 1 && w[1] == 1; }

void depthwise(const Conv2dParams& p, const Tensor& x, const Tensor& w, const ConvEnd& end,
               Tensor& y) {
  const DepthwiseConv conv(p, x.shape(), w, end);
  const Windows& windows = conv.windows();
  const std::int64_t images = x.dim(0), channels = y.dim(1), per_input = channels / x.dim(1),
                     pixels = windows.height * windows.width, results = windows.rows * windows.cols,
                     out_image = y.strides()[0];
  const Images in(x), add(end.add);
  float* out = y.backend_data<float>();
  // Few images are shared by bands of rows, which a thread has in its cache from the layer before.
  const bool few = images < num_threads() && results >= kManyPixels;
  const std::int64_t bands = few ? parts_of_image(images, windows.rows, false) : 1,
                     ranges = images * bands;
  parallel_for(ranges * channels, few ? one_range_a_thread(ranges) * channels : grain(windows),
               [&](std::int64_t begin, std::int64_t last) {
                 std::optional<DepthwiseBand> band;
                 for (auto i = begin; i < last; ++i) {
                   const std::int64_t n = i / channels / bands, b = i / channels % bands;
                   if (i == begin || (bands > 1 && i % channels == 0))
                     band.emplace(DepthwiseBand::of(conv, b, bands));
                   // Bands meet in a cache line: no two threads begin with the same channel.
                   const std::int64_t c = (i + b * channels / bands) % channels;
                   const std::int64_t before = band->top() * windows.width;
                   band->compute(c, in[n] + c / per_input * pixels + before, pixels - before,
                                 end.add.defined() ? add[n] + c * results : nullptr,
                                 out + n * out_image + c * results);
                 }
               });
}

void depthwise_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w, Tensor& dx) {
  const std::int64_t channels = dx.dim(1), outputs = dy.dim(1), per_input = outputs / channels,
                     kernel_w = w.dim(3), taps = w.dim(2) * kernel_w,
                     pixels = dx.dim(2) * dx.dim(3), dy_pixels = dy.dim(2) * dy.dim(3);
  const Images grad(dy);
  const float* weights = w.data<float>();
  float* out = dx.backend_data<float>();
  for_each_phase(p, dx.shape(), w.shape(), [&](const Phase& h, const Phase& v) {
    const Windows windows = windows_of(h, v, dy.shape());
    parallel_for(dx.dim(0) * channels, grain(windows), [&](std::int64_t first, std::int64_t last) {
      const PaddedImage image(windows);
      TapRows rows = image.tap_rows();
      const std::int64_t count = h.count * v.count;
      const Scratch sums(2 * count);
      std::vector<float> flipped(static_cast<std::size_t>(h.taps * v.taps));
      for (auto i = first; i < last; ++i) {
        const std::int64_t n = i / channels, c = i % channels;
        float *sum = sums.data(), *before = sum + count;
        for (std::int64_t o = c * per_input; o < (c + 1) * per_input; ++o) {
          for (std::int64_t k = 0; k < h.taps * v.taps; ++k)
            flipped[static_cast<std::size_t>(k)] =
                weights[o * taps + h.flipped(k / v.taps) * kernel_w + v.flipped(k % v.taps)];
          image.fill(grad[n] + o * dy_pixels);
          std::swap(sum, before);
          rows.weights = flipped.data();
          rows.y = sum;
          rows.add = o > c * per_input ? before : nullptr;
          kernels().tap_rows(rows);
        }
        scatter_phase(h, v, dx.dim(3), sum, out + i * pixels);
      }
    });
  });
}

void depthwise_weight_grad(const Conv2dParams& p, const Tensor& x, const Tensor& dy, Tensor& dw) {
  const Windows windows = Windows::forward(p, x.shape(), dw.shape());
  const std::int64_t outputs = dy.dim(1), per_input = outputs / x.dim(1),
                     taps = dw.dim(2) * dw.dim(3), pixels = windows.rows * windows.cols;
  const Images in(x), grad(dy);
  float* out = dw.backend_data<float>();
  parallel_for(outputs, 1, [&](std::int64_t first, std::int64_t last) {
    const PaddedImage image(windows);
    const auto& offsets = image.taps();
    const Scratch line(image.results());
    std::vector<double> sums(static_cast<std::size_t>(taps));
    for (auto o = first; o < last; ++o) {
      std::fill(sums.begin(), sums.end(), 0.0);
      for (std::int64_t n = 0; n < x.dim(0); ++n) {
        image.fill(in[n] + o / per_input * windows.height * windows.width);
        image.spread(grad[n] + o * pixels, line.data());
        for (std::size_t k = 0; k < sums.size(); ++k)
          sums[k] += static_cast<double>(
              kernels().dot(image.results(), line.data(), image.data() + offsets[k]));
      }
      for (std::size_t k = 0; k < sums.size(); ++k)
        out[o * taps + static_cast<std::int64_t>(k)] = static_cast<float>(sums[k]);
    }
  });
}

}  // namespace odin::tensor::cpu
