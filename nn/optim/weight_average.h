#pragma once

#include <functional>
#include <vector>

#include "odin/nn/module.h"

namespace odin::nn {

/// Loads the mean of several state dicts into the module: stochastic weight averaging (Izmailov et
/// al. 2018, arXiv:1803.05407), for checkpoints of the same training. The module's own state dict
/// may be among them. Throws as load_state_dict() does, and changes nothing then. The running
/// statistics of batch normalization are averaged too, but they are not the statistics of the
/// averaged network: call measure_running_statistics() afterwards.
void load_average(Module& module, const std::vector<StateDict>& states);

/// Recomputes the running statistics of batch normalization as means over the batches [N,C,H,W]
/// that `next` returns, weighted by their sizes, until it returns an undefined tensor. No weight
/// changes. Leaves the module in evaluation mode, also if it or `next` throws. Throws if there is
/// no batch. Not thread-safe.
void measure_running_statistics(Module& module, const std::function<Tensor()>& next);

}  // namespace odin::nn
