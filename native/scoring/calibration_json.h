#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "odin/tensor/tensor.h"

namespace odin::native {

/// How well the softmax of logits [N, classes] is calibrated: the T of the least negative
/// log-likelihood, the reliability diagrams there and at T = 1, and calibration error and negative
/// log-likelihood over a range of T.
nlohmann::ordered_json calibration_json(const tensor::Tensor& logits,
                                        const std::vector<std::int64_t>& labels);

}  // namespace odin::native
