#include "odin/tensor/backend/cpu/gemm.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/parallel.h"

// The rows of b are read where they are, unless there are so many, a power of two apart, that they
// would evict one another from the second-level cache; then, and at the edges, a tile of columns is
// copied to where its rows lie one after another.

namespace odin::tensor::cpu {

namespace {

/// Columns [first, first + count) of b as [depth][tile_cols], columns past `count` being 0.
void pack_tile(const Matrix& b, std::int64_t depth, std::int64_t first, std::int64_t count,
               std::int64_t tile_cols, float* to) {
  for (std::int64_t k = 0; k < depth; ++k, to += tile_cols) {
    const float* row = b.data + k * b.row + first * b.col;
    if (b.col == 1)
      std::memcpy(to, row, static_cast<std::size_t>(count) * sizeof(float));
    else
      for (std::int64_t j = 0; j < count; ++j) to[j] = row[j * b.col];
    std::fill(to + count, to + tile_cols, 0.0f);
  }
}

/// More rows than this are copied: 8 ways of 32 sets hold as many cache lines 4 KiB apart.
constexpr std::int64_t kRowsInPlace = 256;

std::vector<std::int64_t> offsets(std::int64_t count, std::int64_t step) {
  std::vector<std::int64_t> result(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<std::int64_t>(i) * step;
  return result;
}

}  // namespace

void gemm(const PackedRows& a, const Matrix& b, std::int64_t first, std::int64_t last, float* c,
          std::int64_t c_stride) {
  const Kernels& k = kernels();
  const std::int64_t tile_cols = k.tile_cols;
  const Scratch tile(a.depth() * tile_cols);
  const Scratch edge(k.tile_rows * tile_cols);
  const auto packed_rows = offsets(a.depth(), tile_cols), rows_in_place = offsets(a.depth(), b.row);
  const bool readable = b.col == 1 && a.depth() <= kRowsInPlace;

  for (std::int64_t at = first; at < last; at += tile_cols) {
    const std::int64_t count = std::min(tile_cols, last - at);
    const bool in_place = readable && count == tile_cols;
    if (!in_place) pack_tile(b, a.depth(), at, count, tile_cols, tile.data());
    const float* right = in_place ? b.data + at : tile.data();
    const std::int64_t* right_rows = in_place ? rows_in_place.data() : packed_rows.data();
    for (std::int64_t g = 0; g < a.groups(); ++g) {
      float* to = c + a.first_row(g) * c_stride + at;
      const int rows = a.rows_in(g);
      if (count == tile_cols) {
        k.gemm_tile(rows, a.depth(), a.group(g), right, right_rows, to, c_stride, false);
        continue;
      }
      k.gemm_tile(rows, a.depth(), a.group(g), right, right_rows, edge.data(), tile_cols, false);
      for (int r = 0; r < rows; ++r)
        std::memcpy(to + r * c_stride, edge.data() + r * tile_cols,
                    static_cast<std::size_t>(count) * sizeof(float));
    }
  }
}

}  // namespace odin::tensor::cpu

namespace odin::tensor {

void CpuBackend::matmul(const Tensor& a, const Tensor& b, Tensor& y) const {
  if (a.dtype() != DType::f32) return ReferenceBackend::matmul(a, b, y);
  const float* left = static_cast<const float*>(a.raw());
  const auto row = a.strides()[0], col = a.strides()[1];
  const cpu::PackedRows packed(a.dim(0), a.dim(1),
                               [&](auto r, auto k) { return left[r * row + k * col]; });
  const cpu::Matrix right{static_cast<const float*>(b.raw()), b.strides()[0], b.strides()[1]};
  const std::int64_t panels = (y.dim(1) + cpu::kPanelCols - 1) / cpu::kPanelCols;
  parallel_for(panels, 1, [&](std::int64_t first, std::int64_t last) {
    cpu::gemm(packed, right, first * cpu::kPanelCols, std::min(last * cpu::kPanelCols, y.dim(1)),
              y.mutable_data<float>(), y.dim(1));
  });
}

}  // namespace odin::tensor
