#pragma once

#include <cstdint>
#include <limits>

#include "odin/tensor/activation.h"
#include "odin/tensor/params.h"

namespace odin::tensor::cpu {

/// What becomes of a sum before it is stored: min(max(sum + bias, least), most), where NaN stays NaN.
/// With infinite bounds that is no activation, else relu or clip.
struct SumEnd {
  const float* bias = nullptr;  ///< of row 0; null: 0
  float least = -std::numeric_limits<float>::infinity();
  float most = std::numeric_limits<float>::infinity();

  /// The bias, and f's bounds. `is_whole` says whether that is all of f.
  SumEnd(const Activation& f, const float* of_row);
  SumEnd() = default;
  static bool is_whole(const Activation& f);
  bool defined() const;
};

/// c[r][j] = add[r][j] + sum over k of a[k a_step + r] b[b_rows[k] + j], for `rows` rows and
/// tile_cols columns: a matrix product, or a convolution if b_rows are the offsets of the kernel's
/// positions. The columns are two vectors; the second is b_next floats after the first in b
/// (`lanes` if the columns are contiguous). With `half`, they are the first vector alone. Behind them
/// there are up to kernels().side_columns more, whose first is b_side floats after the first of all;
/// then the second vector is `lanes` after the first, every column of a can be read for `lanes` floats,
/// though only `rows` count, and a row of b for all side_columns.
struct GemmTile {
  int rows = 0;
  bool half = false;
  int sides = 0;
  std::int64_t depth = 0;
  const float* a = nullptr;
  std::int64_t a_step = 0;
  const float* b = nullptr;
  const std::int64_t* b_rows = nullptr;
  std::int64_t b_next = 0, b_side = 0;
  float* c = nullptr;
  std::int64_t c_stride = 0;
  const float* add = nullptr;  ///< null: 0
  std::int64_t add_stride = 0;
  const SumEnd* end = nullptr;  ///< applied to c; null: nothing
  std::int64_t next_c = 0;      ///< from c to the next tile's, which is prefetched; 0: none
};

/// c[i][j] += sum over images m and p in [0, n) of
///   a[m a_image + i a_stride + p] b[m b_image + b_rows[j] + p]; n is a multiple of lanes.
struct DotTile {
  int rows, cols;
  std::int64_t n, images;
  const float* a;
  std::int64_t a_stride, a_image;
  const float* b;
  const std::int64_t* b_rows;
  std::int64_t b_image;
  float* c;
  std::int64_t c_stride;
};

/// MapGrad (odin/tensor/channel_map.h) for `rows` channels and n pixels of each:
/// dx[r][i] = add[r][i] + scale[r] g[r][i], without g where the ReLU of x[r][i] gave 0.
struct CarryBack {
  int rows;
  std::int64_t n;
  const float* g;
  std::int64_t g_stride;
  float* dx;
  const float* add;  ///< null: 0
  const float* x;    ///< dx, add and x are `stride` apart from row to row
  std::int64_t stride;
  const float* scale;  ///< null: 1, and no ReLU
  const float* shift;
  bool relu;
  const float* mean;  ///< null: no sums are computed
  double* sum_g;      ///< added to
  double* sum_gx;
};

/// Lines of `cols` floats, `step` apart in x, whose lines are x_stride apart, copied to lines that are
/// `pitch` apart in y. Behind each line in y, up to a whole number of vectors may become
/// 0 before the next line is written.
struct LinesCopy {
  std::int64_t rows, cols, step, x_stride, pitch;
  std::int64_t between = 0;  ///< with step 2: from y to where the floats between go; 0: nowhere
};

/// y[i][j] = f(sum over t of weights[t] x[offsets[t] + i pitch + j] + add[i][j]), where f is `end`
/// with its first bias alone: a depthwise convolution of one channel. y and add are [rows, cols],
/// and not the same; x can be read for a vector behind its last line.
struct TapRows {
  std::int64_t rows, cols, taps;
  const float* x;
  std::int64_t pitch;
  const std::int64_t* offsets;
  const float* weights = nullptr;
  const float* add = nullptr;  ///< null: 0
  float* y = nullptr;
  SumEnd end = {};
};

/// The layout of an image as vectors over `lanes` channels: pixel (row, col) is vector
/// row * pitch + col.
struct WinogradImage {
  std::int64_t height, width, pitch;
};

/// The six rows of a channel, each `width` pixels (a multiple of lanes), that four rows of results
/// read in Winograd's algorithm along columns (column_winograd.h). Rows [begin, end) are in the
/// image.
struct WinogradColumnRows {
  const float* x;  ///< address of row 0, even if that is outside the image
  std::int64_t width;
  int begin, end;
  const float* scale;  ///< the channel map; null: none
  const float* shift;
  bool relu;
  bool gaps;  ///< write `lanes` zeros before and after each transformed row
};

/// The vector kernels of one instruction set. Each works on one contiguous row of floats or one
/// register tile. The loops over images, channels and threads are in the backend, written once for
/// all instruction sets. Kernels are templates over an xsimd architecture (kernels/*.h),
/// instantiated in isa_*.cpp with the compiler flags of that instruction set.
struct Kernels {
  const char* isa;
  int lanes;         ///< floats per vector
  int tile_rows;     ///< maximum rows of a gemm tile
  int tile_cols;     ///< columns of a gemm tile
  int side_columns;  ///< maximum columns beside them
  int dot_rows;      ///< maximum rows of a dot tile
  int dot_cols;      ///< maximum columns of a dot tile

  void (*gemm_tile)(const GemmTile& tile);
  void (*dot_tile)(const DotTile& tile);
  /// to[k rows + r] = a[r stride + k] for `rows` rows, at most tile_rows, and k < depth. Writes up to
  /// a vector behind them.
  void (*pack_rows)(int rows, std::int64_t depth, const float* a, std::int64_t stride, float* to);
  /// Copies `rows` rows of n floats into tiles of tile_cols columns and applies each row's channel
  /// map (none if scale is null). Row r of tile t is at y + t tile_step + r tile_cols; the last tile
  /// is padded with 0.
  void (*map_rows)(int rows, std::int64_t n, const float* x, std::int64_t x_stride,
                   const float* scale, const float* shift, bool relu, float* y,
                   std::int64_t tile_step);
  void (*carry_back)(const CarryBack& rows);

  // Winograd's convolution (winograd.h), on vectors of `lanes` channels.
  /// Applies the channel maps to `lanes` channels of an image x, x_stride apart, and stores the
  /// result in y as vectors over channels.
  void (*winograd_gather)(const WinogradImage& image, const float* x, std::int64_t x_stride,
                          const float* scale, const float* shift, bool relu, float* y);
  /// The inverse: y to `lanes` channels of x, x_stride apart.
  void (*winograd_scatter)(const WinogradImage& image, const float* y, float* x,
                           std::int64_t x_stride);
  /// The 36 values of the gradient of a tile's 4x4 results, the transpose of winograd_output.
  void (*winograd_output_grad)(const float* pixels, std::int64_t pitch, float* m,
                               std::int64_t position);
  /// The 36 transformed values of the 6x6 pixels that one tile reads, `position` apart.
  void (*winograd_input)(const float* pixels, std::int64_t pitch, float* v, std::int64_t position);
  /// The 4x4 result pixels of a tile from its 36 values.
  void (*winograd_output)(const float* m, std::int64_t position, float* pixels, std::int64_t pitch);
  /// For `rows` tiles: c[r] (2 lanes wide) = sum over blocks * lanes channels of a times b. a holds
  /// vectors over channels: those of one block for all tiles, then, a_block later, the next block.
  void (*winograd_product)(int rows, std::int64_t blocks, const float* a, std::int64_t a_block,
                           const float* b, float* c, std::int64_t c_stride);

  /// The six transformed rows of one channel, `position` apart.
  void (*winograd_columns_input)(const WinogradColumnRows& rows, float* v, std::int64_t position);
  /// `rows` rows of results of one channel from six transformed rows, `position` apart.
  void (*winograd_columns_output)(const float* m, std::int64_t position, std::int64_t width,
                                  int rows, float* y);

  // Depthwise convolution (depthwise.h).
  /// Nothing is read from x_end on.
  void (*copy_lines)(const LinesCopy& lines, const float* x, const float* x_end, float* y);
  void (*tap_rows)(const TapRows& rows);
  float (*dot)(std::int64_t n, const float* a, const float* b);

  /// rounds * peak_sums vector multiply-adds on registers, to measure the peak arithmetic rate.
  float (*multiply_adds)(std::int64_t rounds, float factor);
  int peak_sums;

  /// y = op(a, b); a step of 0 repeats the first element.
  void (*binary)(BinaryOp op, std::int64_t n, const float* a, int a_step, const float* b,
                 int b_step, float* y);
  void (*unary)(UnaryOp op, std::int64_t n, const float* x, float* y);
  void (*affine)(std::int64_t n, const float* x, float factor, float summand, float* y);
  /// y = f(x)
  void (*activation)(const Activation& f, std::int64_t n, const float* x, float* y);
  /// dx = dy f'(x)
  void (*activation_grad)(const Activation& f, std::int64_t n, const float* x, const float* dy,
                          float* dx);
  /// y becomes what `end` makes of it, for `rows` rows of n floats.
  void (*end_rows)(const SumEnd& end, int rows, std::int64_t n, float* y, std::int64_t stride);
  /// y = softmax(x), or its logarithm
  void (*softmax_row)(std::int64_t n, const float* x, bool log, float* y);
  float (*sum)(std::int64_t n, const float* x);
  bool (*all_finite)(std::int64_t n, const float* x);

  /// Backend::sgd_step over n elements.
  void (*sgd_step)(const SgdStep& p, std::int64_t n, const float* g, float* w, float* v);

  // Batch normalization of one row: all pixels of one channel of one image.
  float (*sum_squared_deviations)(std::int64_t n, const float* x, float mean);
  void (*scale_shift)(std::int64_t n, const float* x, float scale, float shift, bool relu,
                      float* y);
  void (*scale_shift_grad)(std::int64_t n, const float* x, const float* dy, float scale,
                           float shift, bool relu, float* dx);
  void (*channel_grad_sums)(std::int64_t n, const float* x, const float* dy, float mean,
                            float scale, float shift, bool relu, float* sum_g, float* sum_gx);
  void (*batch_norm_grad)(std::int64_t n, const float* x, const float* dy, float scale, float shift,
                          bool relu, float slope, float constant, float* dx);
  /// y += scale x + shift
  void (*add_scale_shift)(std::int64_t n, const float* x, float scale, float shift, float* y);
};

/// The kernels for this machine: those of the widest instruction set that the processor supports,
/// or of the one named in the environment variable ODIN_ISA (sse2, avx2, avx512, neon). A
/// WebAssembly module has one set, chosen when it was built. Thread-safe.
const Kernels& kernels();

}  // namespace odin::tensor::cpu
