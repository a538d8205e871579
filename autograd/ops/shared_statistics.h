#pragma once

#include <span>

#include "odin/tensor/inherited.h"

namespace odin::autograd {

/// Adds up statistics of batches that several processes compute parts of, so that all normalize with
/// those of the whole (synchronized batch normalization).
class StatisticsSum {
 public:
  virtual ~StatisticsSum() = default;
  /// Replaces the numbers by their sums over all processes, which call this as often, with as many.
  virtual void add_up(std::span<double> numbers) = 0;
};

/// Where it is set, batch normalizations that train take the statistics of all processes. The object
/// must outlive the backward pass. Not in WebAssembly.
inline constinit const tensor::Inherited<StatisticsSum*> statistics_sum{nullptr};

}  // namespace odin::autograd
