#pragma once

#include <string>
#include <vector>

namespace odin::native::report {

/// Round numbers (1, 2 or 5 times a power of ten apart) within [low, high], about `wanted` of them.
std::vector<double> nice_ticks(double low, double high, int wanted);

/// An axis of a chart: the range of values it shows, and its ticks.
struct Axis {
  std::string label;
  double low = 0, high = 1;
  bool logarithmic = false;
  std::vector<double> ticks = {};  ///< empty: nice_ticks of about `tick_count`
  int tick_count = 5;

  /// The position of a value on the axis: 0 at `low`, 1 at `high`, clamped to [0, 1].
  double position(double value) const;
  std::vector<double> tick_values() const;
  /// The ticks as text, all with the same number of decimals.
  std::vector<std::string> tick_labels() const;
};

/// The smallest and the largest finite value of several series; widened if they are equal.
struct Range {
  double low, high;
};
Range range_of(const std::vector<const std::vector<double>*>& series);

}  // namespace odin::native::report
