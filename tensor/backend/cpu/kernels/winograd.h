#pragma once

// The kernels of Winograd's 3x3 convolution (odin/tensor/backend/cpu/winograd.h). Pixels and tiles
// are vectors over channels, so the transforms are arithmetic on whole vectors at any position of a
// tile. Images are converted to this layout and back by transposing blocks of lanes x lanes
// elements.

#include <cstdint>
#include <utility>

#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/backend/cpu/kernels/gemm.h"
#include "odin/tensor/backend/cpu/kernels/rows.h"
#include "odin/tensor/backend/cpu/kernels/transpose.h"
#include "odin/tensor/backend/cpu/winograd_points.h"

namespace odin::tensor::cpu {

template <class Arch>
void winograd_gather(const WinogradImage& t, const float* x, std::int64_t x_stride,
                     const float* scale, const float* shift, bool relu, float* y) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  const std::int64_t pixels = t.height * t.width;
  const V zero(0.0f);
  std::int64_t row = 0, col = 0;
  for (std::int64_t p = 0; p < pixels; p += kLanes) {
    const std::int64_t count = std::min(kLanes, pixels - p);
    V m[V::size];
    for (std::int64_t c = 0; c < kLanes; ++c) {
      const float* from = x + c * x_stride + p;
      V v = count == kLanes ? V::load_unaligned(from) : load_part<Arch>(from, count);
      if (scale) {
        v = xsimd::fma(V(scale[c]), v, V(shift[c]));
        if (relu) v = xsimd::select(v < zero, zero, v);
      }
      m[c] = v;
    }
    transpose<V>(m);
    for (std::int64_t i = 0; i < count; ++i) {
      m[i].store_unaligned(y + (row * t.pitch + col) * kLanes);
      if (++col == t.width) col = 0, ++row;
    }
  }
}

template <class Arch>
void winograd_scatter(const WinogradImage& t, const float* y, float* x, std::int64_t x_stride) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  const std::int64_t pixels = t.height * t.width;
  std::int64_t row = 0, col = 0;
  for (std::int64_t p = 0; p < pixels; p += kLanes) {
    const std::int64_t count = std::min(kLanes, pixels - p);
    V m[V::size];
    for (V& v : m) v = V(0.0f);
    for (std::int64_t i = 0; i < count; ++i) {
      m[i] = V::load_unaligned(y + (row * t.pitch + col) * kLanes);
      if (++col == t.width) col = 0, ++row;
    }
    transpose<V>(m);
    for (std::int64_t c = 0; c < kLanes; ++c) {
      float* to = x + c * x_stride + p;
      if (count == kLanes)
        m[c].store_unaligned(to);
      else
        store_part<Arch>(m[c], to, count);
    }
  }
}

inline constexpr float kA = static_cast<float>(kPointA), kB = static_cast<float>(kPointB);
inline constexpr float kA2 = kA * kA, kB2 = kB * kB, kSum = 97.0f / 36;  // a^2, b^2, a^2 + b^2

/// t = B^T d for one row or column of 6.
template <class V>
[[gnu::always_inline]] inline void winograd_input_6(const V (&d)[6], V (&t)[6]) {
  t[0] = xsimd::fma(V(-kSum), d[2], d[0] + d[4]);
  const V even1 = xsimd::fma(V(-kB2), d[2], d[4]);
  const V odd1 = xsimd::fma(V(kA), d[3], V(-kB) * d[1]);
  t[1] = even1 + odd1;
  t[2] = even1 - odd1;
  const V even2 = xsimd::fma(V(-kA2), d[2], d[4]);
  const V odd2 = xsimd::fma(V(kB), d[3], V(-kA) * d[1]);
  t[3] = even2 + odd2;
  t[4] = even2 - odd2;
  t[5] = xsimd::fma(V(-kSum), d[3], d[1] + d[5]);
}

/// y = A^T m for one row or column.
template <class V>
[[gnu::always_inline]] inline void winograd_output_6(const V (&m)[6], V (&y)[4]) {
  const V even1 = m[1] + m[2], odd1 = m[1] - m[2], even2 = m[3] + m[4], odd2 = m[3] - m[4];
  y[0] = m[0] + (even1 + even2);
  y[1] = xsimd::fma(V(kA), odd1, V(kB) * odd2);
  y[2] = xsimd::fma(V(kA2), even1, V(kB2) * even2);
  y[3] = xsimd::fma(V(kA * kA2), odd1, xsimd::fma(V(kB * kB2), odd2, m[5]));
}

/// m = A y, the transpose of winograd_output_6.
template <class V>
[[gnu::always_inline]] inline void winograd_output_grad_4(const V (&y)[4], V (&m)[6]) {
  const V even1 = xsimd::fma(V(kA2), y[2], y[0]), even2 = xsimd::fma(V(kB2), y[2], y[0]);
  const V odd1 = xsimd::fma(V(kA * kA2), y[3], V(kA) * y[1]);
  const V odd2 = xsimd::fma(V(kB * kB2), y[3], V(kB) * y[1]);
  m[0] = y[0];
  m[1] = even1 + odd1;
  m[2] = even1 - odd1;
  m[3] = even2 + odd2;
  m[4] = even2 - odd2;
  m[5] = y[3];
}

template <class Arch>
void winograd_input(const float* pixels, std::int64_t pitch, float* v, std::int64_t position) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  V columns[6][6];  // [transformed row][column]
  for (int j = 0; j < 6; ++j) {
    V d[6], t[6];
    for (int i = 0; i < 6; ++i) d[i] = V::load_unaligned(pixels + (i * pitch + j) * kLanes);
    winograd_input_6(d, t);
    for (int i = 0; i < 6; ++i) columns[i][j] = t[i];
  }
  for (int i = 0; i < 6; ++i) {
    V t[6];
    winograd_input_6(columns[i], t);
    for (int j = 0; j < 6; ++j) t[j].store_unaligned(v + (i * 6 + j) * position);
  }
}

template <class Arch>
void winograd_output(const float* m, std::int64_t position, float* pixels, std::int64_t pitch) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  V columns[4][6];
  for (int j = 0; j < 6; ++j) {
    V from[6], y[4];
    for (int i = 0; i < 6; ++i) from[i] = V::load_unaligned(m + (i * 6 + j) * position);
    winograd_output_6(from, y);
    for (int i = 0; i < 4; ++i) columns[i][j] = y[i];
  }
  for (int i = 0; i < 4; ++i) {
    V y[4];
    winograd_output_6(columns[i], y);
    for (int j = 0; j < 4; ++j) y[j].store_unaligned(pixels + (i * pitch + j) * kLanes);
  }
}

template <class Arch>
void winograd_output_grad(const float* pixels, std::int64_t pitch, float* m,
                          std::int64_t position) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  V columns[6][4];
  for (int j = 0; j < 4; ++j) {
    V from[4], to[6];
    for (int i = 0; i < 4; ++i) from[i] = V::load_unaligned(pixels + (i * pitch + j) * kLanes);
    winograd_output_grad_4(from, to);
    for (int i = 0; i < 6; ++i) columns[i][j] = to[i];
  }
  for (int i = 0; i < 6; ++i) {
    V to[6];
    winograd_output_grad_4(columns[i], to);
    for (int j = 0; j < 6; ++j) to[j].store_unaligned(m + (i * 6 + j) * position);
  }
}

/// Like gemm_tile, but a holds vectors over channels: element (r, k) is
/// a[k / lanes * a_block + r * lanes + k % lanes]. The rows of b are contiguous.
template <class Arch, int Rows>
void winograd_product(std::int64_t blocks, const float* a, std::int64_t a_block, const float* b,
                      float* c, std::int64_t c_stride) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  constexpr std::int64_t kBlocksOfSum = kDepthOfSum / kLanes;
  for (std::int64_t first = 0; first < blocks; first += kBlocksOfSum) {
    const std::int64_t last = first + kBlocksOfSum < blocks ? first + kBlocksOfSum : blocks;
    V sum[Rows][2];
    for (int r = 0; r < Rows; ++r) sum[r][0] = sum[r][1] = V(0.0f);
    for (std::int64_t block = first; block < last; ++block, a += a_block)
      for (std::int64_t k = 0; k < kLanes; ++k, b += 2 * kLanes) {
        // A large weight comes from memory: 4 KB ahead, farther than the hardware reads.
        __builtin_prefetch(b + 1024);
        __builtin_prefetch(b + 1024 + kLanes);
        const V b0 = V::load_unaligned(b), b1 = V::load_unaligned(b + kLanes);
        for (int r = 0; r < Rows; ++r) {
          const V ar(a[r * kLanes + k]);
          sum[r][0] = xsimd::fma(ar, b0, sum[r][0]);
          sum[r][1] = xsimd::fma(ar, b1, sum[r][1]);
        }
      }
    for (int r = 0; r < Rows; ++r)
      for (int j = 0; j < 2; ++j) {
        float* to = c + r * c_stride + j * kLanes;
        if (first > 0) sum[r][j] += V::load_unaligned(to);
        sum[r][j].store_unaligned(to);
      }
  }
}

template <class Arch>
void winograd_product(int rows, std::int64_t blocks, const float* a, std::int64_t a_block,
                      const float* b, float* c, std::int64_t c_stride) {
  [&]<int... R>(std::integer_sequence<int, R...>) {
    ((rows == R + 1 ? winograd_product<Arch, R + 1>(blocks, a, a_block, b, c, c_stride) : void()),
     ...);
  }
  (std::make_integer_sequence<int, TileShape<Arch>::kGemmRows>());
}

}  // namespace odin::tensor::cpu
