#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/storage.h"

namespace odin::tensor::cpu {

/// Working memory of one operation, from the pool.
class Scratch {
 public:
  explicit Scratch(std::int64_t floats)
      : storage_(std::make_unique<Storage>(static_cast<std::size_t>(floats) * sizeof(float))) {}
  float* data() const { return reinterpret_cast<float*>(storage_->data()); }

 private:
  std::unique_ptr<Storage> storage_;
};

/// A matrix in memory: element (i, j) is data[i * row + j * col].
struct Matrix {
  const float* data;
  std::int64_t row, col;
};

/// The left factor [rows, depth], copied into the order in which gemm tiles read it: groups of
/// tile_rows rows, and in a group one column after another.
class PackedRows {
 public:
  /// value(row, k) is the element at that place.
  template <class F>
  PackedRows(std::int64_t rows, std::int64_t depth, F&& value)
      : rows_(rows), depth_(depth), group_rows_(kernels().tile_rows), data_(rows * depth) {
    float* to = data_.data();
    for (std::int64_t g = 0; g < groups(); ++g)
      for (std::int64_t k = 0; k < depth; ++k)
        for (int r = 0; r < rows_in(g); ++r) *to++ = value(first_row(g) + r, k);
  }

  std::int64_t rows() const { return rows_; }
  std::int64_t depth() const { return depth_; }
  std::int64_t groups() const { return (rows_ + group_rows_ - 1) / group_rows_; }
  std::int64_t first_row(std::int64_t group) const { return group * group_rows_; }
  int rows_in(std::int64_t group) const {
    return static_cast<int>(std::min(group_rows_, rows_ - first_row(group)));
  }
  const float* group(std::int64_t group) const { return data_.data() + first_row(group) * depth_; }

 private:
  std::int64_t rows_, depth_, group_rows_;
  Scratch data_;
};

/// c [rows, cols] = a b, b [depth, cols]; the rows of c are contiguous, c_stride apart. Columns
/// first to last - 1 only, for callers that share the columns out among threads; `first` is a
/// multiple of kPanelCols.
void gemm(const PackedRows& a, const Matrix& b, std::int64_t first, std::int64_t last, float* c,
          std::int64_t c_stride);

/// Columns that are worked on at a time.
inline constexpr std::int64_t kPanelCols = 128;

}  // namespace odin::tensor::cpu
