#include <cmath>

#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/parallel.h"

// The pixels of a channel in one image are one contiguous row. Statistics are computed row by row,
// one image after another; a row stays in the first-level cache between its mean and its
// deviations.

namespace odin::tensor::cpu {
namespace {

bool rows_contiguous(const Tensor& x) {
  return x.dtype() == DType::f32 && (x.dim(3) == 1 || x.strides()[3] == 1) &&
         (x.dim(2) == 1 || x.strides()[2] == x.dim(3));
}

/// dy, or a contiguous copy if its rows are not contiguous, such as a broadcast gradient of a mean
/// over the pixels.
Tensor with_contiguous_rows(const Tensor& dy) {
  return dy.dtype() != DType::f32 || rows_contiguous(dy) ? dy : dy.contiguous();
}

/// The rows of a [N,C,H,W] tensor, each contiguous; the distances between rows may be any.
template <class Float>
class Rows {
 public:
  Rows(Float* data, const Strides& strides)
      : data_(data), image_(strides[0]), channel_(strides[1]) {}
  Float* operator()(std::int64_t n, std::int64_t c) const {
    return data_ + n * image_ + c * channel_;
  }

 private:
  Float* data_;
  std::int64_t image_, channel_;
};

Rows<const float> rows_of(const Tensor& x) { return {x.data<float>(), x.strides()}; }
Rows<float> rows_to_write(Tensor& x) { return {x.backend_data<float>(), x.strides()}; }

const float* values(const Tensor& per_channel) { return per_channel.data<float>(); }

std::int64_t grain(std::int64_t work) { return 1 + 16384 / (work + 1); }

template <class F>
void for_each_row(const Tensor& x, F&& f) {
  const std::int64_t channels = x.dim(1);
  parallel_for(x.dim(0) * channels, grain(x.dim(2) * x.dim(3)),
               [&](std::int64_t first, std::int64_t last) {
                 for (auto i = first; i < last; ++i) f(i / channels, i % channels);
               });
}

/// In parallel over channels, so that the images of a channel are always summed in the same order.
template <class F>
void for_each_channel(const Tensor& x, F&& f) {
  parallel_for(x.dim(1), grain(x.numel() / x.dim(1)), [&](std::int64_t first, std::int64_t last) {
    for (auto c = first; c < last; ++c) f(c);
  });
}

void scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu, Tensor& y) {
  if (!rows_contiguous(x)) return reference_backend().scale_shift(x, scale, shift, relu, y);
  const auto in = rows_of(x);
  const auto out = rows_to_write(y);
  const float *a = values(scale), *b = values(shift);
  for_each_row(x, [&](auto n, auto c) {
    cpu::kernels().scale_shift(x.dim(2) * x.dim(3), in(n, c), a[c], b[c], relu, out(n, c));
  });
}

void scale_shift_grad(const Tensor& x, const Tensor& dy_any, const Tensor& scale,
                      const Tensor& shift, bool relu, Tensor& dx) {
  const Tensor dy = with_contiguous_rows(dy_any);
  if (!rows_contiguous(x) || !rows_contiguous(dy))
    return reference_backend().scale_shift_grad(x, dy, scale, shift, relu, dx);
  const auto in = rows_of(x), grad = rows_of(dy);
  const auto out = rows_to_write(dx);
  const float *a = values(scale), *b = values(shift);
  for_each_row(x, [&](auto n, auto c) {
    cpu::kernels().scale_shift_grad(x.dim(2) * x.dim(3), in(n, c), grad(n, c), a[c], b[c], relu,
                                    out(n, c));
  });
}

void channel_stats(const Tensor& x, Tensor& mean, Tensor& var) {
  if (!rows_contiguous(x)) return reference_backend().channel_stats(x, mean, var);
  const auto in = rows_of(x);
  const std::int64_t pixels = x.dim(2) * x.dim(3);
  float *mean_out = mean.backend_data<float>(), *var_out = var.backend_data<float>();
  for_each_channel(x, [&](auto c) {
    // Merges the means and squared deviations of the rows (Chan, Golub, LeVeque 1979), which is
    // precise even if the mean is large compared with the deviation.
    double m = 0, squares = 0, count = 0;
    for (std::int64_t n = 0; n < x.dim(0); ++n) {
      const float* row = in(n, c);
      const auto p = static_cast<double>(pixels);
      const double row_mean = cpu::kernels().sum(pixels, row) / p;
      const double row_squares =
          cpu::kernels().sum_squared_deviations(pixels, row, static_cast<float>(row_mean));
      const double delta = row_mean - m;
      squares += row_squares + delta * delta * count * p / (count + p);
      m += delta * p / (count + p);
      count += p;
    }
    mean_out[c] = static_cast<float>(m);
    var_out[c] = static_cast<float>(squares / count);
  });
}

void channel_grad_sums(const Tensor& x, const Tensor& dy_any, const Tensor& mean,
                       const Tensor& scale, const Tensor& shift, bool relu, Tensor& sum_g,
                       Tensor& sum_gx) {
  const Tensor dy = with_contiguous_rows(dy_any);
  if (!rows_contiguous(x) || !rows_contiguous(dy))
    return reference_backend().channel_grad_sums(x, dy, mean, scale, shift, relu, sum_g, sum_gx);
  const auto in = rows_of(x), grad = rows_of(dy);
  const float *m = values(mean), *a = values(scale), *b = values(shift);
  float *g_out = sum_g.backend_data<float>(), *gx_out = sum_gx.backend_data<float>();
  for_each_channel(x, [&](auto c) {
    double total_g = 0, total_gx = 0;
    for (std::int64_t n = 0; n < x.dim(0); ++n) {
      float g, gx;
      cpu::kernels().channel_grad_sums(x.dim(2) * x.dim(3), in(n, c), grad(n, c), m[c], a[c], b[c],
                                       relu, &g, &gx);
      total_g += g;
      total_gx += gx;
    }
    g_out[c] = static_cast<float>(total_g);
    gx_out[c] = static_cast<float>(total_gx);
  });
}

void batch_norm_grad(const Tensor& x, const Tensor& dy_any, const Tensor& scale,
                     const Tensor& shift, bool relu, const Tensor& slope, const Tensor& constant,
                     Tensor& dx) {
  const Tensor dy = with_contiguous_rows(dy_any);
  if (!rows_contiguous(x) || !rows_contiguous(dy))
    return reference_backend().batch_norm_grad(x, dy, scale, shift, relu, slope, constant, dx);
  const auto in = rows_of(x), grad = rows_of(dy);
  const auto out = rows_to_write(dx);
  const float *a = values(scale), *b = values(shift), *s = values(slope), *k = values(constant);
  for_each_row(x, [&](auto n, auto c) {
    cpu::kernels().batch_norm_grad(x.dim(2) * x.dim(3), in(n, c), grad(n, c), a[c], b[c], relu,
                                   s[c], k[c], out(n, c));
  });
}

/// Like the reference, but over plain arrays, which the compiler vectorizes.
void batch_norm_constants(const Tensor& mean, const Tensor& var, const Tensor& gamma,
                          const Tensor& beta, double epsilon, Tensor& inv_std, Tensor& scale,
                          Tensor& shift) {
  for (const Tensor* t : {&mean, &var, &gamma, &beta})
    if (t->dtype() != DType::f32 || !t->is_contiguous())
      return reference_backend().batch_norm_constants(mean, var, gamma, beta, epsilon, inv_std,
                                                      scale, shift);
  const float *m = values(mean), *v = values(var), *g = values(gamma), *b = values(beta);
  float* __restrict inv_std_out = inv_std.backend_data<float>();
  float* __restrict scale_out = scale.backend_data<float>();
  float* __restrict shift_out = shift.backend_data<float>();
  for (std::int64_t c = 0; c < mean.dim(0); ++c) {
    const double inverse = 1 / std::sqrt(static_cast<double>(v[c]) + epsilon);
    const double factor = static_cast<double>(g[c]) * inverse;
    inv_std_out[c] = static_cast<float>(inverse);
    scale_out[c] = static_cast<float>(factor);
    shift_out[c] =
        static_cast<float>(static_cast<double>(b[c]) - static_cast<double>(m[c]) * factor);
  }
}

void add_scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, Tensor& y) {
  if (!rows_contiguous(x) || !rows_contiguous(y))
    return reference_backend().add_scale_shift(x, scale, shift, y);
  const auto in = rows_of(x);
  const auto out = rows_to_write(y);
  const float *a = values(scale), *b = values(shift);
  for_each_row(x, [&](auto n, auto c) {
    cpu::kernels().add_scale_shift(x.dim(2) * x.dim(3), in(n, c), a[c], b[c], out(n, c));
  });
}

}  // namespace

void add_norm(Backend& b) {
  b.scale_shift = scale_shift;
  b.scale_shift_grad = scale_shift_grad;
  b.channel_stats = channel_stats;
  b.channel_grad_sums = channel_grad_sums;
  b.batch_norm_grad = batch_norm_grad;
  b.batch_norm_constants = batch_norm_constants;
  b.add_scale_shift = add_scale_shift;
}

}  // namespace odin::tensor::cpu
