#pragma once

#include <cstdint>
#include <vector>

#include "odin/tensor/tensor.h"

namespace odin {

/// Throws, beginning with the operation, unless T is positive and finite.
void require_temperature(const char* op, double temperature);

/// Logits [N, classes] in double, row by row. Throws unless every one is finite.
std::vector<double> finite_logits(const tensor::Tensor& logits);

/// exp(f_i / T) / sum_j exp(f_j / T) of each row of logits [N, classes], in double: at T = 1000 ten
/// scores all lie near 0.1 and differ in the fourth digit, where float32 has three left.
/// Throws unless T is positive and every logit finite.
std::vector<std::vector<double>> softmax_at(const tensor::Tensor& logits, double temperature);

/// max_i of softmax_at, for each row. At T = 1 this is the baseline of Hendrycks & Gimpel (2017).
std::vector<double> max_softmax(const tensor::Tensor& logits, double temperature);

}  // namespace odin
