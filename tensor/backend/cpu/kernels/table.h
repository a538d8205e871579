#pragma once

// The kernel table that each isa_*.cpp instantiates. Those files must compile only templates over
// Arch: of an ordinary inline function the linker might keep the AVX-512 version, which would then
// run on a machine without AVX-512.

#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/backend/cpu/kernels/activation.h"
#include "odin/tensor/backend/cpu/kernels/channel_map.h"
#include "odin/tensor/backend/cpu/kernels/depthwise.h"
#include "odin/tensor/backend/cpu/kernels/elementwise.h"
#include "odin/tensor/backend/cpu/kernels/gemm.h"
#include "odin/tensor/backend/cpu/kernels/norm.h"
#include "odin/tensor/backend/cpu/kernels/optim.h"
#include "odin/tensor/backend/cpu/kernels/peak.h"
#include "odin/tensor/backend/cpu/kernels/winograd.h"
#include "odin/tensor/backend/cpu/kernels/winograd_columns.h"

namespace odin::tensor::cpu {

template <class Arch>
const Kernels& kernels_of(const char* isa) {
  using V = xsimd::batch<float, Arch>;
  using Tile = TileShape<Arch>;
  static const Kernels table{
      .isa = isa,
      .lanes = static_cast<int>(V::size),
      .tile_rows = Tile::kGemmRows,
      .tile_cols = 2 * static_cast<int>(V::size),
      .side_columns = kSideColumns<Arch>,
      .dot_rows = Tile::kDotRows,
      .dot_cols = Tile::kDotCols,
      .gemm_tile = gemm_tile<Arch>,
      .dot_tile = dot_tile<Arch>,
      .pack_rows = pack_rows<Arch>,
      .map_rows = map_rows<Arch>,
      .carry_back = carry_back<Arch>,
      .winograd_gather = winograd_gather<Arch>,
      .winograd_scatter = winograd_scatter<Arch>,
      .winograd_output_grad = winograd_output_grad<Arch>,
      .winograd_input = winograd_input<Arch>,
      .winograd_output = winograd_output<Arch>,
      .winograd_product = winograd_product<Arch>,
      .winograd_columns_input = winograd_columns_input<Arch>,
      .winograd_columns_output = winograd_columns_output<Arch>,
      .copy_lines = copy_lines<Arch>,
      .tap_rows = tap_rows<Arch>,
      .dot = dot<Arch>,
      .multiply_adds = multiply_adds<Arch>,
      .peak_sums = kPeakSums,
      .binary = binary<Arch>,
      .unary = unary<Arch>,
      .affine = affine<Arch>,
      .activation = activation<Arch>,
      .activation_grad = activation_grad<Arch>,
      .end_rows = end_rows<Arch>,
      .softmax_row = softmax_row<Arch>,
      .sum = sum<Arch>,
      .all_finite = all_finite<Arch>,
      .sgd_step = sgd_step<Arch>,
      .sum_squared_deviations = sum_squared_deviations<Arch>,
      .scale_shift = scale_shift<Arch>,
      .scale_shift_grad = scale_shift_grad<Arch>,
      .channel_grad_sums = channel_grad_sums<Arch>,
      .batch_norm_grad = batch_norm_grad<Arch>,
      .add_scale_shift = add_scale_shift<Arch>,
  };
  return table;
}

}  // namespace odin::tensor::cpu
