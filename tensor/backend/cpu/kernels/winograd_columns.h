#pragma once

// The input and output transforms of Winograd's algorithm along columns
// (odin/tensor/backend/cpu/column_winograd.h). Lanes are pixels of a row, and six rows are combined
// element by element, so nothing is transposed. The input transform also applies the channel map,
// in the same pass.

#include <cstdint>

#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/backend/cpu/kernels/winograd.h"

namespace odin::tensor::cpu {

template <class Arch>
void winograd_columns_input(const WinogradColumnRows& rows, float* v, std::int64_t position) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  const V zero(0.0f);
  const V scale(rows.scale ? *rows.scale : 1.0f), shift(rows.scale ? *rows.shift : 0.0f);
  const auto load = [&](int row, std::int64_t at) {
    if (row < rows.begin || row >= rows.end) return zero;
    V x = V::load_unaligned(rows.x + row * rows.width + at);
    if (!rows.scale) return x;
    x = xsimd::fma(scale, x, shift);
    return rows.relu ? xsimd::select(x < zero, zero, x) : x;
  };
  for (std::int64_t at = 0; at < rows.width; at += kLanes) {
    V d[6], t[6];
    unrolled<6>([&](auto i) { d[i] = load(i, at); });
    winograd_input_6(d, t);
    unrolled<6>([&](auto i) { t[i].store_unaligned(v + i * position + at); });
  }
  if (!rows.gaps) return;
  unrolled<6>([&](auto i) {
    zero.store_unaligned(v + i * position - kLanes);
    zero.store_unaligned(v + i * position + rows.width);
  });
}

template <class Arch>
void winograd_columns_output(const float* m, std::int64_t position, std::int64_t width, int rows,
                             float* y) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  for (std::int64_t at = 0; at < width; at += kLanes) {
    V from[6], to[4];
    unrolled<6>([&](auto i) { from[i] = V::load_unaligned(m + i * position + at); });
    winograd_output_6(from, to);
    for (int r = 0; r < rows; ++r) to[r].store_unaligned(y + r * width + at);
  }
}

}  // namespace odin::tensor::cpu
