#pragma once

#include <cstdint>
#include <vector>

#include "odin/tensor/tensor.h"

namespace odin {

// How far a classifier's softmax at temperature T can be taken for a probability. Logits are
// [N, classes], labels the true classes. Guo, Pleiss, Sun, Weinberger: "On Calibration of Modern
// Neural Networks", ICML 2017. All throw unless there is one legal label a row and every logit is
// finite.

/// The images whose largest softmax lies in one of several equal parts of (0, 1].
struct ReliabilityBin {
  double confidence = 0;  ///< mean of their largest softmax
  double accuracy = 0;    ///< share of them that is classified correctly
  std::int64_t count = 0;
};
std::vector<ReliabilityBin> reliability(const tensor::Tensor& logits,
                                        const std::vector<std::int64_t>& labels, double temperature,
                                        std::size_t bins = 15);

/// The mean over all images of |accuracy - confidence| of the bin that each lies in.
double expected_calibration_error(const std::vector<ReliabilityBin>& bins);

/// The mean of -log S_label(x; T).
double negative_log_likelihood(const tensor::Tensor& logits,
                               const std::vector<std::int64_t>& labels, double temperature);

/// The T of [0.001, 1000] with the least negative log-likelihood.
double calibrated_temperature(const tensor::Tensor& logits,
                              const std::vector<std::int64_t>& labels);

}  // namespace odin
