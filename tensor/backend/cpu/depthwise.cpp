#include "odin/tensor/backend/cpu/depthwise.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "odin/tensor/backend/cpu/conv_windows.h"
#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/backend/cpu/phases.h"
#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {
namespace {

std::size_t bytes(std::int64_t floats) { return static_cast<std::size_t>(floats) * sizeof(float); }

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// One image of one channel, with its padding, as lines of `pitch` floats. With a stride, its rows
/// and columns are grouped by their remainders (phases), so that the windows of neighboring results
/// start at neighboring floats. Result (i, j) is number i * pitch + j: the last pitch - cols numbers
/// of a row mean nothing.
class PaddedImage {
 public:
  explicit PaddedImage(const Windows& w)
      : w_(w),
        pitch_(w.cols + (w.kernel_w - 1) * w.dilation.w / w.stride.w),
        rows_(w.rows + (w.kernel_h - 1) * w.dilation.h / w.stride.h),
        phases_(std::min(w.stride.h, (w.kernel_h - 1) * w.dilation.h + 1),
                std::min(w.stride.w, (w.kernel_w - 1) * w.dilation.w + 1)),
        size_(rows_ * pitch_),
        floats_(phases_.h * phases_.w * size_ + kSlack + w.kernel_w * w.dilation.w),
        data_(floats_) {
    std::fill_n(data_.data(), floats_, 0.0f);
  }

  std::int64_t pitch() const { return pitch_; }
  /// The length of the line of results, a multiple of every vector size.
  std::int64_t results() const { return ceil_div(w_.rows * pitch_, kSlack) * kSlack; }
  const float* data() const { return data_.data(); }

  /// For each kernel position, row by row, the offset of what result 0 reads.
  std::vector<std::int64_t> taps() const {
    std::vector<std::int64_t> offsets;
    for (std::int64_t a = 0; a < w_.kernel_h; ++a)
      for (std::int64_t b = 0; b < w_.kernel_w; ++b) {
        const std::int64_t row = a * w_.dilation.h, column = b * w_.dilation.w;
        offsets.push_back(phase(row % w_.stride.h, column % w_.stride.w) +
                          row / w_.stride.h * pitch_ + column / w_.stride.w);
      }
    return offsets;
  }

  /// Copies an image; what is outside it is 0 from the beginning on.
  void fill(const float* image) const {
    for (std::int64_t a = 0; a < phases_.h; ++a)
      for (std::int64_t b = 0; b < phases_.w; ++b) {
        // Column j of the phase is column j stride + b - left of the image.
        const std::int64_t step = w_.stride.w, left = b - w_.left;
        const std::int64_t begin = left < 0 ? ceil_div(-left, step) : 0;
        const std::int64_t end =
            std::min(pitch_, ceil_div(std::max<std::int64_t>(0, w_.width - left), step));
        for (std::int64_t r = 0; r < rows_ && begin < end; ++r) {
          const std::int64_t row = r * w_.stride.h + a - w_.top;
          if (row < 0 || row >= w_.height) continue;
          const float* from = image + row * w_.width + left;
          float* to = data_.data() + phase(a, b) + r * pitch_;
          if (step == 1)
            std::memcpy(to + begin, from + begin, bytes(end - begin));
          else if (step == 2)
            for (std::int64_t j = begin; j < end; ++j) to[j] = from[2 * j];
          else
            for (std::int64_t j = begin; j < end; ++j) to[j] = from[j * step];
        }
      }
  }

  /// Copies the results from a line of them to [rows, cols].
  void take(const float* line, float* y) const {
    for (std::int64_t i = 0; i < w_.rows; ++i)
      std::memcpy(y + i * w_.cols, line + i * pitch_, bytes(w_.cols));
  }
  /// The inverse, with 0 at the numbers that mean nothing.
  void spread(const float* y, float* line) const {
    std::fill_n(line, results(), 0.0f);
    for (std::int64_t i = 0; i < w_.rows; ++i)
      std::memcpy(line + i * pitch_, y + i * w_.cols, bytes(w_.cols));
  }

 private:
  static constexpr std::int64_t kSlack = 64;

  std::int64_t phase(std::int64_t a, std::int64_t b) const { return (a * phases_.w + b) * size_; }

  Windows w_;
  std::int64_t pitch_, rows_;
  Size2d phases_;
  std::int64_t size_;
  std::int64_t floats_;  ///< the last vectors of results read past the last phase
  Scratch data_;
};

/// Images so small that handing out single ones would cost more than the work.
std::int64_t grain(const Windows& w) { return 1 + 8192 / (w.rows * w.cols + 1); }

}  // namespace

bool is_depthwise(const Conv2dParams& p, const Shape& w) { return p.groups > 1 && w[1] == 1; }

void depthwise(const Conv2dParams& p, const Tensor& x, const Tensor& w, const ConvEnd& end,
               Tensor& y) {
  const Windows windows = Windows::forward(p, x.shape(), w.shape());
  const std::int64_t channels = y.dim(1), per_input = channels / x.dim(1),
                     pixels = windows.rows * windows.cols, taps = w.dim(2) * w.dim(3);
  const Images in(x), add(end.add);
  const float* bias = end.bias.defined() ? end.bias.data<float>() : nullptr;
  const float* weights = w.data<float>();
  float* out = y.backend_data<float>();
  const std::int64_t out_image = y.strides()[0];
  parallel_for(x.dim(0) * channels, grain(windows), [&](std::int64_t first, std::int64_t last) {
    const PaddedImage image(windows);
    const auto offsets = image.taps();
    const Scratch line(image.results()), results(end.add.defined() ? pixels : 0);
    for (auto i = first; i < last; ++i) {
      const std::int64_t n = i / channels, c = i % channels;
      image.fill(in[n] + c / per_input * windows.height * windows.width);
      kernels().weighted_taps(image.results(), taps, image.data(), offsets.data(),
                              weights + c * taps, line.data());
      float* to = out + n * out_image + c * pixels;
      if (end.add.defined()) {
        image.take(line.data(), results.data());
        kernels().binary(BinaryOp::add, pixels, results.data(), 1, add[n] + c * pixels, 1, to);
      } else {
        image.take(line.data(), to);
      }
      if (end.has_more())
        kernels().add_and_activate(end.activation, pixels, bias ? bias[c] : 0.0f, to);
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
      const auto offsets = image.taps();
      const Scratch line(image.results()), sum(image.results()), part(h.count * v.count);
      std::vector<float> flipped(static_cast<std::size_t>(h.taps * v.taps));
      for (auto i = first; i < last; ++i) {
        const std::int64_t n = i / channels, c = i % channels;
        for (std::int64_t o = c * per_input; o < (c + 1) * per_input; ++o) {
          for (std::int64_t k = 0; k < h.taps * v.taps; ++k)
            flipped[static_cast<std::size_t>(k)] =
                weights[o * taps + h.flipped(k / v.taps) * kernel_w + v.flipped(k % v.taps)];
          image.fill(grad[n] + o * dy_pixels);
          const bool more = o > c * per_input;
          kernels().weighted_taps(image.results(), h.taps * v.taps, image.data(), offsets.data(),
                                  flipped.data(), more ? line.data() : sum.data());
          if (more)
            kernels().binary(BinaryOp::add, image.results(), sum.data(), 1, line.data(), 1,
                             sum.data());
        }
        image.take(sum.data(), part.data());
        scatter_phase(h, v, dx.dim(3), part.data(), out + i * pixels);
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
    const auto offsets = image.taps();
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
