#include <cmath>

#include "odin/tensor/backend/cuda/channels.h"
#include "odin/tensor/backend/cuda/cuda_backend.h"
#include "odin/tensor/backend/cuda/reduce.h"

// Operations on each channel of [N,C,H,W]. All are bound by memory bandwidth: each kernel reads its
// tensors once, and reads per-channel values from the cache.

namespace odin::tensor::cuda {
namespace {

template <class T>
void scale_shift_as(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu,
                    Tensor& y) {
  const char* op = "scale_shift";
  const T* in = elements<T>(op, x);
  T* out = mutable_elements<T>(op, y);
  const PerChannel<T> a(op, scale), b(op, shift);
  const auto place = make_layout<2>(x.shape(), {x.strides(), y.strides()});
  const Channels channels(x.shape());
  for_each(op, element_count(x.shape()), [=] __device__(std::uint32_t i) {
    const auto offsets = place(i);
    const std::uint32_t c = channels.of(i);
    const T v = a(c) * in[offsets.at[0]] + b(c);
    out[offsets.at[1]] = relu && v < 0 ? T{0} : v;
  });
}

/// dx = scale_c g + (slope_c x + constant_c), without the parentheses if slope is undefined; g as
/// in Backend::channel_grad_sums.
template <class T>
void grad_as(const char* op, const Tensor& x, const Tensor& dy, const Tensor& scale,
             const Tensor& shift, bool relu, const Tensor& slope, const Tensor& constant,
             Tensor& dx) {
  const T* in = elements<T>(op, x);
  const T* grad = elements<T>(op, dy);
  T* out = mutable_elements<T>(op, dx);
  const bool adds = slope.defined();
  const PerChannel<T> a(op, scale), b(op, shift), s(op, adds ? slope : scale),
      k(op, adds ? constant : scale);
  const auto place = make_layout<3>(x.shape(), {x.strides(), dy.strides(), dx.strides()});
  const Channels channels(x.shape());
  for_each(op, element_count(x.shape()), [=] __device__(std::uint32_t i) {
    const auto offsets = place(i);
    const std::uint32_t c = channels.of(i);
    const T v = in[offsets.at[0]];
    const bool passes = !relu || a(c) * v + b(c) > 0;
    const T g = passes ? a(c) * grad[offsets.at[1]] : T{0};
    out[offsets.at[2]] = adds ? g + (s(c) * v + k(c)) : g;
  });
}

template <class T>
void channel_stats_as(const Tensor& x, Tensor& mean, Tensor& var) {
  const char* op = "channel_stats";
  const T* in = elements<T>(op, x);
  T* mean_out = mutable_elements<T>(op, mean);
  T* var_out = mutable_elements<T>(op, var);
  const ChannelElements at(x);
  const double count = channel_size(x);
  Tensor exact = Tensor::empty({x.dim(1)}, DType::f64, Device::cuda);  // the mean in double
  double* const m = mutable_elements<double>(op, exact);
  reduce_rows(
      op, channel_count(x), channel_size(x), 0.0,
      [=] __device__(std::uint32_t c, std::uint32_t i) {
        return static_cast<double>(in[at(c, i)]);
      },
      cuda::Sum(),
      [=] __device__(std::uint32_t c, double sum) {
        m[c] = sum / count;
        mean_out[c] = static_cast<T>(m[c]);
      });
  reduce_rows(
      op, channel_count(x), channel_size(x), 0.0,
      [=] __device__(std::uint32_t c, std::uint32_t i) {
        const double d = in[at(c, i)] - m[c];
        return d * d;
      },
      cuda::Sum(),
      [=] __device__(std::uint32_t c, double sum) { var_out[c] = static_cast<T>(sum / count); });
}

struct TwoSums {
  double g, gx;
  __device__ TwoSums operator+(const TwoSums& other) const { return {g + other.g, gx + other.gx}; }
};

template <class T>
void channel_grad_sums_as(const Tensor& x, const Tensor& dy, const Tensor& mean,
                          const Tensor& scale, const Tensor& shift, bool relu, Tensor& sum_g,
                          Tensor& sum_gx) {
  const char* op = "channel_grad_sums";
  const T* in = elements<T>(op, x);
  const T* grad = elements<T>(op, dy);
  T* g_out = mutable_elements<T>(op, sum_g);
  T* gx_out = mutable_elements<T>(op, sum_gx);
  const PerChannel<T> m(op, mean), a(op, scale), b(op, shift);
  const ChannelElements at(x), grad_at(dy);
  reduce_rows(
      op, channel_count(x), channel_size(x), TwoSums{0, 0},
      [=] __device__(std::uint32_t c, std::uint32_t i) {
        const T v = in[at(c, i)];
        if (relu && !(a(c) * v + b(c) > 0)) return TwoSums{0, 0};
        const double g = grad[grad_at(c, i)];
        return TwoSums{g, g * (static_cast<double>(v) - static_cast<double>(m(c)))};
      },
      cuda::Sum(),
      [=] __device__(std::uint32_t c, TwoSums sums) {
        g_out[c] = static_cast<T>(sums.g);
        gx_out[c] = static_cast<T>(sums.gx);
      });
}

/// Computed in double and rounded once, as on the CPU.
template <class T>
void batch_norm_constants_as(const Tensor& mean, const Tensor& var, const Tensor& gamma,
                             const Tensor& beta, double epsilon, Tensor& inv_std, Tensor& scale,
                             Tensor& shift) {
  const char* op = "batch_norm_constants";
  const PerChannel<T> m(op, mean), v(op, var), g(op, gamma), b(op, beta);
  T* inv_std_out = mutable_elements<T>(op, inv_std);
  T* scale_out = mutable_elements<T>(op, scale);
  T* shift_out = mutable_elements<T>(op, shift);
  for_each(op, element_count(mean.shape()), [=] __device__(std::uint32_t c) {
    const double inverse = 1 / sqrt(static_cast<double>(v(c)) + epsilon);
    const double factor = static_cast<double>(g(c)) * inverse;
    inv_std_out[c] = static_cast<T>(inverse);
    scale_out[c] = static_cast<T>(factor);
    shift_out[c] = static_cast<T>(static_cast<double>(b(c)) - static_cast<double>(m(c)) * factor);
  });
}

template <class T>
void add_scale_shift_as(const Tensor& x, const Tensor& scale, const Tensor& shift, Tensor& y) {
  const char* op = "add_scale_shift";
  const T* in = elements<T>(op, x);
  T* out = mutable_elements<T>(op, y);
  const PerChannel<T> a(op, scale), b(op, shift);
  const auto place = make_layout<2>(x.shape(), {x.strides(), y.strides()});
  const Channels channels(x.shape());
  for_each(op, element_count(x.shape()), [=] __device__(std::uint32_t i) {
    const auto offsets = place(i);
    const std::uint32_t c = channels.of(i);
    out[offsets.at[1]] += a(c) * in[offsets.at[0]] + b(c);
  });
}

void scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu, Tensor& y) {
  visit_floating(x.dtype(), "scale_shift",
                 [&]<class T>(T) { scale_shift_as<T>(x, scale, shift, relu, y); });
}

void scale_shift_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                      bool relu, Tensor& dx) {
  visit_floating(x.dtype(), "scale_shift_grad", [&]<class T>(T) {
    grad_as<T>("scale_shift_grad", x, dy, scale, shift, relu, {}, {}, dx);
  });
}

void channel_stats(const Tensor& x, Tensor& mean, Tensor& var) {
  visit_floating(x.dtype(), "channel_stats",
                 [&]<class T>(T) { channel_stats_as<T>(x, mean, var); });
}

void channel_grad_sums(const Tensor& x, const Tensor& dy, const Tensor& mean, const Tensor& scale,
                       const Tensor& shift, bool relu, Tensor& sum_g, Tensor& sum_gx) {
  visit_floating(x.dtype(), "channel_grad_sums", [&]<class T>(T) {
    channel_grad_sums_as<T>(x, dy, mean, scale, shift, relu, sum_g, sum_gx);
  });
}

void batch_norm_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                     bool relu, const Tensor& slope, const Tensor& constant, Tensor& dx) {
  visit_floating(x.dtype(), "batch_norm_grad", [&]<class T>(T) {
    grad_as<T>("batch_norm_grad", x, dy, scale, shift, relu, slope, constant, dx);
  });
}

void batch_norm_constants(const Tensor& mean, const Tensor& var, const Tensor& gamma,
                          const Tensor& beta, double epsilon, Tensor& inv_std, Tensor& scale,
                          Tensor& shift) {
  visit_floating(mean.dtype(), "batch_norm_constants", [&]<class T>(T) {
    batch_norm_constants_as<T>(mean, var, gamma, beta, epsilon, inv_std, scale, shift);
  });
}

void add_scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, Tensor& y) {
  visit_floating(x.dtype(), "add_scale_shift",
                 [&]<class T>(T) { add_scale_shift_as<T>(x, scale, shift, y); });
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

}  // namespace odin::tensor::cuda
