#pragma once

// A channel map fused with reading a convolution's input, and its gradient fused with writing the
// result, so that neither needs a separate pass over memory.

#include <cstdint>

#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/backend/cpu/kernels/rows.h"

namespace odin::tensor::cpu {

template <class Arch>
void map_rows(int rows, std::int64_t n, const float* x, std::int64_t x_stride, const float* scale,
              const float* shift, bool relu, float* y, std::int64_t tile_step) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size), kWidth = 2 * kLanes;
  const V zero(0.0f);
  for (int r = 0; r < rows; ++r, x += x_stride, y += kWidth) {
    // Prefetches the next columns, which the next call copies: rows are often a page apart, so the
    // hardware does not prefetch them.
    for (std::int64_t i = 0; i < kWidth; i += 16) __builtin_prefetch(x + n + i, 0, 2);
    const V a(scale ? scale[r] : 1.0f), b(scale ? shift[r] : 0.0f);
    const auto mapped = [&](V v) {
      if (!scale) return v;
      v = xsimd::fma(a, v, b);
      return relu ? xsimd::select(v < zero, zero, v) : v;
    };
    const float* from = x;
    float* to = y;
    std::int64_t left = n;
    for (; left >= kWidth; left -= kWidth, from += kWidth, to += tile_step) {
      mapped(V::load_unaligned(from)).store_unaligned(to);
      mapped(V::load_unaligned(from + kLanes)).store_unaligned(to + kLanes);
    }
    for (std::int64_t i = 0; left > 0 && i < kWidth; i += kLanes) {
      if (left >= i + kLanes) {
        mapped(V::load_unaligned(from + i)).store_unaligned(to + i);
        continue;
      }
      zero.store_unaligned(to + i);
      if (left > i) store_part<Arch>(mapped(load_part<Arch>(from + i, left - i)), to + i, left - i);
    }
  }
}

/// Computes one vector of dx of a channel; adds g and g (x - mean) to the sums.
template <class Arch, bool Relu, bool Sums>
struct CarryBackRow {
  using V = xsimd::batch<float, Arch>;
  V scale, shift, mean, sum_g{0.0f}, sum_gx{0.0f};

  V operator()(V g, V x, V add) {
    if constexpr (Relu) g = xsimd::select(xsimd::fma(scale, x, shift) > V(0.0f), g, V(0.0f));
    if constexpr (Sums) {
      sum_g += g;
      sum_gx = xsimd::fma(g, x - mean, sum_gx);
    }
    return xsimd::fma(scale, g, add);
  }
};

template <class Arch, bool Relu, bool Sums, bool Add>
void carry_back(const CarryBack& t) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  const V zero(0.0f);
  for (int r = 0; r < t.rows; ++r) {
    CarryBackRow<Arch, Relu, Sums> row{V(t.scale ? t.scale[r] : 1.0f),
                                       V(t.scale ? t.shift[r] : 0.0f), V(Sums ? t.mean[r] : 0.0f)};
    const float* g = t.g + r * t.g_stride;
    const float* x = Relu || Sums ? t.x + r * t.stride : nullptr;
    const float* add = Add ? t.add + r * t.stride : nullptr;
    float* dx = t.dx + r * t.stride;
    std::int64_t i = 0;
    for (; i + kLanes <= t.n; i += kLanes)
      row(V::load_unaligned(g + i), Relu || Sums ? V::load_unaligned(x + i) : zero,
          Add ? V::load_unaligned(add + i) : zero)
          .store_unaligned(dx + i);
    if (i < t.n) {  // g is 0 past the end and adds nothing to the sums
      const std::int64_t left = t.n - i;
      store_part<Arch>(
          row(load_part<Arch>(g + i, left), Relu || Sums ? load_part<Arch>(x + i, left) : zero,
              Add ? load_part<Arch>(add + i, left) : zero),
          dx + i, left);
    }
    if constexpr (Sums) {
      t.sum_g[r] += static_cast<double>(xsimd::reduce_add(row.sum_g));
      t.sum_gx[r] += static_cast<double>(xsimd::reduce_add(row.sum_gx));
    }
  }
}

template <class Arch>
void carry_back(const CarryBack& t) {
  const auto with = [&]<bool Relu, bool Sums>() {
    t.add ? carry_back<Arch, Relu, Sums, true>(t) : carry_back<Arch, Relu, Sums, false>(t);
  };
  if (t.relu)
    t.mean ? with.template operator()<true, true>() : with.template operator()<true, false>();
  else
    t.mean ? with.template operator()<false, true>() : with.template operator()<false, false>();
}

}  // namespace odin::tensor::cpu
