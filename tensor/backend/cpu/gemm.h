#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "odin/tensor/activation.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/storage.h"

namespace odin::tensor::cpu {

/// Temporary memory of one operation, in floats, from the pool of free blocks.
class Scratch {
 public:
  explicit Scratch(std::int64_t floats)
      : storage_(std::make_unique<Storage>(static_cast<std::size_t>(floats) * sizeof(float))),
        data_(reinterpret_cast<float*>(storage_->mutable_data())) {}
  float* data() const { return data_; }

 private:
  std::unique_ptr<Storage> storage_;
  float* data_;
};

/// The left factor [rows, depth], packed in the order in which gemm tiles read it: groups of
/// tile_rows rows, column by column within a group.
class PackedRows {
 public:
  /// value(row, k) returns an element of the factor.
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
  /// The group's elements from column k on.
  const float* group(std::int64_t group, std::int64_t k = 0) const {
    return data_.data() + first_row(group) * depth_ + k * rows_in(group);
  }

 private:
  std::int64_t rows_, depth_, group_rows_;
  Scratch data_;
};

/// Where the results of a product are written; their row r is channel r of one image.
/// y = f(results + bias + add), or with `carry` the gradient of a channel map (MapGrad),
/// y = add + scale g, where g is the results, and 0 where the ReLU gave 0.
struct Output {
  float* y;
  const float* add;             ///< null: 0
  std::int64_t stride;          ///< from row to row of y, of add and of carry.x
  const float* bias = nullptr;  ///< of row 0; null: 0
  Activation activation = {};
  bool carry = false;
  CarryBack map = {};  ///< x, the map, the mean and the sums of row 0

  /// y = f(y + bias) for `count` rows from `row` on and n columns from `at` on, which hold
  /// results + add. All results must go through this, which often has nothing to do.
  void finish(std::int64_t row, int count, std::int64_t at, std::int64_t n) const;
  /// Prefetches what rows() will read.
  void prefetch(std::int64_t row, int count, std::int64_t at, std::int64_t n) const;
  /// The remaining work for `count` rows from `row` on and n columns from `at` on, whose results
  /// are in g.
  CarryBack rows(std::int64_t row, int count, std::int64_t at, std::int64_t n, const float* g,
                 std::int64_t g_stride) const;
};

/// Computes columns [at, at + count) of a product, count <= `width`, adding up one piece of the
/// depth after another. Row k of the right factor starts at b + b_rows[k].
class TileProduct {
 public:
  /// width is a multiple of tile_cols.
  TileProduct(const PackedRows& a, std::int64_t width);

  /// Adds products [first, last) of every sum; writes the results after the last piece.
  void add_piece(const Output& output, std::int64_t first, std::int64_t last, const float* b,
                 const std::int64_t* b_rows, std::int64_t at, std::int64_t count);

 private:
  /// Copies n columns of `rows` rows into `to`; the last tile is padded with 0.
  void copy_to_tiles(const float* from, std::int64_t stride, int rows, std::int64_t n,
                     float* to) const;

  const PackedRows& a_;
  std::int64_t width_;
  Scratch results_;  ///< [rows, width]: results that cannot go directly to y
};

/// 0, step, 2 step, ...: the row offsets of an ordinary matrix.
class RowOffsets {
 public:
  RowOffsets(std::int64_t count, std::int64_t step);
  const std::int64_t* data() const { return offsets_.get(); }

 private:
  std::unique_ptr<std::int64_t[]> offsets_;
};

/// Depth of a piece: this many rows of the right factor, one tile wide, stay in the first-level
/// cache while they are multiplied with all rows of the left factor.
inline constexpr std::int64_t kDepthOfPiece = 192;

/// Width of a piece of `depth` rows, in columns: as many tiles as fit into half of the first-level
/// cache. Wide pieces read and write longer lines, whose pages are far apart.
std::int64_t width_of_piece(std::int64_t depth, std::int64_t columns);

}  // namespace odin::tensor::cpu
