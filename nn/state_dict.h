#pragma once

#include <map>
#include <string>

#include "odin/tensor/tensor.h"

namespace odin::nn {

/// The parameters and buffers of a module by name ("block1.layer.0.bn1.weight"), as in checkpoints.
using StateDict = std::map<std::string, tensor::Tensor>;

/// What keeps `given` from being loaded into `own`, separated by "; ": missing, unexpected, misshapen
/// and non-finite entries, the first twenty of them. Empty where nothing does. Entries named
/// num_batches_tracked are ignored.
std::string differences(const StateDict& own, const StateDict& given);

}  // namespace odin::nn
