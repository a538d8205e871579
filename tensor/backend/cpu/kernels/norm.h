#pragma once

// Batch normalization of one row. Gradients recompute from x where the ReLU gave 0: a multiply-add
// is cheaper than reading the forward result from memory.

#include <cstdint>

#include "odin/tensor/backend/cpu/kernels/rows.h"

namespace odin::tensor::cpu {

template <class Arch>
float sum_squared_deviations(std::int64_t n, const float* x, float mean) {
  using V = xsimd::batch<float, Arch>;
  const V m(mean);
  float total[1];
  sum_row<Arch>(
      n,
      [=](V* sums, V one, V v) {
        const V d = (v - m) * one;
        sums[0] = xsimd::fma(d, d, sums[0]);
      },
      total, x);
  return total[0];
}

template <class Arch>
void scale_shift(std::int64_t n, const float* x, float scale, float shift, bool relu, float* y) {
  using V = xsimd::batch<float, Arch>;
  const V a(scale), b(shift), zero(0.0f);
  if (relu)
    map_row<Arch>(
        n,
        [=](V v) {
          const V u = xsimd::fma(a, v, b);
          return xsimd::select(u < zero, zero, u);
        },
        y, x);
  else
    map_row<Arch>(
        n, [=](V v) { return xsimd::fma(a, v, b); }, y, x);
}

template <class Arch>
void scale_shift_grad(std::int64_t n, const float* x, const float* dy, float scale, float shift,
                      bool relu, float* dx) {
  using V = xsimd::batch<float, Arch>;
  const V a(scale), b(shift), zero(0.0f);
  if (relu)
    map_row<Arch>(
        n, [=](V v, V g) { return xsimd::select(xsimd::fma(a, v, b) > zero, a * g, zero); }, dx, x,
        dy);
  else
    map_row<Arch>(
        n, [=](V g) { return a * g; }, dx, dy);
}

template <class Arch>
void channel_grad_sums(std::int64_t n, const float* x, const float* dy, float mean, float scale,
                       float shift, bool relu, float* sum_g, float* sum_gx) {
  using V = xsimd::batch<float, Arch>;
  const V m(mean), a(scale), b(shift), zero(0.0f);
  float totals[2];
  sum_row<Arch>(
      n,
      [=](V* sums, V, V v, V g) {  // g is 0 past the end of the row
        if (relu) g = xsimd::select(xsimd::fma(a, v, b) > zero, g, zero);
        sums[0] += g;
        sums[1] = xsimd::fma(g, v - m, sums[1]);
      },
      totals, x, dy);
  *sum_g = totals[0];
  *sum_gx = totals[1];
}

template <class Arch>
void batch_norm_grad(std::int64_t n, const float* x, const float* dy, float scale, float shift,
                     bool relu, float slope, float constant, float* dx) {
  using V = xsimd::batch<float, Arch>;
  const V a(scale), b(shift), s(slope), c(constant), zero(0.0f);
  map_row<Arch>(
      n,
      [=](V v, V g) {
        if (relu) g = xsimd::select(xsimd::fma(a, v, b) > zero, g, zero);
        return xsimd::fma(a, g, xsimd::fma(s, v, c));
      },
      dx, x, dy);
}

template <class Arch>
void add_scale_shift(std::int64_t n, const float* x, float scale, float shift, float* y) {
  using V = xsimd::batch<float, Arch>;
  const V a(scale), b(shift);
  map_row<Arch>(
      n, [=](V v, V sum) { return sum + xsimd::fma(a, v, b); }, y, x, y);
}

}  // namespace odin::tensor::cpu
