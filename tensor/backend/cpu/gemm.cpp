#include "odin/tensor/backend/cpu/gemm.h"

#include <algorithm>
#include <cmath>

#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {

PackedRows::Panel PackedRows::panel(std::int64_t group, std::int64_t first, std::int64_t last,
                                    std::optional<Scratch>& room) const {
  const std::int64_t row = first_row(group);
  const int rows = rows_in(group);
  switch (order_) {
    case Order::packed:
      return {data_ + first * rows_ + row * std::min(piece_depth_, depth_ - first), rows};
    case Order::column_major: return {data_ + first * rows_ + row, rows_};
    case Order::row_major: break;
  }
  // The kernel writes whole vectors, so also a little behind the panel.
  if (!room) room.emplace(piece_depth() * group_rows_ + kernels().lanes);
  kernels().pack_rows(rows, last - first, data_ + row * depth_ + first, depth_, room->data());
  return {room->data(), rows};
}

std::int64_t PackedRows::columns_of_tiles(std::int64_t columns) const {
  const std::int64_t tile = kernels().tile_cols;
  std::int64_t at = std::max<std::int64_t>(0, columns / tile - 1) * tile;
  while (at < columns) {
    const std::int64_t of_tile = tile_width(columns - at).columns;
    if (at + of_tile > columns) break;
    at += of_tile;
  }
  return at;
}

std::int64_t width_of_piece(std::int64_t depth, std::int64_t columns, PieceFloats most) {
  const auto floats = static_cast<std::int64_t>(most);
  const std::int64_t tile = kernels().tile_cols, tiles = (columns + tile - 1) / tile;
  return tile * std::clamp<std::int64_t>(floats / (depth * tile), 1, tiles);
}

std::int64_t width_at_whole_depth(std::int64_t depth, std::int64_t columns) {
  constexpr std::int64_t kFloats = 128 * 1024, kLeast = 192;
  const std::int64_t tile = kernels().tile_cols, width = kFloats / depth / tile * tile;
  if (depth <= kDepthOfPiece || width < std::min(columns, kLeast)) return 0;
  return std::min(width, (columns + tile - 1) / tile * tile);
}

namespace {

/// Calls f(output, pixel, offset, count) for the part of [pixel, pixel + count) in each image;
/// `offset` is the number of pixels before it.
template <class F>
void for_each_image(std::span<const Output> outputs, std::int64_t image, std::int64_t pixel,
                    std::int64_t count, F&& f) {
  for (std::int64_t offset = 0; offset < count; ++image, pixel = 0) {
    const Output& output = outputs[static_cast<std::size_t>(image)];
    const std::int64_t in_image = std::min(count - offset, output.stride - pixel);
    f(output, pixel, offset, in_image);
    offset += in_image;
  }
}

}  // namespace

void TileProduct::add_piece(std::span<const Output> outputs, const RightPiece& piece,
                            std::int64_t at, std::int64_t count) {
  if (piece.first == 0) plan(outputs, at, count, piece.last == a_.depth());
  for (std::int64_t i = 0; i < groups_.count(); ++i) add_group(outputs, groups_[i], piece);
}

void TileProduct::add_all(std::span<const Output> outputs, const RightPiece& whole, std::int64_t at,
                          std::int64_t count) {
  plan(outputs, at, count, true);
  for (std::int64_t i = 0; i < groups_.count(); ++i)
    for (std::int64_t first = 0; first < a_.depth(); first += a_.piece_depth()) {
      RightPiece piece = whole;
      piece.first = first;
      piece.last = std::min(a_.depth(), first + a_.piece_depth());
      piece.rows += first;
      add_group(outputs, groups_[i], piece);
    }
}

void TileProduct::add_group(std::span<const Output> outputs, std::int64_t group,
                            const RightPiece& piece) {
  const Factors factors{group, a_.panel(group, piece.first, piece.last, panel_room_), piece};
  for (const Run& run : runs_) {
    if (run.direct)
      add_direct(outputs[static_cast<std::size_t>(run.image)], factors, run);
    else
      add_to_results(outputs, factors, run);
  }
}

/// Divides the columns into runs. Tiles without columns too many are written directly to y, unless a
/// map's gradient has to be applied first.
void TileProduct::plan(std::span<const Output> outputs, std::int64_t at, std::int64_t count,
                       bool whole) {
  runs_.clear();
  result_columns_ = 0;
  whole_ = whole;
  const std::int64_t tile = kernels().tile_cols, pixels = outputs.front().stride;
  const bool carry = outputs.front().carry;
  for (std::int64_t j = 0, cols = 0; j < count; j += cols) {
    const std::int64_t image = (at + j) / pixels, pixel = (at + j) % pixels, left = count - j;
    cols = std::min(tile, left);
    if (kTakesSides && a_.tile_width(left).columns == left && pixel + left <= pixels) cols = left;
    const bool in_image = pixel + cols <= pixels,
               direct = in_image && a_.tile_width(cols).columns == cols && !carry;
    Run* last = runs_.empty() ? nullptr : &runs_.back();
    if (last && in_image && last->image == image && last->pixel + last->count == pixel &&
        last->direct == direct)
      last->count += cols;
    else
      runs_.push_back({direct, image, pixel, j, cols, result_columns_});
    if (!direct) result_columns_ += cols > tile ? 2 * tile : tile;
  }
  const std::int64_t first = a_.first_row(groups_.first),
                     end = groups_.last == a_.groups() ? a_.rows() : a_.first_row(groups_.last);
  const std::int64_t floats = (whole ? a_.rows_in(groups_.first) : end - first) * result_columns_;
  if (floats > result_floats_) results_.emplace(result_floats_ = floats);
}

void TileProduct::multiply(const Factors& factors, const Run& run, float* c, std::int64_t c_stride,
                           const float* add, const SumEnd& end) const {
  const Kernels& k = kernels();
  const RightPiece& piece = factors.right;
  GemmTile tile{.rows = a_.rows_in(factors.group),
                .depth = piece.last - piece.first,
                .a = factors.left.data,
                .a_step = factors.left.step,
                .b = piece.data + run.column / k.tile_cols * piece.tile_step,
                .b_rows = piece.rows,
                .b_next = k.lanes,
                .c_stride = c_stride,
                .add_stride = c_stride,
                .end = piece.last == a_.depth() && end.defined() ? &end : nullptr};
  for (std::int64_t j = 0; j < run.count; j += k.tile_cols + tile.sides) {
    const PackedRows::TileWidth w = a_.tile_width(run.count - j);
    tile.half = w.half;
    if constexpr (kTakesSides) {
      tile.sides = w.sides;
      tile.b_side = w.half ? k.lanes : piece.tile_step;
    }
    tile.c = c + j;
    tile.add = add ? add + j : nullptr;
    if (j + w.columns < run.count)
      tile.next_c = w.columns;
    else
      tile.next_c = factors.group + 1 < groups_.last ? tile.rows * c_stride - j : 0;
    k.gemm_tile(tile);
    tile.b += piece.tile_step;
  }
}

void TileProduct::add_direct(const Output& output, const Factors& factors, const Run& run) const {
  const RightPiece& piece = factors.right;
  const std::int64_t row = a_.first_row(factors.group), offset = row * output.stride + run.pixel;
  float* y = output.y + offset;
  const float* add = output.add ? output.add + offset : nullptr;
  multiply(factors, run, y, output.stride, piece.first > 0 ? y : add, output.end(row));
  if (piece.last == a_.depth())
    output.activate(row, a_.rows_in(factors.group), run.pixel, run.count);
}

void TileProduct::add_to_results(std::span<const Output> outputs, const Factors& factors,
                                 const Run& run) const {
  const RightPiece& piece = factors.right;
  const std::int64_t row = a_.first_row(factors.group), tile = kernels().tile_cols,
                     in_tiles = (run.count + tile - 1) / tile * tile;
  const int rows = a_.rows_in(factors.group);
  float* results = results_->data() + run.result;
  if (!whole_) results += (row - a_.first_row(groups_.first)) * result_columns_;
  const auto each_image = [&](auto&& f) {
    for_each_image(outputs, run.image, run.pixel, run.count, f);
  };
  const Output& front = outputs[static_cast<std::size_t>(run.image)];
  const bool last = piece.last == a_.depth();
  if (front.carry && last)
    each_image([&](const Output& output, std::int64_t pixel, std::int64_t, std::int64_t n) {
      output.prefetch(row, rows, pixel, n);
    });
  // These sums start from `add`, like those that are written to y: which columns are in which kind
  // of run depends on the number of threads, and the result must not.
  const bool from_add = front.add && !front.carry;
  if (from_add && piece.first == 0) {
    for (int r = 0; r < rows; ++r) std::fill_n(results + r * result_columns_, in_tiles, 0.0f);
    each_image([&](const Output& output, std::int64_t pixel, std::int64_t offset, std::int64_t n) {
      for (int r = 0; r < rows; ++r)
        std::copy_n(output.add + (row + r) * output.stride + pixel, n,
                    results + r * result_columns_ + offset);
    });
  }
  multiply(factors, run, results, result_columns_, piece.first > 0 || from_add ? results : nullptr,
           front.end(row));
  if (!last) return;
  each_image([&](const Output& output, std::int64_t pixel, std::int64_t offset, std::int64_t n) {
    CarryBack rest = output.rows(row, rows, pixel, n, results + offset, result_columns_);
    if (from_add) rest.add = nullptr;
    kernels().carry_back(rest);
    output.activate(row, rows, pixel, n);
  });
}

SumEnd::SumEnd(const Activation& f, const float* of_row) : bias(of_row) {
  if (f.kind == ActivationKind::relu) least = 0;
  if (f.kind != ActivationKind::clip) return;
  least = static_cast<float>(f.a);
  most = static_cast<float>(f.b);
}

bool SumEnd::is_whole(const Activation& f) {
  return f.kind == ActivationKind::identity || f.kind == ActivationKind::relu ||
         f.kind == ActivationKind::clip;
}

bool SumEnd::defined() const { return bias || std::isfinite(least) || std::isfinite(most); }

SumEnd Output::end(std::int64_t row) const { return {activation, bias ? bias + row : nullptr}; }

void Output::activate(std::int64_t row, int count, std::int64_t at, std::int64_t n) const {
  if (SumEnd::is_whole(activation)) return;
  for (std::int64_t r = row; r < row + count; ++r)
    kernels().activation(activation, n, y + r * stride + at, y + r * stride + at);
}

void Output::finish(std::int64_t row, int count, std::int64_t at, std::int64_t n) const {
  const SumEnd first = end(row);
  if (first.defined()) kernels().end_rows(first, count, n, y + row * stride + at, stride);
  activate(row, count, at, n);
}

void Output::prefetch(std::int64_t row, int count, std::int64_t at, std::int64_t n) const {
  constexpr std::int64_t kLine = 64 / sizeof(float);
  for (int r = 0; r < count; ++r)
    for (std::int64_t i = 0; i < n; i += kLine) {
      const std::int64_t offset = (row + r) * stride + at + i;
      __builtin_prefetch(map.x + offset);
      if (add) __builtin_prefetch(add + offset);
    }
}

CarryBack Output::rows(std::int64_t row, int count, std::int64_t at, std::int64_t n, const float* g,
                       std::int64_t g_stride) const {
  const std::int64_t offset = row * stride + at;
  const auto from = [](auto* data, std::int64_t step) { return data ? data + step : nullptr; };
  CarryBack result = map;
  result.rows = count;
  result.n = n;
  result.g = g;
  result.g_stride = g_stride;
  result.dx = y + offset;
  result.add = from(add, offset);
  result.stride = stride;
  result.x = from(map.x, offset);
  result.scale = from(map.scale, row);
  result.shift = from(map.shift, row);
  result.mean = from(map.mean, row);
  result.sum_g = from(map.sum_g, row);
  result.sum_gx = from(map.sum_gx, row);
  return result;
}

RowOffsets::RowOffsets(std::int64_t count, std::int64_t step)
    : offsets_(new std::int64_t[static_cast<std::size_t>(count)]) {
  for (std::int64_t i = 0; i < count; ++i) offsets_[static_cast<std::size_t>(i)] = i * step;
}

}  // namespace odin::tensor::cpu
