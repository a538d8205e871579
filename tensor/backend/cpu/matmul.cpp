#include <algorithm>

#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {
namespace {

/// Whether b is the transposed view of a contiguous matrix, as the weight of a linear layer is, and
/// so large that copying it would take longer than the product with a few rows.
bool is_transposed(const Tensor& b) {
  constexpr std::int64_t kLarge = 4096;
  return b.numel() >= kLarge && b.strides()[0] == 1 && b.strides()[1] == b.dim(0);
}

/// y[i][j] = the dot product of row i of a and column j of b, which is contiguous: each column is
/// read from memory once.
void multiply_by_columns(const Tensor& a, const Tensor& b, Tensor& y) {
  const Kernels& k = kernels();
  const std::int64_t rows = a.dim(0), depth = a.dim(1), cols = b.dim(1);
  const std::int64_t in_vectors = depth / k.lanes * k.lanes, block = k.dot_cols;
  const float* left = a.data<float>();
  const float* right = b.data<float>();
  float* out = y.backend_data<float>();
  const RowOffsets columns(block, depth);
  parallel_for((cols + block - 1) / block, 4, [&](std::int64_t first, std::int64_t last) {
    for (auto j = first * block; j < std::min(cols, last * block); j += block)
      for (std::int64_t i = 0; i < rows; i += k.dot_rows) {
        const DotTile tile{.rows = static_cast<int>(std::min<std::int64_t>(k.dot_rows, rows - i)),
                           .cols = static_cast<int>(std::min(block, cols - j)),
                           .n = in_vectors,
                           .images = 1,
                           .a = left + i * depth,
                           .a_stride = depth,
                           .a_image = 0,
                           .b = right + j * depth,
                           .b_rows = columns.data(),
                           .b_image = 0,
                           .c = out + i * cols + j,
                           .c_stride = cols};
        for (int r = 0; r < tile.rows; ++r)
          for (int c = 0; c < tile.cols; ++c)
            tile.c[r * cols + c] = k.dot(depth - in_vectors, tile.a + r * depth + in_vectors,
                                         tile.b + c * depth + in_vectors);
        k.dot_tile(tile);
      }
  });
}

void matmul(const Tensor& a, const Tensor& b_any, Tensor& y) {
  if (a.dtype() != DType::f32) return reference_backend().matmul(a, b_any, y);
  if (is_transposed(b_any)) return multiply_by_columns(a.contiguous(), b_any, y);
  const Tensor b = b_any.contiguous();
  const auto* left = static_cast<const float*>(a.raw());
  const auto row = a.strides()[0], col = a.strides()[1];
  const PackedRows packed(a.dim(0), a.dim(1),
                          [&](auto r, auto k) { return left[r * row + k * col]; });
  const auto depth = a.dim(1), cols = y.dim(1), tile_cols = std::int64_t{kernels().tile_cols};
  const RowOffsets rows(std::min(depth, kDepthOfPiece), tile_cols);
  const Output output{.y = y.backend_data<float>(), .add = nullptr, .stride = cols};
  parallel_for((cols + tile_cols - 1) / tile_cols, 4, [&](std::int64_t first, std::int64_t last) {
    TileProduct product(packed);
    const Scratch piece(std::min(depth, kDepthOfPiece) * tile_cols);
    for (auto t = first; t < last; ++t) {
      const std::int64_t at = t * tile_cols, count = std::min(tile_cols, cols - at);
      for (std::int64_t k = 0; k < depth; k += kDepthOfPiece) {
        const std::int64_t end = std::min(depth, k + kDepthOfPiece);
        kernels().map_rows(static_cast<int>(end - k), count, b.data<float>() + k * cols + at, cols,
                           nullptr, nullptr, false, piece.data(), 0);
        product.add_piece({&output, 1}, {k, end, piece.data(), rows.data(), 0}, at, count);
      }
    }
  });
}

}  // namespace

void add_matmul(Backend& b) { b.matmul = matmul; }

}  // namespace odin::tensor::cpu
