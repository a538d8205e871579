#pragma once

#include <cstdint>

#include "odin/tensor/backend/cpu/kernels/exact.h"
#include "odin/tensor/backend/cpu/kernels/rows.h"
#include "odin/tensor/params.h"

namespace odin::tensor::cpu {

/// y = f(a, b) for a row; a or b may be a single number (step 0).
template <class Arch, class F>
void binary_row(std::int64_t n, F f, const float* a, int a_step, const float* b, int b_step,
                float* y) {
  using V = xsimd::batch<float, Arch>;
  if (a_step == 0 && b_step == 0) {
    const V va(*a), vb(*b);
    map_row<Arch>(
        n, [=](V) { return f(va, vb); }, y, y);
  } else if (a_step == 0) {
    const V va(*a);
    map_row<Arch>(
        n, [=](V vb) { return f(va, vb); }, y, b);
  } else if (b_step == 0) {
    const V vb(*b);
    map_row<Arch>(
        n, [=](V va) { return f(va, vb); }, y, a);
  } else {
    map_row<Arch>(n, f, y, a, b);
  }
}

template <class Arch>
void binary(BinaryOp op, std::int64_t n, const float* a, int a_step, const float* b, int b_step,
            float* y) {
  using V = xsimd::batch<float, Arch>;
  const auto run = [=](auto f) { binary_row<Arch>(n, f, a, a_step, b, b_step, y); };
  switch (op) {
    case BinaryOp::add: return run([](V l, V r) { return l + r; });
    case BinaryOp::sub: return run([](V l, V r) { return l - r; });
    case BinaryOp::mul: return run([](V l, V r) { return l * r; });
    case BinaryOp::div: return run([](V l, V r) { return quotient(l, r); });
    case BinaryOp::maximum:  // NaN if one of them is
      return run([](V l, V r) { return xsimd::select(l < r || r != r, r, l); });
    case BinaryOp::minimum:
      return run([](V l, V r) { return xsimd::select(r < l || r != r, r, l); });
    case BinaryOp::less:
      return run([](V l, V r) { return xsimd::select(l < r, V(1.0f), V(0.0f)); });
    case BinaryOp::less_equal:
      return run([](V l, V r) { return xsimd::select(l <= r, V(1.0f), V(0.0f)); });
    case BinaryOp::equal:
      return run([](V l, V r) { return xsimd::select(l == r, V(1.0f), V(0.0f)); });
    case BinaryOp::pow: break;  // the reference loop's
    case BinaryOp::relu_grad:
      return run([](V dy, V v) { return xsimd::select(v > V(0.0f), dy, V(0.0f)); });
  }
}

template <class Arch>
void unary(UnaryOp op, std::int64_t n, const float* x, float* y) {
  using V = xsimd::batch<float, Arch>;
  const auto run = [=](auto f) { map_row<Arch>(n, f, y, x); };
  switch (op) {
    case UnaryOp::neg: return run([](V v) { return -v; });
    case UnaryOp::sqrt: return run([](V v) { return square_root(v); });
    case UnaryOp::square: return run([](V v) { return v * v; });
    case UnaryOp::abs: return run([](V v) { return xsimd::abs(v); });
    case UnaryOp::relu:  // keeps NaN: the comparison is false for it
      return run([](V v) { return xsimd::select(v < V(0.0f), V(0.0f), v); });
    case UnaryOp::step_sign:
      return run([](V v) { return xsimd::select(v >= V(0.0f), V(1.0f), V(-1.0f)); });
    case UnaryOp::exp: return run([](V v) { return xsimd::exp(v); });
    case UnaryOp::log: return run([](V v) { return xsimd::log(v); });
    case UnaryOp::tanh: return run([](V v) { return xsimd::tanh(v); });
    case UnaryOp::erf: return run([](V v) { return xsimd::erf(v); });
    case UnaryOp::sin: return run([](V v) { return xsimd::sin(v); });
    case UnaryOp::cos: return run([](V v) { return xsimd::cos(v); });
    case UnaryOp::floor: return run([](V v) { return xsimd::floor(v); });
    case UnaryOp::ceil: return run([](V v) { return xsimd::ceil(v); });
    case UnaryOp::round: return run([](V v) { return xsimd::nearbyint(v); });
    case UnaryOp::sign:
      return run([](V v) {
        const V negative = xsimd::select(v < V(0.0f), V(-1.0f), v);  // keeps NaN
        return xsimd::select(v > V(0.0f), V(1.0f), negative);
      });
  }
}

template <class Arch>
float sum(std::int64_t n, const float* x) {
  using V = xsimd::batch<float, Arch>;
  float total[1];
  sum_row<Arch>(
      n, [](V* sums, V, V v) { sums[0] += v; }, total, x);
  return total[0];
}

/// y = softmax(x), or its logarithm. The largest entry is subtracted first.
template <class Arch>
void softmax_row(std::int64_t n, const float* x, bool log, float* y) {
  using V = xsimd::batch<float, Arch>;
  float largest = x[0];
  for (std::int64_t i = 1; i < n; ++i) largest = x[i] > largest ? x[i] : largest;
  const V m(largest);
  map_row<Arch>(
      n, [=](V v) { return xsimd::exp(v - m); }, y, x);
  const float total = sum<Arch>(n, y);
  if (log) {
    const V all = m + xsimd::log(V(total));
    map_row<Arch>(
        n, [=](V v) { return v - all; }, y, x);
  } else {
    const V all(total);
    map_row<Arch>(
        n, [=](V v) { return quotient(v, all); }, y, y);
  }
}

template <class Arch>
void affine(std::int64_t n, const float* x, float factor, float summand, float* y) {
  using V = xsimd::batch<float, Arch>;
  const V f(factor), s(summand);
  map_row<Arch>(
      n, [=](V v) { return f * v + s; }, y, x);
}

template <class Arch>
bool all_finite(std::int64_t n, const float* x) {
  using V = xsimd::batch<float, Arch>;
  float zero[1];  // 0 times infinity or NaN is NaN, and so is the sum
  sum_row<Arch>(
      n, [](V* sums, V, V v) { sums[0] += v * V(0.0f); }, zero, x);
  return zero[0] == 0.0f;
}

}  // namespace odin::tensor::cpu
