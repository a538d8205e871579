#pragma once

#include "odin/nn/onnx/lower.h"

namespace odin::nn::onnx {

/// Puts operations together that older exporters write apart: SiLU, GELU, hard-swish, layer
/// normalization, the bias of a linear layer. Leaves out a softmax at the end, with a note, and
/// whatever the output does not need.
void simplify(Network& network);

}  // namespace odin::nn::onnx
