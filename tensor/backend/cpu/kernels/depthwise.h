#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

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
  alignas(64) float part[V::size];
  for (std::size_t i = 0; i < V::size; ++i) part[i] = x[i * Step];
  return V::load_aligned(part);
}

/// The even ones of two vectors of floats, and the odd ones.
template <class Arch>
struct EvenAndOdd {
  using V = xsimd::batch<float, Arch>;
  V even, odd;

  explicit EvenAndOdd(const float* x) {
#ifdef __AVX512F__
    if constexpr (V::size == 16) {
      const __m512i at =
          _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
      const V a = V::load_unaligned(x), b = V::load_unaligned(x + 16);
      even = _mm512_permutex2var_ps(a, at, b);
      odd = _mm512_permutex2var_ps(a, _mm512_add_epi32(at, _mm512_set1_epi32(1)), b);
      return;
    }
#endif
    even = load_every<Arch, 2>(x);
    odd = load_every<Arch, 2>(x + 1);
  }
};

template <class Arch, int Step, bool Between = false>
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
    const auto copy = [&](std::int64_t j, auto kept) __attribute__((always_inline)) {
      if constexpr (Between) {
        const EvenAndOdd<Arch> pixels(x + j * Step);
        kept(pixels.even).store_unaligned(y + j);
        kept(pixels.odd).store_unaligned(y + t.between + j);
      } else {
        kept(load_every<Arch, Step>(x + j * Step)).store_unaligned(y + j);
      }
    };
    const bool readable = read <= x_end - x;
    std::int64_t j = 0;
    for (; readable && j < whole; j += kLanes) copy(j, [](V v) { return v; });
    if (readable && j < t.cols) {
      copy(j, [&](V v) { return xsimd::select(rest, v, zero); });
      continue;
    }
    for (; j < t.cols; ++j) {
      y[j] = x[Step * j];
      if constexpr (Between) y[t.between + j] = x[Step * j + 1];
    }
  }
}

/// Whole vectors are copied where there is that much to read.
template <class Arch>
void copy_lines(const LinesCopy& t, const float* x, const float* x_end, float* y) {
  if constexpr (!kIsEmulated<Arch>) {
    if (t.step == 1) return copy_lines<Arch, 1>(t, x, x_end, y);
    if (t.step == 2 && t.between != 0) return copy_lines<Arch, 2, true>(t, x, x_end, y);
    if (t.step == 2) return copy_lines<Arch, 2>(t, x, x_end, y);
  }
  for (std::int64_t r = 0; r < t.rows; ++r)
    for (std::int64_t j = 0; j < t.cols; ++j) {
      const float* pixel = x + r * t.x_stride + j * t.step;
      y[r * t.pitch + j] = pixel[0];
      if (t.between != 0) y[r * t.pitch + t.between + j] = pixel[1];
    }
}

/// Whether line l of what a 3x3 kernel reads is l / Stride lines behind line l % Stride, so that what
/// several rows of results read is loaded once.
template <int Stride>
bool lines_are_regular(const TapRows& t) {
  for (int a = Stride; a < 3; ++a)
    for (int b = 0; b < 3; ++b)
      if (t.offsets[3 * a + b] != t.offsets[3 * (a % Stride) + b] + a / Stride * t.pitch)
        return false;
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

/// v, which the compiler must not load again for each of its uses: a vector that lies in two cache lines
/// is two loads.
template <class V>
[[gnu::always_inline]] inline V in_register(V v) {
#ifdef __x86_64__
  typename V::register_type value = v;
  asm("" : "+v"(value));
  return value;
#else
  return v;
#endif
}

/// Adds the product with v, a vector of column Column and of row Row of what the sum's windows read.
template <int Row, int Column, class V>
[[gnu::always_inline]] inline void add_tap(const V (&weights)[9], V v, V& sum) {
  if constexpr (Row >= 0 && Row < 3) sum = xsimd::fma(weights[3 * Row + Column], v, sum);
}

/// Adds to the sums of several rows of results what line Line and the following ones are part of,
/// each sum's products in the order of the weights.
template <int Stride, int Line, class V, std::size_t Rows, int... I>
[[gnu::always_inline]] inline void add_lines(const V (&weights)[9], const float* x,
                                             const std::int64_t* offsets, std::int64_t pitch,
                                             V (&sum)[Rows],
                                             std::integer_sequence<int, I...> rows) {
  if constexpr (Line < Stride * (static_cast<int>(Rows) - 1) + 3) {
    const float* line = x + Line / Stride * pitch;
    const std::int64_t* columns = offsets + 3 * (Line % Stride);
    const V left = in_register(V::load_unaligned(line + columns[0]));
    (add_tap<Line - Stride * I, 0>(weights, left, sum[I]), ...);
    const V middle = in_register(V::load_unaligned(line + columns[1]));
    (add_tap<Line - Stride * I, 1>(weights, middle, sum[I]), ...);
    const V right = in_register(V::load_unaligned(line + columns[2]));
    (add_tap<Line - Stride * I, 2>(weights, right, sum[I]), ...);
    add_lines<Stride, Line + 1>(weights, x, offsets, pitch, sum, rows);
  }
}

/// Where the vector begins whose turn it is at column j: the last one ends where the row does, and some
/// results are computed twice.
template <class Arch>
std::int64_t start_of_vector(const TapRows& t, std::int64_t j) {
  return std::max<std::int64_t>(
      0, std::min(j, t.cols - static_cast<std::int64_t>(xsimd::batch<float, Arch>::size)));
}

/// All results of a 3x3 kernel, so many rows at a time; the last ones end where the results do, too. The
/// lines are regular if there are several.
template <class Arch, int Stride, int Rows>
void tap_rows_3x3(const TapRows& t) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  const TapEnd<Arch> end(t.end);
  V weights[9];
  for (int k = 0; k < 9; ++k) weights[k] = V(t.weights[k]);
  for (std::int64_t r = 0; r < t.rows; r += Rows) {
    const std::int64_t first = std::min(r, t.rows - Rows);
    for (std::int64_t j = 0; j < t.cols; j += kLanes) {
      const std::int64_t column = start_of_vector<Arch>(t, j);
      const float* x = t.x + first * t.pitch + column;
      V sum[Rows];
      for (int i = 0; i < Rows; ++i) sum[i] = V(0.0f);
      if constexpr (Rows == 1)
        for (int k = 0; k < 9; ++k)
          sum[0] = xsimd::fma(weights[k], V::load_unaligned(x + t.offsets[k]), sum[0]);
      else
        add_lines<Stride, 0>(weights, x, t.offsets, t.pitch, sum,
                             std::make_integer_sequence<int, Rows>());
      for (int i = 0; i < Rows; ++i) end.store(t, (first + i) * t.cols + column, sum[i]);
    }
  }
}

template <class Arch>
void tap_rows_3x3(const TapRows& t) {
  constexpr int kRows = 4;
  if (t.rows >= kRows && lines_are_regular<1>(t))
    tap_rows_3x3<Arch, 1, kRows>(t);
  else if (t.rows >= kRows && lines_are_regular<2>(t))
    tap_rows_3x3<Arch, 2, kRows>(t);
  else
    tap_rows_3x3<Arch, 1, 1>(t);
}

template <class Arch>
void tap_rows(const TapRows& t) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  if constexpr (!kIsEmulated<Arch>)
    if (t.taps == 9) return tap_rows_3x3<Arch>(t);
  const TapEnd<Arch> end(t.end);
  for (std::int64_t r = 0; r < t.rows; ++r)
    for (std::int64_t j = 0; j < t.cols; j += kLanes) {
      const std::int64_t column = start_of_vector<Arch>(t, j);
      const float* x = t.x + r * t.pitch + column;
      V sum(0.0f);
      for (std::int64_t k = 0; k < t.taps; ++k)
        sum = xsimd::fma(V(t.weights[k]), V::load_unaligned(x + t.offsets[k]), sum);
      end.store(t, r * t.cols + column, sum);
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
