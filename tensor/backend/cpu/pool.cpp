#include <algorithm>
#include <limits>
#include <memory>
#include <type_traits>

#include "odin/tensor/backend/cpu/conv.h"
#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/parallel.h"

// Pooling is bound by memory bandwidth, so the compiler's vectorization is sufficient.

namespace odin::tensor::cpu {
namespace {

bool is_2x2(const Pool2dParams& p) {
  return p.kernel == 2 && p.stride == 2 && p.padding == 0 && !p.ceil;
}

/// The sizes of the images of x [N,C,H,W] and y, and the loop over them.
struct Planes {
  std::int64_t images, channels, count, h, w, oh, ow;

  Planes(const Tensor& x, const Tensor& y)
      : images(x.dim(0)),
        channels(x.dim(1)),
        count(images * channels),
        h(x.dim(2)),
        w(x.dim(3)),
        oh(y.dim(2)),
        ow(y.dim(3)) {}

  /// Calls f(plane) for each, on several threads.
  template <class F>
  void parallel(F&& f) const {
    parallel_for(count, 1 + 16384 / (h * w), [&](std::int64_t first, std::int64_t last) {
      for (auto plane = first; plane < last; ++plane) f(plane);
    });
  }

  /// Calls f(plane, first row of results, last row) for all, on several threads. They share few large
  /// images by bands of rows, which a thread has in its cache from the convolution before.
  template <class F>
  void parallel_rows(F&& f) const {
    const bool few = images < num_threads() && oh * ow >= kManyPixels;
    const std::int64_t bands = few ? parts_of_image(images, oh, false) : 1, ranges = images * bands;
    parallel_for(ranges * channels,
                 few ? one_range_a_thread(ranges) * channels : 1 + 16384 / (h * w),
                 [&](std::int64_t first, std::int64_t last) {
                   for (auto i = first; i < last; ++i) {
                     const std::int64_t range = i / channels, n = range / bands, b = range % bands;
                     f(n * channels + i % channels, oh * b / bands, oh * (b + 1) / bands);
                   }
                 });
  }

 private:
  static constexpr std::int64_t kManyPixels = 1024;
};

/// The window positions [begin, end) of output i that are inside an image of this size.
struct Inside {
  std::int64_t first, begin, end;
  Inside(std::int64_t i, std::int64_t stride, std::int64_t kernel, std::int64_t dilation,
         std::int64_t before, std::int64_t size)
      : first(i * stride - before),
        begin(first < 0 ? (-first + dilation - 1) / dilation : 0),
        end(std::min(kernel, (size - first + dilation - 1) / dilation)) {}
};

void avg_pool2d_2x2(const Planes& s, const float* in, float* out) {
  s.parallel([&](std::int64_t plane) {
    for (std::int64_t i = 0; i < s.oh; ++i) {
      const float* top = in + (plane * s.h + 2 * i) * s.w;
      const float* bottom = top + s.w;
      float* row = out + (plane * s.oh + i) * s.ow;
      for (std::int64_t j = 0; j < s.ow; ++j)
        row[j] = 0.25f * ((top[2 * j] + top[2 * j + 1]) + (bottom[2 * j] + bottom[2 * j + 1]));
    }
  });
}

void avg_pool2d_grad_2x2(const Planes& s, const float* grad, float* out) {
  s.parallel([&](std::int64_t plane) {
    float* rows = out + plane * s.h * s.w;
    if (s.h > 2 * s.oh || s.w > 2 * s.ow) std::fill_n(rows, s.h * s.w, 0.0f);
    for (std::int64_t i = 0; i < 2 * s.oh; ++i) {
      const float* row = grad + (plane * s.oh + i / 2) * s.ow;
      for (std::int64_t j = 0; j < s.ow; ++j)
        rows[i * s.w + 2 * j] = rows[i * s.w + 2 * j + 1] = 0.25f * row[j];
    }
  });
}

/// Calls f(output number, image row, first column, last column, share) for all rows of all windows
/// of a plane.
template <class F>
void for_each_window_row(const Pool2dParams& p, const Planes& s, F&& f) {
  for (std::int64_t i = 0; i < s.oh; ++i) {
    const Inside rows(i, p.stride.h, p.kernel.h, 1, p.padding.top, s.h);
    for (std::int64_t j = 0; j < s.ow; ++j) {
      const Inside columns(j, p.stride.w, p.kernel.w, 1, p.padding.left, s.w);
      const float share = 1.0f / static_cast<float>(p.count({s.h, s.w}, i, j));
      for (std::int64_t a = rows.begin; a < rows.end; ++a)
        f(i * s.ow + j, rows.first + a, columns.first + columns.begin, columns.first + columns.end,
          share);
    }
  }
}

void avg_pool2d(const Pool2dParams& p, const Tensor& x_any, Tensor& y) {
  if (x_any.dtype() != DType::f32) return reference_backend().avg_pool2d(p, x_any, y);
  const Tensor x = x_any.contiguous();
  const Planes s(x, y);
  const float* in = x.data<float>();
  float* out = y.backend_data<float>();
  if (is_2x2(p)) return avg_pool2d_2x2(s, in, out);
  s.parallel([&](std::int64_t plane) {
    float* results = out + plane * s.oh * s.ow;
    std::fill_n(results, s.oh * s.ow, 0.0f);
    for_each_window_row(p, s, [&](auto i, auto row, auto first, auto last, float share) {
      const float* pixels = in + (plane * s.h + row) * s.w;
      for (auto c = first; c < last; ++c) results[i] += pixels[c] * share;
    });
  });
}

void avg_pool2d_grad(const Pool2dParams& p, const Tensor& dy_any, Tensor& dx) {
  if (dy_any.dtype() != DType::f32) return reference_backend().avg_pool2d_grad(p, dy_any, dx);
  const Tensor dy = dy_any.contiguous();
  const Planes s(dx, dy);
  const float* grad = dy.data<float>();
  float* out = dx.backend_data<float>();
  if (is_2x2(p)) return avg_pool2d_grad_2x2(s, grad, out);
  s.parallel([&](std::int64_t plane) {
    const float* from = grad + plane * s.oh * s.ow;
    std::fill_n(out + plane * s.h * s.w, s.h * s.w, 0.0f);
    for_each_window_row(p, s, [&](auto i, auto row, auto first, auto last, float share) {
      float* pixels = out + (plane * s.h + row) * s.w;
      for (auto c = first; c < last; ++c) pixels[c] += from[i] * share;
    });
  });
}

/// What padding has.
constexpr float kLeast = -std::numeric_limits<float>::infinity();

/// The larger of two; a NaN is larger than everything.
float larger(float a, float b) { return b > a || b != b ? b : a; }

/// results[j] = columns[j stride], or the larger of the two, for `count` of them.
template <class Stride>
void take_largest(std::int64_t count, const float* columns, Stride stride, bool first,
                  float* results) {
  for (std::int64_t j = 0; j < count; ++j)
    results[j] = first ? columns[j * stride] : larger(results[j], columns[j * stride]);
}

/// First the largest of each column of a row of windows, which are contiguous rows of the image,
/// then the largest of the columns of each window.
void max_pool2d(const Pool2dParams& p, const Tensor& x_any, Tensor& y) {
  if (x_any.dtype() != DType::f32) return reference_backend().max_pool2d(p, x_any, y);
  const Tensor x = x_any.contiguous();
  const Planes s(x, y);
  const float* in = x.data<float>();
  float* out = y.backend_data<float>();
  // Columns of padding, so that every window has all its columns.
  const std::int64_t width = (s.ow - 1) * p.stride.w + (p.kernel.w - 1) * p.dilation.w + 1;
  const std::int64_t copied = std::min(s.w, width - p.padding.left);
  s.parallel_rows([&](std::int64_t plane, std::int64_t begin, std::int64_t end) {
    const Scratch scratch(width);
    float* const columns = scratch.data();
    std::fill_n(columns, width, kLeast);
    for (auto i = begin; i < end; ++i) {
      const Inside rows(i, p.stride.h, p.kernel.h, p.dilation.h, p.padding.top, s.h);
      for (std::int64_t a = rows.begin; a < rows.end; ++a)
        take_largest(copied, in + (plane * s.h + rows.first + a * p.dilation.h) * s.w,
                     std::integral_constant<int, 1>(), a == rows.begin, columns + p.padding.left);
      float* results = out + (plane * s.oh + i) * s.ow;
      for (std::int64_t b = 0; b < p.kernel.w; ++b) {
        const float* column = columns + b * p.dilation.w;
        if (p.stride.w == 2)
          take_largest(s.ow, column, std::integral_constant<int, 2>(), b == 0, results);
        else
          take_largest(s.ow, column, p.stride.w, b == 0, results);
      }
    }
  });
}

/// Where the largest pixel of each window of a row of windows is, the first of equal ones.
class LargestPixels {
 public:
  LargestPixels(const Pool2dParams& p, const Planes& s)
      : p_(p),
        s_(s),
        width_((s.ow - 1) * p.stride.w + (p.kernel.w - 1) * p.dilation.w + 1),
        row_(width_),
        largest_(s.ow),
        at_(std::make_unique_for_overwrite<int[]>(static_cast<std::size_t>(s.ow))) {
    std::fill_n(row_.data(), width_, kLeast);
  }

  /// Of row i of the windows, as numbers of pixels of the image.
  const int* find(const float* image, std::int64_t i) {
    const Inside rows(i, p_.stride.h, p_.kernel.h, p_.dilation.h, p_.padding.top, s_.h);
    for (std::int64_t a = rows.begin; a < rows.end; ++a) {
      const std::int64_t start = (rows.first + a * p_.dilation.h) * s_.w;
      if (a == rows.begin) begin(image + start, start);
      std::copy_n(image + start, std::min(s_.w, width_ - p_.padding.left),
                  row_.data() + p_.padding.left);
      for (std::int64_t b = 0; b < p_.kernel.w; ++b) {
        const std::int64_t column = b * p_.dilation.w;
        const auto first = static_cast<int>(start + column - p_.padding.left);
        if (p_.stride.w == 2)
          compare(row_.data() + column, first, std::integral_constant<int, 2>());
        else
          compare(row_.data() + column, first, static_cast<int>(p_.stride.w));
      }
    }
    return at_.get();
  }

 private:
  /// With the first pixel of each window, all in one row of the image, which has number `start`.
  void begin(const float* row, std::int64_t start) {
    for (std::int64_t j = 0; j < s_.ow; ++j) {
      const Inside columns(j, p_.stride.w, p_.kernel.w, p_.dilation.w, p_.padding.left, s_.w);
      const std::int64_t first = columns.first + columns.begin * p_.dilation.w;
      at_[j] = static_cast<int>(start + first);
      largest_.data()[j] = row[first];
    }
  }
  /// `pixels` are those of one column of the windows, which have the numbers first, first + stride
  /// and so on.
  template <class Stride>
  void compare(const float* pixels, int first, Stride stride) {
    const int count = static_cast<int>(s_.ow);
    float* const largest = largest_.data();
    int* const at = at_.get();
    for (int j = 0; j < count; ++j) {
      const float v = pixels[j * stride], most = largest[j];
      // As masks, without which the compiler makes branches, which no processor can predict.
      const int is_larger = -static_cast<int>((v > most) | ((v != v) & (most == most)));
      at[j] = (is_larger & (first + j * stride)) | (~is_larger & at[j]);
      largest[j] = is_larger ? v : most;
    }
  }

  const Pool2dParams& p_;
  const Planes& s_;
  std::int64_t width_;
  Scratch row_, largest_;  ///< a row of the image, with padding
  std::unique_ptr<int[]> at_;
};

void max_pool2d_grad(const Pool2dParams& p, const Tensor& x_any, const Tensor& dy_any, Tensor& dx) {
  if (x_any.dtype() != DType::f32) return reference_backend().max_pool2d_grad(p, x_any, dy_any, dx);
  const Tensor x = x_any.contiguous(), dy = dy_any.contiguous();
  const Planes s(x, dy);
  if (s.h * s.w > std::numeric_limits<int>::max())
    return reference_backend().max_pool2d_grad(p, x, dy, dx);
  const float *in = x.data<float>(), *grad = dy.data<float>();
  float* out = dx.backend_data<float>();
  s.parallel([&](std::int64_t plane) {
    LargestPixels largest(p, s);
    float* to = out + plane * s.h * s.w;
    std::fill_n(to, s.h * s.w, 0.0f);
    for (std::int64_t i = 0; i < s.oh; ++i) {
      const float* from = grad + (plane * s.oh + i) * s.ow;
      const int* pixels = largest.find(in + plane * s.h * s.w, i);
      for (std::int64_t j = 0; j < s.ow; ++j) to[pixels[j]] += from[j];
    }
  });
}

}  // namespace

void add_pool(Backend& b) {
  b.max_pool2d = max_pool2d;
  b.max_pool2d_grad = max_pool2d_grad;
  b.avg_pool2d = avg_pool2d;
  b.avg_pool2d_grad = avg_pool2d_grad;
}

}  // namespace odin::tensor::cpu
