#include "odin/tensor/backend/cpu/gemm.h"

#include <algorithm>

#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/parallel.h"

namespace odin::tensor::cpu {

std::int64_t width_of_piece(std::int64_t depth, std::int64_t columns) {
  constexpr std::int64_t kFloats = 4096;
  const std::int64_t tile = kernels().tile_cols, tiles = (columns + tile - 1) / tile;
  return tile * std::clamp<std::int64_t>(kFloats / (depth * tile), 1, tiles);
}

TileProduct::TileProduct(const PackedRows& a, std::int64_t width)
    : a_(a), width_(width), results_(a.rows() * width) {}

void TileProduct::add_piece(const Output& output, std::int64_t first, std::int64_t last,
                            const float* b, const std::int64_t* b_rows, std::int64_t at,
                            std::int64_t count) {
  const Kernels& k = kernels();
  const bool whole = first == 0 && last == a_.depth();
  for (std::int64_t g = 0; g < a_.groups(); ++g) {
    const std::int64_t row = a_.first_row(g);
    const int rows = a_.rows_in(g);
    // If the whole depth is one piece, results need not be kept: all groups use the same lines.
    float* results = results_.data() + (whole ? 0 : row * width_);
    if (output.carry && last == a_.depth()) output.prefetch(row, rows, at, count);
    GemmTile tile{.rows = rows,
                  .depth = last - first,
                  .a = a_.group(g, first),
                  .a_step = rows,
                  .b_rows = b_rows,
                  .b_next = k.lanes};
    const auto multiply = [&](std::int64_t from, std::int64_t to, float* c, std::int64_t stride,
                              const float* add) {
      tile.c_stride = tile.add_stride = stride;
      for (std::int64_t j = from; j < to; j += k.tile_cols) {
        tile.b = b + j;
        tile.c = c + j;
        tile.add = add ? add + j : nullptr;
        k.gemm_tile(tile);
      }
    };
    // Whole tiles are written directly to y, unless a map's gradient has to be applied first.
    const std::int64_t direct = output.carry ? 0 : count / k.tile_cols * k.tile_cols;
    if (direct > 0) {
      const std::int64_t offset = row * output.stride + at;
      float* y = output.y + offset;
      const float* start = output.add ? output.add + offset : nullptr;
      multiply(0, direct, y, output.stride, first > 0 ? y : start);
    }
    if (last == a_.depth()) output.finish(row, rows, at, direct);
    if (direct == count) continue;
    // Partial tiles start their sums from `add`, like whole ones: which tiles are partial depends
    // on the number of threads, and the result must not.
    const bool from_add = output.add && !output.carry;
    if (from_add && first == 0)
      copy_to_tiles(output.add + row * output.stride + at + direct, output.stride, rows,
                    count - direct, results + direct);
    multiply(direct, count, results, width_, first > 0 || from_add ? results : nullptr);
    if (last < a_.depth()) continue;
    CarryBack rest = output.rows(row, rows, at + direct, count - direct, results + direct, width_);
    if (from_add) rest.add = nullptr;
    k.carry_back(rest);
    output.finish(row, rows, at + direct, count - direct);
  }
}

void TileProduct::copy_to_tiles(const float* from, std::int64_t stride, int rows, std::int64_t n,
                                float* to) const {
  const std::int64_t tile = kernels().tile_cols, end = (n + tile - 1) / tile * tile;
  for (int r = 0; r < rows; ++r, from += stride, to += width_)
    std::fill(std::copy(from, from + n, to), to + end, 0.0f);
}

void Output::finish(std::int64_t row, int count, std::int64_t at, std::int64_t n) const {
  if (n == 0 || (!bias && !activation.defined())) return;
  for (std::int64_t r = row; r < row + count; ++r)
    kernels().add_and_activate(activation, n, bias ? bias[r] : 0.0f, y + r * stride + at);
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
