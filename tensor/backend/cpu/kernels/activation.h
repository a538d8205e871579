#pragma once

#include <cstdint>

#include "odin/tensor/activation.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/backend/cpu/kernels/exact.h"
#include "odin/tensor/backend/cpu/kernels/rows.h"

// Activations as vector formulas. Comparisons are such that NaN stays NaN.

namespace odin::tensor::cpu {

template <class V>
V logistic(V x) {
  return quotient(V(1.0f), V(1.0f) + xsimd::exp(-x));
}

/// min(max(x, least), most); NaN for NaN, since xsimd's functions return the first of two that are not
/// ordered.
template <class V>
V clipped(V x, V least, V most) {
  return xsimd::min(xsimd::max(x, least), most);
}

/// The cumulative distribution of the normal distribution, as gelu needs it.
template <class V>
V normal_cdf(V x) {
  return V(0.5f) * (V(1.0f) + xsimd::erf(x * V(0.70710678118654752f)));
}

/// tanh(sqrt(2 / pi) (x + 0.044715 x^3))
template <class V>
V gelu_tanh_part(V x) {
  return xsimd::tanh(V(0.79788456080286536f) * (x + V(0.044715f) * x * x * x));
}

/// Calls run(value, derivative) with the activation's two formulas, functions of one vector.
template <class Arch, class Run>
void with_activation(const Activation& f, Run&& run) {
  using V = xsimd::batch<float, Arch>;
  const V zero(0.0f), one(1.0f), half(0.5f), a(static_cast<float>(f.a)), b(static_cast<float>(f.b));
  switch (f.kind) {
    case ActivationKind::identity: return run([](V x) { return x; }, [=](V) { return one; });
    case ActivationKind::relu:
      return run([=](V x) { return xsimd::select(x < zero, zero, x); },
                 [=](V x) { return xsimd::select(x > zero, one, zero); });
    case ActivationKind::leaky_relu:
      return run([=](V x) { return xsimd::select(x < zero, a * x, x); },
                 [=](V x) { return xsimd::select(x > zero, one, a); });
    case ActivationKind::clip:
      return run([=](V x) { return clipped(x, a, b); },
                 [=](V x) { return xsimd::select(x > a && x < b, one, zero); });
    case ActivationKind::sigmoid:
      return run([](V x) { return logistic(x); },
                 [=](V x) {
                   const V s = logistic(x);
                   return s * (one - s);
                 });
    case ActivationKind::silu:
      return run([](V x) { return x * logistic(x); },
                 [=](V x) {
                   const V s = logistic(x);
                   return s * (one + x * (one - s));
                 });
    case ActivationKind::gelu:
      return run([](V x) { return x * normal_cdf(x); },
                 [=](V x) {
                   const V density = V(0.39894228040143268f) * xsimd::exp(-half * x * x);
                   return normal_cdf(x) + x * density;
                 });
    case ActivationKind::gelu_tanh:
      return run([=](V x) { return half * x * (one + gelu_tanh_part(x)); },
                 [=](V x) {
                   const V t = gelu_tanh_part(x);
                   const V inner = V(0.79788456080286536f) * (one + V(0.134145f) * x * x);
                   return half * (one + t) + half * x * (one - t * t) * inner;
                 });
    case ActivationKind::hard_sigmoid:
      return run([=](V x) { return clipped(a * x + b, zero, one); },
                 [=](V x) {
                   const V y = a * x + b;
                   return xsimd::select(y > zero && y < one, a, zero);
                 });
    case ActivationKind::hard_swish:
      return run([=](V x) { return x * clipped(x * V(1.0f / 6) + half, zero, one); },
                 [=](V x) {
                   const V inside = x * V(1.0f / 3) + half;
                   return xsimd::select(x < V(-3.0f), zero,
                                        xsimd::select(x > V(3.0f), one, inside));
                 });
    case ActivationKind::softplus:
      return run(
          [=](V x) {
            return xsimd::select(x < zero, zero, x) + xsimd::log1p(xsimd::exp(-xsimd::abs(x)));
          },
          [](V x) { return logistic(x); });
    case ActivationKind::elu:
      return run([=](V x) { return xsimd::select(x > zero, x, a * xsimd::expm1(x)); },
                 [=](V x) { return xsimd::select(x > zero, one, a * xsimd::exp(x)); });
  }
}

template <class Arch>
void activation(const Activation& f, std::int64_t n, const float* x, float* y) {
  with_activation<Arch>(f, [=](auto value, auto) { map_row<Arch>(n, value, y, x); });
}

template <class Arch>
void activation_grad(const Activation& f, std::int64_t n, const float* x, const float* dy,
                     float* dx) {
  using V = xsimd::batch<float, Arch>;
  with_activation<Arch>(f, [=](auto, auto derivative) {
    map_row<Arch>(
        n, [=](V v, V g) { return g * derivative(v); }, dx, x, dy);
  });
}

template <class Arch>
void end_rows(const SumEnd& end, int rows, std::int64_t n, float* y, std::int64_t stride) {
  using V = xsimd::batch<float, Arch>;
  const V least(end.least), most(end.most);
  for (int r = 0; r < rows; ++r, y += stride) {
    const V bias(end.bias ? end.bias[r] : 0.0f);
    map_row<Arch>(
        n, [=](V v) { return clipped(v + bias, least, most); }, y, y);
  }
}

}  // namespace odin::tensor::cpu
