#pragma once

// What the processor can do at most: multiply-adds that need nothing but registers.

#include <cstdint>
#include <xsimd/xsimd.hpp>

namespace odin::tensor::cpu {

/// So many sums that each has been finished by the time its turn comes again.
inline constexpr int kPeakSums = 12;

/// `rounds` times kPeakSums vector multiply-adds; the result only keeps them from being left out.
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
