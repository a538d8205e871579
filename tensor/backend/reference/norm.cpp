#include <cmath>

#include "odin/tensor/backend/reference/reference_backend.h"
#include "odin/tensor/backend/reference/strided.h"

namespace odin::tensor::reference {
namespace {

template <class F>
void for_each_pixel(const Tensor& x, std::int64_t c, F&& f) {
  for (std::int64_t n = 0; n < x.dim(0); ++n)
    for (std::int64_t h = 0; h < x.dim(2); ++h)
      for (std::int64_t w = 0; w < x.dim(3); ++w) f(n, c, h, w);
}

template <class F>
void for_each_pixel(const Tensor& x, F&& f) {
  for (std::int64_t c = 0; c < x.dim(1); ++c) for_each_pixel(x, c, f);
}

void scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu, Tensor& y) {
  visit_floating(x.dtype(), "scale_shift", [&]<class T>(T) {
    const Strided<const T> in(x), a(scale), b(shift);
    const Strided<T> out(y);
    for_each_pixel(x, [&](auto n, auto c, auto h, auto w) {
      const T v = a(c) * in(n, c, h, w) + b(c);
      out(n, c, h, w) = relu && v < 0 ? T{0} : v;
    });
  });
}

void scale_shift_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                      bool relu, Tensor& dx) {
  visit_floating(x.dtype(), "scale_shift_grad", [&]<class T>(T) {
    const Strided<const T> in(x), grad(dy), a(scale), b(shift);
    const Strided<T> out(dx);
    for_each_pixel(x, [&](auto n, auto c, auto h, auto w) {
      const bool passes = !relu || a(c) * in(n, c, h, w) + b(c) > 0;
      out(n, c, h, w) = passes ? a(c) * grad(n, c, h, w) : T{0};
    });
  });
}

void channel_stats(const Tensor& x, Tensor& mean, Tensor& var) {
  visit_floating(x.dtype(), "channel_stats", [&]<class T>(T) {
    const Strided<const T> in(x);
    const Strided<T> mean_out(mean), var_out(var);
    const double count = static_cast<double>(x.numel() / x.dim(1));
    for (std::int64_t c = 0; c < x.dim(1); ++c) {
      double sum = 0, squares = 0;
      for_each_pixel(x, c, [&](auto... at) { sum += in(at...); });
      const double m = sum / count;
      for_each_pixel(x, c, [&](auto... at) { squares += (in(at...) - m) * (in(at...) - m); });
      mean_out(c) = static_cast<T>(m);
      var_out(c) = static_cast<T>(squares / count);
    }
  });
}

void channel_grad_sums(const Tensor& x, const Tensor& dy, const Tensor& mean, const Tensor& scale,
                       const Tensor& shift, bool relu, Tensor& sum_g, Tensor& sum_gx) {
  visit_floating(x.dtype(), "channel_grad_sums", [&]<class T>(T) {
    const Strided<const T> in(x), grad(dy), m(mean), a(scale), b(shift);
    const Strided<T> g_out(sum_g), gx_out(sum_gx);
    for (std::int64_t c = 0; c < x.dim(1); ++c) {
      double g = 0, gx = 0;
      for_each_pixel(x, c, [&](auto... at) {
        if (relu && !(a(c) * in(at...) + b(c) > 0)) return;
        g += grad(at...);
        gx += static_cast<double>(grad(at...)) * (static_cast<double>(in(at...)) - m(c));
      });
      g_out(c) = static_cast<T>(g);
      gx_out(c) = static_cast<T>(gx);
    }
  });
}

void batch_norm_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                     bool relu, const Tensor& slope, const Tensor& constant, Tensor& dx) {
  visit_floating(x.dtype(), "batch_norm_grad", [&]<class T>(T) {
    const Strided<const T> in(x), grad(dy), a(scale), b(shift), s(slope), k(constant);
    const Strided<T> out(dx);
    for_each_pixel(x, [&](auto n, auto c, auto h, auto w) {
      const bool passes = !relu || a(c) * in(n, c, h, w) + b(c) > 0;
      const T g = passes ? a(c) * grad(n, c, h, w) : T{0};
      out(n, c, h, w) = g + (s(c) * in(n, c, h, w) + k(c));
    });
  });
}

/// Computed in double and rounded once: shift is often a small difference of large numbers, and
/// an error in it moves all pixels of a channel in the same direction, some across the ReLU's zero.
void batch_norm_constants(const Tensor& mean, const Tensor& var, const Tensor& gamma,
                          const Tensor& beta, double epsilon, Tensor& inv_std, Tensor& scale,
                          Tensor& shift) {
  visit_floating(mean.dtype(), "batch_norm_constants", [&]<class T>(T) {
    const Strided<const T> m(mean), v(var), g(gamma), b(beta);
    const Strided<T> inv_std_out(inv_std), scale_out(scale), shift_out(shift);
    for (std::int64_t c = 0; c < mean.dim(0); ++c) {
      const double inverse = 1 / std::sqrt(static_cast<double>(v(c)) + epsilon);
      const double factor = static_cast<double>(g(c)) * inverse;
      inv_std_out(c) = static_cast<T>(inverse);
      scale_out(c) = static_cast<T>(factor);
      shift_out(c) = static_cast<T>(static_cast<double>(b(c)) - static_cast<double>(m(c)) * factor);
    }
  });
}

void add_scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, Tensor& y) {
  visit_floating(x.dtype(), "add_scale_shift", [&]<class T>(T) {
    const Strided<const T> in(x), a(scale), b(shift);
    const Strided<T> out(y);
    for_each_pixel(x, [&](auto n, auto c, auto h, auto w) {
      out(n, c, h, w) += a(c) * in(n, c, h, w) + b(c);
    });
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

}  // namespace odin::tensor::reference
