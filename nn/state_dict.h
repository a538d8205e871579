#pragma once

#include <map>
#include <string>

#include "odin/tensor/tensor.h"

namespace odin::nn {

/// The parameters and buffers of a module by name ("block1.layer.0.bn1.weight"), as in checkpoints.
using StateDict = std::map<std::string, tensor::Tensor>;

}  // namespace odin::nn
