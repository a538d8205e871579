#pragma once

#include "odin/autograd/variable.h"

namespace odin::autograd {

// Over the rows of x [rows, classes].
Variable softmax(const Variable& x);
Variable log_softmax(const Variable& x);

enum class Reduction { sum, mean };
/// -log softmax(logits)[label], summed or averaged over the rows; labels [rows] are int64. With
/// label_smoothing s, from 0 to 1, a row is to give its label the probability 1 - s + s / classes
/// and every other class s / classes (Szegedy et al. 2016): the sum of -p log softmax(logits).
Variable cross_entropy(const Variable& logits, const Tensor& labels,
                       Reduction reduction = Reduction::mean, double label_smoothing = 0);

}  // namespace odin::autograd
