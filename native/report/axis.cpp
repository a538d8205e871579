#include "odin/native/report/axis.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "odin/native/report/svg.h"

namespace odin::native::report {
namespace {

/// 1, 2 or 5 times a power of ten, near `rough`.
double nice_step(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double digits = rough / power;
  return power * (digits < 1.5 ? 1 : digits < 3.5 ? 2 : digits < 7.5 ? 5 : 10);
}

/// The number of decimals needed to write `value`, up to 10.
int decimals_of(double value) {
  for (int decimals = 0; decimals < 10; ++decimals) {
    const double scaled = value * std::pow(10.0, decimals);
    if (std::abs(scaled - std::round(scaled)) < 1e-6 * std::max(1.0, std::abs(scaled)))
      return decimals;
  }
  return 10;
}

}  // namespace

std::vector<double> nice_ticks(double low, double high, int wanted) {
  if (!(high > low) || wanted < 1) return {low};
  const double step = nice_step((high - low) / wanted);
  const double slack = 1e-9 * (high - low);
  std::vector<double> ticks;
  for (double k = std::ceil((low - slack) / step); k * step <= high + slack; ++k)
    ticks.push_back(k * step);
  return ticks;
}

double Axis::position(double value) const {
  const double p =
      logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  return std::clamp(p, 0.0, 1.0);
}

std::vector<double> Axis::tick_values() const {
  if (!ticks.empty()) return ticks;
  if (!logarithmic) return nice_ticks(low, high, tick_count);
  std::vector<double> powers;
  for (double p = std::pow(10.0, std::ceil(std::log10(low) - 1e-9)); p <= high * (1 + 1e-9);
       p *= 10)
    powers.push_back(p);
  return powers;
}

std::vector<std::string> Axis::tick_labels() const {
  const std::vector<double> values = tick_values();
  int decimals = 0;
  if (!logarithmic)
    for (const double v : values) decimals = std::max(decimals, decimals_of(v));
  std::vector<std::string> labels;
  for (const double v : values) {
    std::string text = short_number(v, logarithmic ? decimals_of(v) : decimals);
    if (decimals > 0 && v != 0) {  // "0.10" next to "0.15", but a plain "0"
      const auto point = text.find('.');
      if (point == text.npos) text += '.';
      const auto digits = text.size() - text.find('.') - 1;
      text.append(static_cast<std::size_t>(decimals) - digits, '0');
    }
    labels.push_back(text);
  }
  return labels;
}

Range range_of(const std::vector<const std::vector<double>*>& series) {
  Range r{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const auto* values : series)
    for (const double v : *values)
      if (std::isfinite(v)) {
        r.low = std::min(r.low, v);
        r.high = std::max(r.high, v);
      }
  if (!(r.low <= r.high)) return {0, 1};
  if (r.low == r.high) {
    const double half = r.low == 0 ? 0.5 : 0.05 * std::abs(r.low);
    return {r.low - half, r.high + half};
  }
  return r;
}

}  // namespace odin::native::report
