#pragma once

// Loops over one row: full vectors, then the rest in a padded vector, so that every element is
// computed by the same vector formula.

#include <cstdint>
#include <cstring>
#include <xsimd/xsimd.hpp>

namespace odin::tensor::cpu {

#ifdef __AVX512F__
/// The first `count` lanes.
template <class Arch>
__mmask16 lanes_below(std::int64_t count) {
  return static_cast<__mmask16>((1u << count) - 1);
}
#endif

template <class Arch>
xsimd::batch<float, Arch> load_part(const float* x, std::int64_t count) {
#ifdef __AVX512F__
  if constexpr (xsimd::batch<float, Arch>::size == 16)
    return _mm512_maskz_loadu_ps(lanes_below<Arch>(count), x);
#endif
  alignas(64) float part[xsimd::batch<float, Arch>::size] = {};
  std::memcpy(part, x, static_cast<std::size_t>(count) * sizeof(float));
  return xsimd::batch<float, Arch>::load_aligned(part);
}

template <class Arch>
void store_part(xsimd::batch<float, Arch> v, float* y, std::int64_t count) {
#ifdef __AVX512F__
  if constexpr (xsimd::batch<float, Arch>::size == 16)
    return _mm512_mask_storeu_ps(y, lanes_below<Arch>(count), v);
#endif
  alignas(64) float part[xsimd::batch<float, Arch>::size];
  v.store_aligned(part);
  std::memcpy(y, part, static_cast<std::size_t>(count) * sizeof(float));
}

/// y[i] = f(x[i]...) for i in [0, n).
template <class Arch, class F, class... X>
void map_row(std::int64_t n, F f, float* y, const X*... x) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  std::int64_t i = 0;
#ifdef __EMSCRIPTEN__  // memory is what it waits for, and every byte of the page's module is downloaded
#pragma clang loop unroll(disable)
#endif
  for (; i + kLanes <= n; i += kLanes) f(V::load_unaligned(x + i)...).store_unaligned(y + i);
  if (i < n) store_part<Arch>(f(load_part<Arch>(x + i, n - i)...), y + i, n - i);
}

/// K sums over a row. f(sums, one, x...) adds the contribution of one vector of each row x to the K
/// vectors `sums`. Lanes past the end of the row are 0 in x and in `one`, which is 1 in all others:
/// f multiplies by `one` what would not be 0 there. Four independent sets of sums hide the latency
/// of the additions.
template <class Arch, int K, class F, class... X>
void sum_row(std::int64_t n, F f, float (&result)[K], const X*... x) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  constexpr int kSets = 4;
  V sums[kSets][K];
  for (auto& set : sums)
    for (V& sum : set) sum = V(0.0f);
  std::int64_t i = 0;
  for (; i + kSets * kLanes <= n; i += kSets * kLanes)
    for (int s = 0; s < kSets; ++s) f(sums[s], V(1.0f), V::load_unaligned(x + i + s * kLanes)...);
  for (; i + kLanes <= n; i += kLanes) f(sums[0], V(1.0f), V::load_unaligned(x + i)...);
  if (i < n) {
    alignas(64) float ones[V::size];
    for (std::int64_t j = 0; j < kLanes; ++j) ones[j] = j < n - i ? 1.0f : 0.0f;
    f(sums[1], V::load_aligned(ones), load_part<Arch>(x + i, n - i)...);
  }
  for (int k = 0; k < K; ++k)
    result[k] = xsimd::reduce_add((sums[0][k] + sums[1][k]) + (sums[2][k] + sums[3][k]));
}

}  // namespace odin::tensor::cpu
