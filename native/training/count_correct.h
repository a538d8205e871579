#pragma once

#include <cstdint>

#include "odin/tensor/tensor.h"

namespace odin::native {

/// For how many images the largest of the logits, [n,classes], is that of the label, [n] int64.
std::int64_t count_correct(const tensor::Tensor& logits, const tensor::Tensor& labels);

}  // namespace odin::native
