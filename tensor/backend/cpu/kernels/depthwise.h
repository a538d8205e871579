#pragma once

#include <cstdint>

#include "odin/tensor/backend/cpu/kernels/rows.h"

namespace odin::tensor::cpu {

/// y[i] = sum over t of weights[t] x[offsets[t] + i] for i in [0, n), n a multiple of 64. Four
/// vectors at a time, so that a weight is loaded once for all of them and the additions do not wait
/// for each other.
template <class Arch>
void weighted_taps(std::int64_t n, std::int64_t taps, const float* x, const std::int64_t* offsets,
                   const float* weights, float* y) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  for (std::int64_t i = 0; i < n; i += 4 * kLanes) {
    V a(0.0f), b(0.0f), c(0.0f), d(0.0f);
    for (std::int64_t t = 0; t < taps; ++t) {
      const V weight(weights[t]);
      const float* from = x + offsets[t] + i;
      a = xsimd::fma(weight, V::load_unaligned(from), a);
      b = xsimd::fma(weight, V::load_unaligned(from + kLanes), b);
      c = xsimd::fma(weight, V::load_unaligned(from + 2 * kLanes), c);
      d = xsimd::fma(weight, V::load_unaligned(from + 3 * kLanes), d);
    }
    a.store_unaligned(y + i);
    b.store_unaligned(y + i + kLanes);
    c.store_unaligned(y + i + 2 * kLanes);
    d.store_unaligned(y + i + 3 * kLanes);
  }
}

template <class Arch>
float dot(std::int64_t n, const float* a, const float* b) {
  using V = xsimd::batch<float, Arch>;
  float total[1];
  sum_row<Arch>(
      n, [](V* sums, V, V l, V r) { sums[0] = xsimd::fma(l, r, sums[0]); }, total, a, b);
  return total[0];
}

}  // namespace odin::tensor::cpu
