#pragma once

#include "odin/tensor/channel_map.h"

namespace odin::tensor::cuda {

/// dx = add + scale_c g where the map's result was positive (worked out again from x), or add where
/// its ReLU let nothing through: the last step of conv2d_input_grad, in one pass. `add` has dx's
/// shape, is dx itself, or is undefined and adds nothing.
void carry_back(const Tensor& x, const ChannelMap& map, const Tensor& g, const Tensor& add,
                Tensor& dx);

}  // namespace odin::tensor::cuda
