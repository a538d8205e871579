#include <cmath>

#include "odin/tensor/backend/cuda/cuda_backend.h"
#include "odin/tensor/backend/cuda/launch.h"
#include "odin/tensor/backend/cuda/layout.h"

// Activations and their derivatives (odin/tensor/activation.h has the formulas).

namespace odin::tensor::cuda {
namespace {

template <class T>
__device__ T logistic(T x) {
  return 1 / (1 + exp(-x));
}

template <class T>
__device__ T clipped(T x, T least, T most) {
  return x < least ? least : x > most ? most : x;
}

template <class T>
__device__ T normal_cdf(T x) {
  return T(0.5) * (1 + erf(x * T(0.70710678118654752440)));
}

template <class T>
__device__ T gelu_tanh_part(T x) {
  return tanh(T(0.79788456080286535588) * (x + T(0.044715) * x * x * x));
}

template <ActivationKind kind, class T>
struct Formula {
  T a, b;

  __device__ T value(T x) const {
    switch (kind) {
      case ActivationKind::identity: return x;
      case ActivationKind::relu: return x < 0 ? T{0} : x;
      case ActivationKind::leaky_relu: return x < 0 ? a * x : x;
      case ActivationKind::clip: return clipped(x, a, b);
      case ActivationKind::sigmoid: return logistic(x);
      case ActivationKind::silu: return x * logistic(x);
      case ActivationKind::gelu: return x * normal_cdf(x);
      case ActivationKind::gelu_tanh: return T(0.5) * x * (1 + gelu_tanh_part(x));
      case ActivationKind::hard_sigmoid: return clipped(a * x + b, T{0}, T{1});
      case ActivationKind::hard_swish: return x * clipped(x / 6 + T(0.5), T{0}, T{1});
      case ActivationKind::softplus: return (x < 0 ? T{0} : x) + log1p(exp(-fabs(x)));
      case ActivationKind::elu: return x > 0 ? x : a * expm1(x);
    }
    return x;
  }

  __device__ T derivative(T x) const {
    switch (kind) {
      case ActivationKind::identity: return 1;
      case ActivationKind::relu: return x > 0 ? T{1} : T{0};
      case ActivationKind::leaky_relu: return x > 0 ? T{1} : a;
      case ActivationKind::clip: return x > a && x < b ? T{1} : T{0};
      case ActivationKind::sigmoid: return logistic(x) * (1 - logistic(x));
      case ActivationKind::silu: return logistic(x) * (1 + x * (1 - logistic(x)));
      case ActivationKind::gelu:
        return normal_cdf(x) + x * T(0.39894228040143267794) * exp(-x * x / 2);
      case ActivationKind::gelu_tanh: {
        const T t = gelu_tanh_part(x);
        const T inner = T(0.79788456080286535588) * (1 + T(0.134145) * x * x);
        return T(0.5) * (1 + t) + T(0.5) * x * (1 - t * t) * inner;
      }
      case ActivationKind::hard_sigmoid: return a * x + b > 0 && a * x + b < 1 ? a : T{0};
      case ActivationKind::hard_swish: return x < -3 ? T{0} : x > 3 ? T{1} : x / 3 + T(0.5);
      case ActivationKind::softplus: return logistic(x);
      case ActivationKind::elu: return x > 0 ? T{1} : a * exp(x);
    }
    return 1;
  }
};

/// Calls run(formula) with the Formula of f.
template <class T, class Run>
void with_formula(const Activation& f, Run&& run) {
  const T a = static_cast<T>(f.a), b = static_cast<T>(f.b);
  using Kind = ActivationKind;
  switch (f.kind) {
    case Kind::identity: return run(Formula<Kind::identity, T>{a, b});
    case Kind::relu: return run(Formula<Kind::relu, T>{a, b});
    case Kind::leaky_relu: return run(Formula<Kind::leaky_relu, T>{a, b});
    case Kind::clip: return run(Formula<Kind::clip, T>{a, b});
    case Kind::sigmoid: return run(Formula<Kind::sigmoid, T>{a, b});
    case Kind::silu: return run(Formula<Kind::silu, T>{a, b});
    case Kind::gelu: return run(Formula<Kind::gelu, T>{a, b});
    case Kind::gelu_tanh: return run(Formula<Kind::gelu_tanh, T>{a, b});
    case Kind::hard_sigmoid: return run(Formula<Kind::hard_sigmoid, T>{a, b});
    case Kind::hard_swish: return run(Formula<Kind::hard_swish, T>{a, b});
    case Kind::softplus: return run(Formula<Kind::softplus, T>{a, b});
    case Kind::elu: return run(Formula<Kind::elu, T>{a, b});
  }
}

template <class T, class F>
void apply(const F& formula, const Tensor& x, Tensor& y) {
  const T* from = elements<T>("activation", x);
  T* to = mutable_elements<T>("activation", y);
  const auto place = make_layout<2>(y.shape(), {x.strides(), y.strides()});
  for_each("activation", element_count(y.shape()), [=] __device__(std::uint32_t i) {
    const auto offsets = place(i);
    to[offsets.at[1]] = formula.value(from[offsets.at[0]]);
  });
}

template <class T, class F>
void apply_grad(const F& formula, const Tensor& x, const Tensor& dy, Tensor& dx) {
  const T* from = elements<T>("activation_grad", x);
  const T* grad = elements<T>("activation_grad", dy);
  T* to = mutable_elements<T>("activation_grad", dx);
  const auto place = make_layout<3>(dx.shape(), {x.strides(), dy.strides(), dx.strides()});
  for_each("activation_grad", element_count(dx.shape()), [=] __device__(std::uint32_t i) {
    const auto offsets = place(i);
    to[offsets.at[2]] = grad[offsets.at[1]] * formula.derivative(from[offsets.at[0]]);
  });
}

void activation(const Activation& f, const Tensor& x, Tensor& y) {
  visit_floating(x.dtype(), "activation", [&]<class T>(T) {
    with_formula<T>(f, [&](const auto& formula) { apply<T>(formula, x, y); });
  });
}

void activation_grad(const Activation& f, const Tensor& x, const Tensor& dy, Tensor& dx) {
  visit_floating(x.dtype(), "activation_grad", [&]<class T>(T) {
    with_formula<T>(f, [&](const auto& formula) { apply_grad<T>(formula, x, dy, dx); });
  });
}

}  // namespace

void add_activation(Backend& b) {
  b.activation = activation;
  b.activation_grad = activation_grad;
}

}  // namespace odin::tensor::cuda
