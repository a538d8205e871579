#pragma once

#include <map>
#include <string>

#include "odin/tensor/tensor.h"

namespace odin::nn {

/// The parameters and buffers of a module by name ("block1.layer.0.bn1.weight"), as in checkpoints.
using StateDict = std::map<std::string, tensor::Tensor>;

/// Whether an entry that no module asks for is a counter or a profiler's result: one of a usual
/// name (num_batches_tracked, n_averaged, total_ops, ...) or a single integer.
bool is_bookkeeping(const std::string& name, const tensor::Tensor& value);

/// The prefix ("model.", "module._orig_mod.") under which `given` has most of the names of `own`;
/// empty if they are there without one, or if fewer than half of them are there. Throws if two
/// prefixes fit equally well.
std::string common_prefix(const StateDict& own, const StateDict& given);

/// `given` with the prefix removed from the names that have it.
StateDict without_prefix(const StateDict& given, const std::string& prefix);

/// What keeps `given` from being loaded into `own`, separated by "; ": missing, misshapen,
/// non-finite and unexpected entries; of many of them the first, and how many more there are under
/// which prefix. Empty where nothing does. Surplus entries that are bookkeeping are ignored.
std::string differences(const StateDict& own, const StateDict& given);

}  // namespace odin::nn
