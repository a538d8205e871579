#pragma once

#include <cstdint>
#include <vector>

#include "odin/tensor/tensor.h"

namespace odin {

/// Throws unless T is positive and finite. The message begins with `op`.
void require_temperature(const char* op, double temperature);

/// exp(f_i / T) / sum_j exp(f_j / T) for each row of logits [N, classes]. Computed in double: at T
/// = 1000 all ten values are near 0.1 and differ only from the fourth digit on, where float32 has
/// just three more digits. Throws unless T is positive and every logit is finite. Thread-safe.
std::vector<std::vector<double>> softmax_at(const tensor::Tensor& logits, double temperature);

/// The maximum of softmax_at in each row. At T = 1 it is the baseline of Hendrycks & Gimpel (2017).
std::vector<double> max_softmax(const tensor::Tensor& logits, double temperature);

}  // namespace odin
