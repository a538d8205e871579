#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "odin/tensor/activation.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/storage.h"

namespace odin::tensor::cpu {

/// Whether a large left factor is taken at its whole depth (TileProduct::add_all), and whether tiles
/// have columns beside their vectors: not in the browser, where the code would be downloaded.
#ifdef __EMSCRIPTEN__
inline constexpr bool kTakesWholeDepth = false, kTakesSides = false;
#else
inline constexpr bool kTakesWholeDepth = true, kTakesSides = true;
#endif

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

/// Depth of a piece: this many rows of the right factor, one tile wide, stay in the first-level
/// cache while they are multiplied with all rows of the left factor.
inline constexpr std::int64_t kDepthOfPiece = 192;

/// The left factor [rows, depth] of a product, as gemm tiles read it: groups of tile_rows rows,
/// column by column. A packed one has them in that order, piece by piece of the depth. A large one
/// can be used where it lies instead: the packed copies of all weights would take as much memory
/// as the network.
class PackedRows {
 public:
  /// value(row, k) returns an element of the factor.
  template <class F>
  PackedRows(std::int64_t rows, std::int64_t depth, F&& value)
      : PackedRows(rows, depth, kDepthOfPiece, std::forward<F>(value)) {}
  template <class F>
  PackedRows(std::int64_t rows, std::int64_t depth, std::int64_t piece_depth, F&& value)
      : rows_(rows),
        depth_(depth),
        piece_depth_(piece_depth),
        group_rows_(kernels().tile_rows),
        packed_(std::in_place, rows * depth + kernels().lanes),
        data_(packed_->data()) {
    float* to = packed_->data();
    for (std::int64_t first = 0; first < depth; first += piece_depth)
      for (std::int64_t g = 0; g < groups(); ++g)
        for (std::int64_t k = first; k < std::min(depth, first + piece_depth); ++k)
          for (int r = 0; r < rows_in(g); ++r) *to++ = value(first_row(g) + r, k);
    std::fill_n(to, kernels().lanes, 0.0f);
  }

  /// A matrix that is used where it lies, element (row, k) at data[row * depth + k]: each group is
  /// packed when it is needed, which pays for many columns.
  static PackedRows row_major(const float* data, std::int64_t rows, std::int64_t depth) {
    return PackedRows(Order::row_major, data, rows, depth);
  }
  /// The same, element (row, k) at data[k * rows + row]: it needs no packing.
  static PackedRows column_major(const float* data, std::int64_t rows, std::int64_t depth) {
    return PackedRows(Order::column_major, data, rows, depth);
  }

  /// How many columns a tile may have beside its vectors: none where a vector cannot be read behind
  /// the last row.
  int side_columns() const {
    return kTakesSides && order_ != Order::column_major ? kernels().side_columns : 0;
  }
  /// The vectors of a tile where so many columns are left, the columns beside them, and how many
  /// columns that are: more than are left, if the vectors do not end there.
  struct TileWidth {
    bool half;
    int sides;
    std::int64_t columns;
  };
  TileWidth tile_width(std::int64_t columns) const {
    const std::int64_t lanes = kernels().lanes, most = side_columns();
    const bool half = columns <= lanes + most;
    const std::int64_t vectors = half ? lanes : 2 * lanes, beside = columns - vectors;
    const std::int64_t sides = beside > 0 && beside <= most ? beside : 0;
    return {half, static_cast<int>(sides), vectors + sides};
  }

  /// How many of the first columns are exactly those of tiles, so that nothing behind them is read.
  std::int64_t columns_of_tiles(std::int64_t columns) const;

  std::int64_t rows() const { return rows_; }
  std::int64_t depth() const { return depth_; }
  std::int64_t piece_depth() const { return std::min(depth_, piece_depth_); }
  std::int64_t groups() const { return (rows_ + group_rows_ - 1) / group_rows_; }
  std::int64_t first_row(std::int64_t group) const { return group * group_rows_; }
  int rows_in(std::int64_t group) const {
    return static_cast<int>(std::min(group_rows_, rows_ - first_row(group)));
  }
  /// Elements of a group: column k of its piece starts at data + k step.
  struct Panel {
    const float* data;
    std::int64_t step;
  };
  /// The group's elements in the piece [first, last) of the depth. `room`, which must live as long,
  /// is where they are packed if they are not.
  Panel panel(std::int64_t group, std::int64_t first, std::int64_t last,
              std::optional<Scratch>& room) const;

 private:
  enum class Order { packed, row_major, column_major };

  PackedRows(Order order, const float* data, std::int64_t rows, std::int64_t depth)
      : order_(order),
        rows_(rows),
        depth_(depth),
        piece_depth_(kDepthOfPiece),
        group_rows_(kernels().tile_rows),
        data_(data) {}

  Order order_ = Order::packed;
  std::int64_t rows_, depth_, piece_depth_, group_rows_;
  std::optional<Scratch> packed_;
  const float* data_;
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

  /// What a tile applies to its sums, results + add, from `row` on. Then activate() does the rest.
  SumEnd end(std::int64_t row) const;
  /// y = f(y) for `count` rows from `row` on and n columns from `at` on, unless end() is all of f.
  void activate(std::int64_t row, int count, std::int64_t at, std::int64_t n) const;
  /// In place of these two: y = f(y + bias), for y = results + add.
  void finish(std::int64_t row, int count, std::int64_t at, std::int64_t n) const;
  /// Prefetches what rows() will read.
  void prefetch(std::int64_t row, int count, std::int64_t at, std::int64_t n) const;
  /// The remaining work for `count` rows from `row` on and n columns from `at` on, whose results
  /// are in g.
  CarryBack rows(std::int64_t row, int count, std::int64_t at, std::int64_t n, const float* g,
                 std::int64_t g_stride) const;
};

/// Rows [first, last) of the right factor of a product, in tiles of tile_cols columns: row k of the
/// tile t starts at data + t tile_step + rows[k - first].
struct RightPiece {
  std::int64_t first, last;
  const float* data;
  const std::int64_t* rows;
  std::int64_t tile_step;
};

/// Part of a product: the rows of groups [first, last) of the left factor, computed from `start` on.
/// Threads that share columns meet in a cache line of each row: they start with different groups, so
/// that they do not write to it at the same time.
struct Groups {
  std::int64_t first, last;
  std::int64_t start = first;

  std::int64_t count() const { return last - first; }
  /// The i-th to be computed.
  std::int64_t operator[](std::int64_t i) const { return first + (start - first + i) % count(); }
};

/// Computes some rows of a product, a range of columns at a time, adding up one piece of the depth
/// after another. The columns are the pixels of all images, one image after the other: column q is
/// pixel q % pixels of image q / pixels. A result does not depend on the ranges that it is in.
class TileProduct {
 public:
  explicit TileProduct(const PackedRows& a) : TileProduct(a, {0, a.groups()}) {}
  TileProduct(const PackedRows& a, Groups groups) : a_(a), groups_(groups) {}

  /// Adds the products of a piece to the sums of columns [at, at + count); writes the results after
  /// the last piece. outputs[n] is for image n, whose pixels are outputs[n].stride columns.
  void add_piece(std::span<const Output> outputs, const RightPiece& piece, std::int64_t at,
                 std::int64_t count);
  /// The same for all pieces of the depth, group by group: a group's sums stay in the first-level
  /// cache. `whole` is the right factor at its whole depth.
  void add_all(std::span<const Output> outputs, const RightPiece& whole, std::int64_t at,
               std::int64_t count);

 private:
  /// Columns that are treated alike: pixels [pixel, pixel + count) of an image, or, if they reach
  /// into the next images, at most one tile.
  struct Run {
    bool direct;  ///< no columns but these are written, so that they can be written to y at once
    std::int64_t image, pixel;
    std::int64_t column, count;  ///< the first column, counted from the range's first
    std::int64_t result;         ///< unless direct: the first column of results_
  };

  void add_group(std::span<const Output> outputs, std::int64_t group, const RightPiece& piece);
  void plan(std::span<const Output> outputs, std::int64_t at, std::int64_t count, bool whole);
  /// The factors of a group's part of a product.
  struct Factors {
    std::int64_t group;
    PackedRows::Panel left;
    const RightPiece& right;
  };
  void multiply(const Factors& factors, const Run& run, float* c, std::int64_t c_stride,
                const float* add, const SumEnd& end) const;
  void add_direct(const Output& output, const Factors& factors, const Run& run) const;
  void add_to_results(std::span<const Output> outputs, const Factors& factors,
                      const Run& run) const;

  const PackedRows& a_;
  Groups groups_;
  std::vector<Run> runs_;
  std::optional<Scratch> panel_room_;
  std::optional<Scratch> results_;  ///< [rows, result_columns_]: results that cannot go to y yet
  std::int64_t result_columns_ = 0, result_floats_ = 0;
  bool whole_ = false;  ///< a group is finished before the next: all use the same rows of results_
};

/// 0, step, 2 step, ...: the row offsets of an ordinary matrix.
class RowOffsets {
 public:
  RowOffsets(std::int64_t count, std::int64_t step);
  const std::int64_t* data() const { return offsets_.get(); }

 private:
  std::unique_ptr<std::int64_t[]> offsets_;
};

/// Whether a left factor of so many floats is better read once for all columns, from memory, than
/// once for every few columns, from the second-level cache.
constexpr bool is_large_factor(std::int64_t floats) { return floats > 128 * 1024; }

/// The size of a piece of the right factor: copies fill half of the first-level cache; what is read
/// where it lies, and all for a large left factor, a part of the second-level cache. Wide pieces read
/// and write longer lines, whose pages are far apart.
enum class PieceFloats : std::int64_t {
  copied = 4 * 1024,
  in_place = 32 * 1024,
  for_large_factor = 64 * 1024
};
/// Width of a piece of `depth` rows, in columns: as many tiles as it may have.
std::int64_t width_of_piece(std::int64_t depth, std::int64_t columns, PieceFloats most);
/// The same for a large left factor that is taken group by group (TileProduct::add_all), for which
/// the whole depth stays in the second-level cache; 0 where that would be few columns.
std::int64_t width_at_whole_depth(std::int64_t depth, std::int64_t columns);
/// The number of parts, each of `size` columns, a multiple of lanes, into which columns are divided:
/// the few that a tile of `weight` can have beside its vectors belong to the last part.
inline std::int64_t parts_of_columns(const PackedRows& weight, std::int64_t columns,
                                     std::int64_t size) {
  return std::max<std::int64_t>(1, (columns + size - 1 - weight.side_columns()) / size);
}

}  // namespace odin::tensor::cpu
