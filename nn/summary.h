#pragma once

#include "odin/nn/module.h"

namespace odin::nn {

/// Number of multiply-adds of the convolutions and linear layers in one forward pass over an input
/// of this shape [N,...]. Runs such a pass and counts its calls. In a ShapesOnlyScope
/// (shapes_only.h) nothing is computed, so that a network made in it can be given.
std::int64_t multiply_adds(const Module& network, const Shape& input);

}  // namespace odin::nn
