#include <cmath>
#include <numbers>

#include "odin/tensor/backend/reference/reference_backend.h"
#include "odin/tensor/backend/reference/strided.h"

// Activations and their derivatives (odin/tensor/activation.h has the formulas).

namespace odin::tensor::reference {
namespace {

template <class T>
T logistic(T x) {
  return 1 / (1 + std::exp(-x));
}

/// min(max(x, least), most); NaN stays NaN.
template <class T>
T clipped(T x, T least, T most) {
  return x < least ? least : x > most ? most : x;
}

template <class T>
T normal_cdf(T x) {
  return T(0.5) * (1 + std::erf(x / std::numbers::sqrt2_v<T>));
}

template <class T>
T gelu_tanh_factor() {
  return std::numbers::sqrt2_v<T> * std::numbers::inv_sqrtpi_v<T>;
}

template <class T>
T value(const Activation& f, T x) {
  const T a = static_cast<T>(f.a), b = static_cast<T>(f.b);
  switch (f.kind) {
    case ActivationKind::identity: return x;
    case ActivationKind::relu: return x < 0 ? T{0} : x;
    case ActivationKind::leaky_relu: return x < 0 ? a * x : x;
    case ActivationKind::clip: return clipped(x, a, b);
    case ActivationKind::sigmoid: return logistic(x);
    case ActivationKind::silu: return x * logistic(x);
    case ActivationKind::gelu: return x * normal_cdf(x);
    case ActivationKind::gelu_tanh:
      return T(0.5) * x * (1 + std::tanh(gelu_tanh_factor<T>() * (x + T(0.044715) * x * x * x)));
    case ActivationKind::hard_sigmoid: return clipped(a * x + b, T{0}, T{1});
    case ActivationKind::hard_swish: return x * clipped(x / 6 + T(0.5), T{0}, T{1});
    case ActivationKind::softplus: return (x < 0 ? T{0} : x) + std::log1p(std::exp(-std::abs(x)));
    case ActivationKind::elu: return x > 0 ? x : a * std::expm1(x);
  }
  fail("activation: unknown activation ", static_cast<int>(f.kind));
}

template <class T>
T derivative(const Activation& f, T x) {
  const T a = static_cast<T>(f.a), b = static_cast<T>(f.b);
  switch (f.kind) {
    case ActivationKind::identity: return 1;
    case ActivationKind::relu: return x > 0 ? T{1} : T{0};
    case ActivationKind::leaky_relu: return x > 0 ? T{1} : a;
    case ActivationKind::clip: return x > a && x < b ? T{1} : T{0};
    case ActivationKind::sigmoid: return logistic(x) * (1 - logistic(x));
    case ActivationKind::silu: return logistic(x) * (1 + x * (1 - logistic(x)));
    case ActivationKind::gelu: {
      const T density =
          std::numbers::inv_sqrtpi_v<T> / std::numbers::sqrt2_v<T> * std::exp(-x * x / 2);
      return normal_cdf(x) + x * density;
    }
    case ActivationKind::gelu_tanh: {
      const T factor = gelu_tanh_factor<T>();
      const T t = std::tanh(factor * (x + T(0.044715) * x * x * x));
      return T(0.5) * (1 + t) + T(0.5) * x * (1 - t * t) * factor * (1 + 3 * T(0.044715) * x * x);
    }
    case ActivationKind::hard_sigmoid: return a * x + b > 0 && a * x + b < 1 ? a : T{0};
    case ActivationKind::hard_swish: return x < -3 ? T{0} : x > 3 ? T{1} : x / 3 + T(0.5);
    case ActivationKind::softplus: return logistic(x);
    case ActivationKind::elu: return x > 0 ? T{1} : a * std::exp(x);
  }
  fail("activation: unknown activation ", static_cast<int>(f.kind));
}

void activation(const Activation& f, const Tensor& x, Tensor& y) {
  visit_floating(x.dtype(), "activation", [&]<class T>(T) {
    const auto* from = static_cast<const T*>(x.raw());
    auto* to = static_cast<T*>(y.backend_raw());
    for_each_offset(
        y.shape(), [&](auto i, auto j) { to[j] = value(f, from[i]); }, x.strides(), y.strides());
  });
}

void activation_grad(const Activation& f, const Tensor& x, const Tensor& dy, Tensor& dx) {
  visit_floating(x.dtype(), "activation_grad", [&]<class T>(T) {
    const auto* from = static_cast<const T*>(x.raw());
    const auto* grad = static_cast<const T*>(dy.raw());
    auto* to = static_cast<T*>(dx.backend_raw());
    for_each_offset(
        dx.shape(), [&](auto i, auto j, auto k) { to[k] = grad[j] * derivative(f, from[i]); },
        x.strides(), dy.strides(), dx.strides());
  });
}

}  // namespace

void add_activation(Backend& b) {
  b.activation = activation;
  b.activation_grad = activation_grad;
}

}  // namespace odin::tensor::reference
