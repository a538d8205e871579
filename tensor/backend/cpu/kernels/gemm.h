#pragma once

// Register tiles for matrix products and convolutions.
//
// gemm_tile keeps a tile of Rows x 2 vectors of the result in registers while it loops over the
// depth. Two vector loads and Rows broadcasts feed 2 Rows multiply-adds, so arithmetic hides the
// loads. The rows of b may be anywhere: a convolution passes offsets into shifted copies of the
// image (conv_windows.h) instead of building the im2col matrix.
//
// dot_tile is for the gradient of weights, a product whose inner dimension is the pixels: both
// operands are contiguous along it, so lanes hold partial sums, which are added once at the end.

#include <cstdint>
#include <type_traits>
#include <utility>
#include <xsimd/xsimd.hpp>

#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/backend/cpu/kernels/activation.h"
#include "odin/tensor/backend/cpu/kernels/transpose.h"

namespace odin::tensor::cpu {

/// The largest tiles that fit into the vector registers: Rows x 2 accumulators, two vectors of b
/// and one broadcast. 12 rows use 27 of the 32 of AVX-512 and NEON, 6 rows 15 of the 16 elsewhere.
template <class Arch>
struct TileShape {
  // 32 vector registers rather than 16
  static constexpr bool kManyRegisters =
      xsimd::batch<float, Arch>::size == 16 || std::is_same_v<Arch, xsimd::neon64>;
  static constexpr int kGemmRows = kManyRegisters ? 12 : 6;
  static constexpr int kDotRows = kManyRegisters ? 4 : 3;
  static constexpr int kDotCols = kManyRegisters ? 6 : 4;
};

/// Whether a tile's end is applied while its sums are in registers, or afterwards, which is less
/// code, and where there are few registers as fast.
template <class Arch>
inline constexpr bool kEndsInRegisters = TileShape<Arch>::kManyRegisters;

/// Columns that a tile can have beside its vectors: images of 7x7 and 14x14 pixels are one and four
/// more than a whole number of vectors. Each is one more vector of sums, over the rows; only with the
/// registers and the lanes of AVX-512 there is room for them.
template <class Arch>
inline constexpr int kSideColumns = xsimd::batch<float, Arch>::size == 16 ? 4 : 0;

/// This many products are summed in registers before they are added to the rest of the sum. Summing
/// in pieces has smaller rounding errors than one long chain of additions; ODIN uses the sign of
/// gradients near zero, which rounding errors flip.
inline constexpr std::int64_t kDepthOfSum = 64;

/// f(0), f(1), ..., f(N - 1), unrolled: arrays indexed in a loop that the compiler does not unroll
/// would be in memory, not in registers.
template <int N, class F>
void unrolled(F&& f) {
  [&]<int... I>(std::integer_sequence<int, I...>) { (f(std::integral_constant<int, I>()), ...); }
  (std::make_integer_sequence<int, N>());
}

/// c = add + the sums of the columns beside a tile's vectors, which are vectors over its rows. Called
/// once a tile, so it is code of its own: small instead of fast.
template <class Arch>
[[gnu::noinline]] void load_sides(const GemmTile& t, int at, xsimd::batch<float, Arch>* total) {
  using V = xsimd::batch<float, Arch>;
  for (int s = 0; s < t.sides; ++s) {
    float column[V::size] = {};
    for (int r = 0; t.add && r < t.rows; ++r) column[r] = t.add[r * t.add_stride + at + s];
    total[s] = V::load_unaligned(column);
  }
}
template <class Arch>
[[gnu::noinline]] void store_sides(const GemmTile& t, int at,
                                   const xsimd::batch<float, Arch>* total) {
  using V = xsimd::batch<float, Arch>;
  for (int s = 0; s < t.sides; ++s) {
    float column[V::size];
    V sum = total[s];
    if (t.end) {
      float bias[V::size] = {};
      for (int r = 0; t.end->bias && r < t.rows; ++r) bias[r] = t.end->bias[r];
      sum = clipped(sum + V::load_unaligned(bias), V(t.end->least), V(t.end->most));
    }
    sum.store_unaligned(column);
    for (int r = 0; r < t.rows; ++r) t.c[r * t.c_stride + at + s] = column[r];
  }
}

/// The columns beside the vectors of a tile, of which each element is the same sum in the same order
/// as in a column of the tile.
template <class Arch, int Sides>
class SideColumns {
  using V = xsimd::batch<float, Arch>;
  static_assert(TileShape<Arch>::kGemmRows <= static_cast<int>(V::size));

 public:
  SideColumns(const GemmTile& t, int at) : t_(t), at_(at), b_side_(t.b_side) {
    unrolled<Sides>([&](auto s) { total_[s] = V(0.0f); });
    load_sides<Arch>(t, at, total_);
  }

  void clear() {
    unrolled<Sides>([&](auto s) { sum_[s] = V(0.0f); });
  }
  void multiply(const float* a, const float* row) {
    const V rows = V::load_unaligned(a);
    unrolled<Sides>([&](auto s) { sum_[s] = xsimd::fma(rows, V(row[b_side_ + s]), sum_[s]); });
  }
  void add_up() {
    unrolled<Sides>([&](auto s) { total_[s] += sum_[s]; });
  }
  void store() const { store_sides<Arch>(t_, at_, total_); }

 private:
  const GemmTile& t_;
  int at_;
  std::int64_t b_side_;
  V sum_[Sides], total_[Sides];
};

/// A tile without them.
template <class Arch>
class SideColumns<Arch, 0> {
 public:
  SideColumns(const GemmTile&, int) {}
  void clear() {}
  void multiply(const float*, const float*) {}
  void add_up() {}
  void store() const {}
};

/// Whether tiles whose columns are contiguous have code of their own, where the distance of the two
/// vectors is a constant. Without it DenseNet's forward pass takes 1.5 times as long in WebAssembly,
/// and products 1.03 times as long with SSE2; with longer vectors it is only more code.
template <class Arch>
inline constexpr bool kContiguousTiles = xsimd::batch<float, Arch>::size == 4;

/// Prefetches what the next tile writes and adds: each of its rows begins a cache line of its own, on a
/// page of its own, which hardware does not prefetch. Code of its own as it is called once a tile.
template <class Arch>
[[gnu::noinline]] void prefetch_next(const GemmTile& t) {
  constexpr std::int64_t kLine = 16;
  const std::int64_t cols =
      static_cast<std::int64_t>(xsimd::batch<float, Arch>::size) * (t.half ? 1 : 2);
  for (int r = 0; r < t.rows; ++r)
    for (std::int64_t i = cols - 1; i >= 0; i -= kLine) {
      __builtin_prefetch(t.c + t.next_c + r * t.c_stride + i, 1);
      if (t.add && t.add != t.c) __builtin_prefetch(t.add + t.next_c + r * t.add_stride + i);
    }
}

/// `next` is the distance of the two vectors of columns.
template <class Arch, int Rows, int Vectors, int Sides = 0, class Next>
void gemm_tile(const GemmTile& t, Next next) {
  using V = xsimd::batch<float, Arch>;
  constexpr int kLanes = static_cast<int>(V::size);
  const float* add = t.add;
  std::int64_t add_stride = t.add_stride;
  SideColumns<Arch, Sides> sides(t, Vectors * kLanes);
  for (std::int64_t first = 0; first < t.depth; first += kDepthOfSum) {
    const std::int64_t last = first + kDepthOfSum < t.depth ? first + kDepthOfSum : t.depth;
    V sum[Rows][Vectors];
    unrolled<Rows>([&](auto r) { unrolled<Vectors>([&](auto v) { sum[r][v] = V(0.0f); }); });
    sides.clear();
    const float* a = t.a + first * t.a_step;
    for (std::int64_t k = first; k < last; ++k, a += t.a_step) {
      const float* row = t.b + t.b_rows[k];
      __builtin_prefetch(a + 48 * t.a_step);  // a may have a page between its columns
      sides.multiply(a, row);
      V b[Vectors];
      unrolled<Vectors>([&](auto v) { b[v] = V::load_unaligned(row + v * next); });
      unrolled<Rows>([&](auto r) {
        const V ar(a[r]);
        unrolled<Vectors>([&](auto v) { sum[r][v] = xsimd::fma(ar, b[v], sum[r][v]); });
      });
    }
    sides.add_up();
    // With side columns, all tiles have the rows of the highest.
    const auto each_row = [&](auto&& f) {
      unrolled<Rows>([&](auto r) {
        if (Sides == 0 || r < t.rows) f(r);
      });
    };
    if (add)
      each_row([&](auto r) {
        const float* row = add + r * add_stride;
        unrolled<Vectors>([&](auto v) { sum[r][v] += V::load_unaligned(row + v * kLanes); });
      });
    if (kEndsInRegisters<Arch> && t.end && last == t.depth) {
      const V least(t.end->least), most(t.end->most);
      each_row([&](auto r) {
        const V bias(t.end->bias ? t.end->bias[r] : 0.0f);
        unrolled<Vectors>([&](auto v) { sum[r][v] = clipped(sum[r][v] + bias, least, most); });
      });
    }
    each_row([&](auto r) {
      float* row = t.c + r * t.c_stride;
      unrolled<Vectors>([&](auto v) { sum[r][v].store_unaligned(row + v * kLanes); });
    });
    add = t.c;
    add_stride = t.c_stride;
  }
  sides.store();
}

template <class Arch, int Vectors, class Next>
void gemm_tile(const GemmTile& t, Next next) {
  [&]<int... R>(std::integer_sequence<int, R...>) {
    ((t.rows == R + 1 ? gemm_tile<Arch, R + 1, Vectors>(t, next) : void()), ...);
  }
  (std::make_integer_sequence<int, TileShape<Arch>::kGemmRows>());
}

template <class Arch, int Vectors, class Next>
void gemm_tile_with_sides(const GemmTile& t, Next next) {
  constexpr int kRows = TileShape<Arch>::kGemmRows;
  if (t.sides == 1)
    gemm_tile<Arch, kRows, Vectors, 1>(t, next);
  else
    gemm_tile<Arch, kRows, Vectors, kSideColumns<Arch>>(t, next);
}

template <class Arch>
void gemm_tile(const GemmTile& t) {
  constexpr auto kLanes = static_cast<std::int64_t>(xsimd::batch<float, Arch>::size);
  constexpr std::integral_constant<std::int64_t, kLanes> contiguous;
  const auto any_distance = [&] {
    if constexpr (kSideColumns<Arch> != 0)
      if (t.sides > 0)
        return t.half ? gemm_tile_with_sides<Arch, 1>(t, t.b_next)
                      : gemm_tile_with_sides<Arch, 2>(t, t.b_next);
    t.half ? gemm_tile<Arch, 1>(t, t.b_next) : gemm_tile<Arch, 2>(t, t.b_next);
  };
  if (t.next_c != 0) prefetch_next<Arch>(t);
  if constexpr (!kContiguousTiles<Arch>)
    any_distance();
  else if (t.half)
    gemm_tile<Arch, 1>(t, contiguous);
  else if (t.b_next == kLanes)
    gemm_tile<Arch, 2>(t, contiguous);
  else
    gemm_tile<Arch, 2>(t, t.b_next);
  if constexpr (!kEndsInRegisters<Arch>)
    if (t.end) end_rows<Arch>(*t.end, t.rows, t.half ? kLanes : 2 * kLanes, t.c, t.c_stride);
}

template <class Arch>
void pack_rows(int rows, std::int64_t depth, const float* a, std::int64_t stride, float* to) {
  using V = xsimd::batch<float, Arch>;
  constexpr int kLanes = static_cast<int>(V::size);
  constexpr int kBlocks = (TileShape<Arch>::kGemmRows + kLanes - 1) / kLanes;
  std::int64_t k = 0;
  for (; k + kLanes <= depth; k += kLanes) {
    V block[kBlocks][kLanes];  // block b: rows from b kLanes on, transposed
    for (int b = 0; b < kBlocks; ++b) {
      for (int i = 0; i < kLanes; ++i) {
        const int row = b * kLanes + i;
        block[b][i] = row < rows ? V::load_unaligned(a + row * stride + k) : V(0.0f);
      }
      transpose<V>(block[b]);
    }
    // In ascending order: what a vector has too many is overwritten by the next.
    for (int i = 0; i < kLanes; ++i)
      for (int b = 0; b * kLanes < rows; ++b)
        block[b][i].store_unaligned(to + (k + i) * rows + b * kLanes);
  }
  for (; k < depth; ++k)
    for (int r = 0; r < rows; ++r) to[k * rows + r] = a[r * stride + k];
}

template <class Arch, int Rows, int Cols>
void dot_tile(const DotTile& t) {
  using V = xsimd::batch<float, Arch>;
  V sum[Rows][Cols];
  for (int i = 0; i < Rows; ++i)
    for (int j = 0; j < Cols; ++j) sum[i][j] = V(0.0f);
  for (std::int64_t image = 0; image < t.images; ++image) {
    const float* a = t.a + image * t.a_image;
    const float* row[Cols];
    for (int j = 0; j < Cols; ++j) row[j] = t.b + image * t.b_image + t.b_rows[j];
    for (std::int64_t p = 0; p < t.n; p += static_cast<std::int64_t>(V::size)) {
      V left[Rows];
      for (int i = 0; i < Rows; ++i) left[i] = V::load_unaligned(a + i * t.a_stride + p);
      for (int j = 0; j < Cols; ++j) {
        const V right = V::load_unaligned(row[j] + p);
        for (int i = 0; i < Rows; ++i) sum[i][j] = xsimd::fma(left[i], right, sum[i][j]);
      }
    }
  }
  for (int i = 0; i < Rows; ++i)
    for (int j = 0; j < Cols; ++j) t.c[i * t.c_stride + j] += xsimd::reduce_add(sum[i][j]);
}

template <class Arch, int Rows>
void dot_tile(const DotTile& t) {
  [&]<int... J>(std::integer_sequence<int, J...>) {
    ((t.cols == J + 1 ? dot_tile<Arch, Rows, J + 1>(t) : void()), ...);
  }
  (std::make_integer_sequence<int, TileShape<Arch>::kDotCols>());
}

template <class Arch>
void dot_tile(const DotTile& t) {
  [&]<int... I>(std::integer_sequence<int, I...>) {
    ((t.rows == I + 1 ? dot_tile<Arch, I + 1>(t) : void()), ...);
  }
  (std::make_integer_sequence<int, TileShape<Arch>::kDotRows>());
}

}  // namespace odin::tensor::cpu
