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
    case BinaryOp::maximum: return run([](V l, V r) { return xsimd::select(l < r, r, l); });
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
    case UnaryOp::exp:
    case UnaryOp::log:
    case UnaryOp::tanh: break;
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
float sum(std::int64_t n, const float* x) {
  using V = xsimd::batch<float, Arch>;
  float total[1];
  sum_row<Arch>(
      n, [](V* sums, V, V v) { sums[0] += v; }, total, x);
  return total[0];
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
