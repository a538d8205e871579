#pragma once

#include "odin/autograd/variable.h"

namespace odin::autograd {

// Along a dimension, the last one by default; see odin/tensor/ops/softmax.h.
Variable softmax(const Variable& x, int dim = -1);
Variable log_softmax(const Variable& x, int dim = -1);

enum class Reduction { sum, mean };
/// The cross entropy -log softmax(logits)[label], summed or averaged over the rows: logits
/// [rows, classes], labels [rows] (int64) -> a scalar. With label_smoothing s in [0, 1] (Szegedy et
/// al. 2016) the target probability p is 1 - s + s / classes for the label and s / classes for
/// every other class, and the loss of a row is the sum of -p log softmax(logits).
Variable cross_entropy(const Variable& logits, const Tensor& labels,
                       Reduction reduction = Reduction::mean, double label_smoothing = 0);

}  // namespace odin::autograd
