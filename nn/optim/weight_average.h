#pragma once

#include <functional>
#include <vector>

#include "odin/nn/module.h"

namespace odin::nn {

/// Puts the mean of several state dicts into the module: stochastic weight averaging (Izmailov et al.
/// 2018, arXiv:1803.05407), for trainings that went on from one another. They may be the module's
/// own. Throws as load_state_dict(), and changes nothing then.
/// Batch normalisation's running statistics are averaged too, but what an averaged network computes
/// has others: measure_running_statistics().
void load_average(Module& module, const std::vector<StateDict>& states);

/// Measures batch normalisation's running statistics anew, as means over all images of the batches
/// [N,C,H,W] that `next` gives, until it gives an undefined tensor. No weight changes. Leaves the
/// module in evaluation mode, also where it or `next` throws. Throws when there is no batch.
void measure_running_statistics(Module& module, const std::function<Tensor()>& next);

}  // namespace odin::nn
