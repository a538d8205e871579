#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/backend/cpu/kernels/activation.h"
#include "odin/tensor/backend/cpu/kernels/gemm.h"
#include "odin/tensor/backend/cpu/kernels/rows.h"

namespace odin::tensor::cpu {

/// Where vectors are emulated, the simplest loops do: their code is downloaded.
template <class Arch>
inline constexpr bool kIsEmulated = std::string_view(Arch::name()) == "emulated";

/// A vector of every Step-th float.
template <class Arch, int Step>
xsimd::batch<float, Arch> load_every(const float* x) {
  using V = xsimd::batch<float, Arch>;
  if constexpr (Step == 1) return V::load_unaligned(x);
#ifdef __AVX512F__
  if constexpr (Step == 2 && V::size == 16) {
    const __m512i even =
        _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    return _mm512_permutex2var_ps(_mm512_loadu_ps(x), even, _mm512_loadu_ps(x + 16));
  }
#endif
  alignas(64) float part[V::size];
  for (std::size_t i = 0; i < V::size; ++i) part[i] = x[i * Step];
  return V::load_aligned(part);
}

template <class Arch, int Step>
void copy_lines(const LinesCopy& t, const float* x, const float* x_end, float* y) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  const std::int64_t whole = t.cols / kLanes * kLanes,
                     read = (t.cols + kLanes - 1) / kLanes * kLanes * Step;
  alignas(64) float ones[V::size];
  for (std::int64_t i = 0; i < kLanes; ++i) ones[i] = i < t.cols - whole ? 1.0f : 0.0f;
  const V zero(0.0f);
  const auto rest = V::load_aligned(ones) > zero;
  for (std::int64_t r = 0; r < t.rows; ++r, x += t.x_stride, y += t.pitch) {
    const bool readable = read <= x_end - x;
    std::int64_t j = 0;
    for (; readable && j < whole; j += kLanes)
      load_every<Arch, Step>(x + j * Step).store_unaligned(y + j);
    if (readable && j < t.cols)
      xsimd::select(rest, load_every<Arch, Step>(x + j * Step), zero).store_unaligned(y + j);
    else
      for (; j < t.cols; ++j) y[j] = x[Step * j];
  }
}

/// Whole vectors are copied where there is that much to read.
template <class Arch>
void copy_lines(const LinesCopy& t, const float* x, const float* x_end, float* y) {
  if constexpr (!kIsEmulated<Arch>) {
    if (t.step == 1) return copy_lines<Arch, 1>(t, x, x_end, y);
    if (t.step == 2) return copy_lines<Arch, 2>(t, x, x_end, y);
  }
  for (std::int64_t r = 0; r < t.rows; ++r)
    for (std::int64_t j = 0; j < t.cols; ++j) y[r * t.pitch + j] = x[r * t.x_stride + j * t.step];
}

/// Whether the positions of a 3x3 kernel lie in three neighboring rows.
template <class Arch>
bool rows_are_neighbors(const TapRows& t) {
  for (int k = 3; k < 9; ++k)
    if (t.offsets[k] - t.offsets[k - 3] != t.pitch) return false;
  return true;
}

/// f of a sum, as vectors.
template <class Arch>
struct TapEnd {
  using V = xsimd::batch<float, Arch>;
  const V bias, least, most;
  explicit TapEnd(const SumEnd& end)
      : bias(end.bias ? *end.bias : 0.0f), least(end.least), most(end.most) {}

  /// Stores the results at `at` of t.y. Where rows are narrower than a vector, what is written behind
  /// a row's end is overwritten by the next one, and behind the last, nothing is.
  [[gnu::always_inline]] void store(const TapRows& t, std::int64_t at, V sum) const {
    const std::int64_t room = t.rows * t.cols - at;
    if (room >= static_cast<std::int64_t>(V::size)) {
      if (t.add) sum += V::load_unaligned(t.add + at);
      clipped(sum + bias, least, most).store_unaligned(t.y + at);
    } else {
      if (t.add) sum += load_part<Arch>(t.add + at, room);
      store_part<Arch>(clipped(sum + bias, least, most), t.y + at, room);
    }
  }
};

/// sum[i] += row of weights * v for the rows of results that a vector of input row Row is part of.
template <int Row, int Column, class V, std::size_t Rows>
[[gnu::always_inline]] inline void add_tap(const V (&weights)[9], V v, V (&sum)[Rows]) {
  constexpr int kRows = Rows;
  if constexpr (Row < kRows) sum[Row] = xsimd::fma(weights[Column], v, sum[Row]);
  if constexpr (Row >= 1 && Row - 1 < kRows)
    sum[Row - 1] = xsimd::fma(weights[3 + Column], v, sum[Row - 1]);
  if constexpr (Row >= 2 && Row - 2 < kRows)
    sum[Row - 2] = xsimd::fma(weights[6 + Column], v, sum[Row - 2]);
}
template <int Row, class V, std::size_t Rows>
[[gnu::always_inline]] inline void add_taps(const V (&weights)[9], const float* x,
                                            const std::int64_t* columns, std::int64_t pitch,
                                            V (&sum)[Rows]) {
  if constexpr (Row < static_cast<int>(Rows) + 2) {
    add_tap<Row, 0>(weights, V::load_unaligned(x + columns[0]), sum);
    add_tap<Row, 1>(weights, V::load_unaligned(x + columns[1]), sum);
    add_tap<Row, 2>(weights, V::load_unaligned(x + columns[2]), sum);
    add_taps<Row + 1>(weights, x + pitch, columns, pitch, sum);
  }
}

/// A vector of every row of results of a 3x3 kernel, from a column on, for rows from `first` on.
/// Rows of results are made at a time while there are so many; returns the first row that is left.
/// With Rows > 1 the kernel's rows must be neighbors: what is loaded serves up to three rows.
template <class Arch, int Rows>
std::int64_t tap_columns_3x3(const TapRows& t, std::int64_t column, std::int64_t first) {
  using V = xsimd::batch<float, Arch>;
  const TapEnd<Arch> end(t.end);
  V weights[9];
  for (int k = 0; k < 9; ++k) weights[k] = V(t.weights[k]);
  const std::int64_t* offsets = t.offsets;
  std::int64_t r = first;
  for (; r + Rows <= t.rows; r += Rows) {
    const float* x = t.x + r * t.pitch + column;
    V sum[Rows];
    for (int i = 0; i < Rows; ++i) sum[i] = V(0.0f);
    if constexpr (Rows == 1)
      for (int k = 0; k < 9; ++k)
        sum[0] = xsimd::fma(weights[k], V::load_unaligned(x + offsets[k]), sum[0]);
    else
      add_taps<0>(weights, x, offsets, t.pitch, sum);
    for (int i = 0; i < Rows; ++i) end.store(t, (r + i) * t.cols + column, sum[i]);
  }
  return r;
}

/// The same for any kernel.
template <class Arch>
void tap_columns(const TapRows& t, std::int64_t column) {
  using V = xsimd::batch<float, Arch>;
  const TapEnd<Arch> end(t.end);
  for (std::int64_t r = 0; r < t.rows; ++r) {
    const float* x = t.x + r * t.pitch + column;
    V sum(0.0f);
    for (std::int64_t k = 0; k < t.taps; ++k)
      sum = xsimd::fma(V(t.weights[k]), V::load_unaligned(x + t.offsets[k]), sum);
    end.store(t, r * t.cols + column, sum);
  }
}

template <class Arch>
void tap_rows(const TapRows& t) {
  constexpr auto kLanes = static_cast<std::int64_t>(xsimd::batch<float, Arch>::size);
  for (std::int64_t j = 0; j < t.cols; j += kLanes) {
    // The last vector ends where the row does: some results are computed twice.
    const std::int64_t column = std::max<std::int64_t>(0, std::min(j, t.cols - kLanes));
    if constexpr (!kIsEmulated<Arch>)
      if (t.taps == 9) {
        const std::int64_t row =
            rows_are_neighbors<Arch>(t) ? tap_columns_3x3<Arch, 4>(t, column, 0) : 0;
        tap_columns_3x3<Arch, 1>(t, column, row);
        continue;
      }
    tap_columns<Arch>(t, column);
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
