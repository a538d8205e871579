#pragma once

#include <span>

namespace odin {

/// Mean and standard deviation (n - 1) of numbers; the deviation of one number is 0.
struct Spread {
  double mean = 0, deviation = 0;
};
Spread spread_of(std::span<const double> values);

}  // namespace odin
