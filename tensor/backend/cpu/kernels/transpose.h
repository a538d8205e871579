#pragma once

#include <cstddef>
#include <xsimd/xsimd.hpp>

namespace odin::tensor::cpu {

/// Transposes a square of vectors in log2(size) steps; each interleaves the first half with the
/// second.
template <class V>
[[gnu::always_inline]] inline void transpose(V (&m)[V::size]) {
  constexpr std::size_t kHalf = V::size / 2;
  for (std::size_t step = 1; step < V::size; step *= 2) {
    V next[V::size];
    for (std::size_t i = 0; i < kHalf; ++i) {
      next[2 * i] = xsimd::zip_lo(m[i], m[i + kHalf]);
      next[2 * i + 1] = xsimd::zip_hi(m[i], m[i + kHalf]);
    }
    for (std::size_t i = 0; i < V::size; ++i) m[i] = next[i];
  }
}

}  // namespace odin::tensor::cpu
