#pragma once

#include <cstdint>
#include <vector>

#include "odin/tensor/tensor.h"

namespace odin {

// Calibration of a classifier: how well its softmax at temperature T agrees with its accuracy (Guo,
// Pleiss, Sun, Weinberger: "On Calibration of Modern Neural Networks", ICML 2017). Logits are [N,
// classes], labels the N true classes. All functions are thread-safe and throw unless every logit
// is finite and there is one label in [0, classes) for each row.

/// The images whose confidence (largest softmax) lies in one of several equal parts of (0, 1].
struct ReliabilityBin {
  double confidence = 0;  ///< mean confidence of the images
  double accuracy = 0;    ///< fraction of the images that is classified correctly
  std::int64_t count = 0;
};
/// The reliability diagram: `bins` bins of equal width.
std::vector<ReliabilityBin> reliability(const tensor::Tensor& logits,
                                        const std::vector<std::int64_t>& labels, double temperature,
                                        std::size_t bins = 15);

/// The mean of |accuracy - confidence| over the bins, weighted by their counts.
double expected_calibration_error(const std::vector<ReliabilityBin>& bins);

/// The mean of -log S_label(x; T).
double negative_log_likelihood(const tensor::Tensor& logits,
                               const std::vector<std::int64_t>& labels, double temperature);

/// The T in [0.001, 1000] that minimizes the negative log-likelihood.
double calibrated_temperature(const tensor::Tensor& logits,
                              const std::vector<std::int64_t>& labels);

}  // namespace odin
