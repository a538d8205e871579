#pragma once

// The peak arithmetic rate of the processor: multiply-adds on registers alone.

#include <cstdint>
#include <xsimd/xsimd.hpp>

namespace odin::tensor::cpu {

/// The number of independent sums: enough to hide the latency of a multiply-add.
inline constexpr int kPeakSums = 12;

/// rounds * kPeakSums vector multiply-adds. The result only prevents the compiler from removing
/// them.
template <class Arch>
float multiply_adds(std::int64_t rounds, float factor) {
  using V = xsimd::batch<float, Arch>;
  const V a(factor), b(1.0f - factor);
  V sums[kPeakSums];
  for (V& sum : sums) sum = V(1.0f);
  for (std::int64_t i = 0; i < rounds; ++i)
    for (V& sum : sums) sum = xsimd::fma(sum, a, b);
  V total(0.0f);
  for (const V& sum : sums) total += sum;
  return xsimd::reduce_add(total);
}

}  // namespace odin::tensor::cpu
