#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "odin/tensor/tensor.h"

namespace odin::native {

/// The calibration of logits [N, classes] as JSON: the T that minimizes the negative
/// log-likelihood, the reliability diagrams at that T and at T = 1, and the calibration error and
/// the negative log-likelihood over a range of T.
nlohmann::ordered_json calibration_json(const tensor::Tensor& logits,
                                        const std::vector<std::int64_t>& labels);

}  // namespace odin::native
