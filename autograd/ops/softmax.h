#pragma once

#include "odin/autograd/variable.h"

namespace odin::autograd {

// Over the rows of x [rows, classes].
Variable softmax(const Variable& x);
Variable log_softmax(const Variable& x);

enum class Reduction { sum, mean };
/// -log softmax(logits)[label], summed or averaged over the rows; labels [rows] are int64.
Variable cross_entropy(const Variable& logits, const Tensor& labels,
                       Reduction reduction = Reduction::mean);

}  // namespace odin::autograd
