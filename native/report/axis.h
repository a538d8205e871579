#pragma once

#include <string>
#include <vector>

namespace odin::native::report {

// Everything here takes any finite numbers, the largest and the smallest doubles among them: the
// files of a report may have been written by other programs.

/// Round numbers (1, 2 or 5 times a power of ten apart) within [low, high], about `wanted` of them
/// and at most twice as many. `whole`: whole numbers alone. {low} if there is no such range.
std::vector<double> nice_ticks(double low, double high, int wanted, bool whole = false);

/// Where a value lies in [low, high]: 0 at `low`, 1 at `high`, clamped to [0, 1]; 0.5 if the range
/// is empty, reversed or not finite, or if the value is NaN.
double share_of_range(double value, double low, double high);

/// An axis of a chart: the range of values it shows, and its ticks.
struct Axis {
  std::string label;
  double low = 0, high = 1;
  bool logarithmic = false;        ///< needs 0 < low
  bool whole = false;              ///< ticks at whole numbers alone, such as epochs
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
/// The range with a margin on both sides, a share of its width.
Range with_margin(const Range& range, double share);

}  // namespace odin::native::report
