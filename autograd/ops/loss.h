#pragma once

#include "odin/autograd/ops/softmax.h"
#include "odin/autograd/variable.h"

// Losses beside the cross entropy (softmax.h). Each is a scalar, the sum or the mean over all
// elements (hinge: over the rows).

namespace odin::autograd {

/// (x - target)^2
Variable mean_square_error(const Variable& x, const Tensor& target,
                           Reduction reduction = Reduction::mean);

/// -(t log p + (1 - t) log(1 - p)) with p = sigmoid(logits) and targets t in [0, 1], computed from
/// the logits, so that no logarithm of 0 occurs.
Variable binary_cross_entropy(const Variable& logits, const Tensor& target,
                              Reduction reduction = Reduction::mean);

/// For each row of scores [rows, classes], the sum over the classes j other than its label of
/// max(0, margin - score[label] + score[j]) / classes (Crammer & Singer 2001, as PyTorch's
/// multi_margin_loss). labels [rows] (int64).
Variable hinge(const Variable& scores, const Tensor& labels, double margin = 1,
               Reduction reduction = Reduction::mean);

}  // namespace odin::autograd
