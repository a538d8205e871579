#pragma once

#include "odin/nn/module.h"

namespace odin::nn {

/// Multiply-adds of the convolutions and linear layers in one forward pass over an input of this
/// shape, read off the tape of such a pass.
std::int64_t multiply_adds(const Module& network, const Shape& input);

}  // namespace odin::nn
