#pragma once

#include "odin/tensor/channel_map.h"

namespace odin::tensor::cuda {

/// The last step of conv2d_input_grad, fused: dx = add + scale_c g, without g where the map's ReLU
/// gave 0 (recomputed from x). `add` has dx's shape, is dx itself, or is undefined (0).
void carry_back(const Tensor& x, const ChannelMap& map, const Tensor& g, const Tensor& add,
                Tensor& dx);

}  // namespace odin::tensor::cuda
