#pragma once

#include <cstdint>

#include "odin/tensor/params.h"

namespace odin::tensor::cpu {

/// The vector kernels of one instruction set. Each works on one contiguous row of floats or one
/// register tile; loops over images, channels and threads are in the backend, written once for all
/// instruction sets. The kernels themselves are templates over an xsimd architecture (kernels/*.h),
/// instantiated in isa_*.cpp with that instruction set's compiler flags.
struct Kernels {
  const char* isa;
  int lanes;      ///< floats in a vector
  int tile_rows;  ///< most rows of a gemm tile
  int tile_cols;  ///< its columns
  int dot_rows;   ///< most rows of a dot tile
  int dot_cols;   ///< most columns of a dot tile

  /// c[r][j] (+)= sum over k of a[k rows + r] b[b_rows[k] + j], for `rows` rows and tile_cols
  /// columns: a product of matrices, or a convolution when b_rows are the offsets of its taps.
  void (*gemm_tile)(int rows, std::int64_t depth, const float* a, const float* b,
                    const std::int64_t* b_rows, float* c, std::int64_t c_stride, bool accumulate);

  /// c[i][j] += sum over p of a[i a_stride + p] b[b_rows[j] + p], p up to n, a multiple of lanes.
  void (*dot_tile)(int rows, int cols, std::int64_t n, const float* a, std::int64_t a_stride,
                   const float* b, const std::int64_t* b_rows, float* c, std::int64_t c_stride);

  /// y = op(a, b); a step of 0 repeats the first element.
  void (*binary)(BinaryOp op, std::int64_t n, const float* a, int a_step, const float* b,
                 int b_step, float* y);
  /// Not for exp and log.
  void (*unary)(UnaryOp op, std::int64_t n, const float* x, float* y);
  void (*affine)(std::int64_t n, const float* x, float factor, float summand, float* y);
  float (*sum)(std::int64_t n, const float* x);
  bool (*all_finite)(std::int64_t n, const float* x);

  // Batch normalisation of one row: all pixels of one channel of one image.
  float (*sum_squared_deviations)(std::int64_t n, const float* x, float mean);
  void (*scale_shift)(std::int64_t n, const float* x, float scale, float shift, bool relu,
                      float* y);
  void (*scale_shift_grad)(std::int64_t n, const float* x, const float* dy, float scale,
                           float shift, bool relu, float* dx);
  void (*channel_grad_sums)(std::int64_t n, const float* x, const float* dy, float mean,
                            float scale, float shift, bool relu, float* sum_g, float* sum_gx);
  void (*batch_norm_grad)(std::int64_t n, const float* x, const float* dy, float mean, float scale,
                          float shift, bool relu, float slope, float constant, float* dx);
};

/// The kernels for this machine: the widest instruction set that the processor has, or the one
/// that the environment variable ODIN_ISA names (sse2, avx2, avx512, neon).
const Kernels& kernels();

}  // namespace odin::tensor::cpu
