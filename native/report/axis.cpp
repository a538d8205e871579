#include "odin/native/report/axis.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "odin/native/report/svg.h"

namespace odin::native::report {
namespace {

constexpr double kLargest = std::numeric_limits<double>::max();
constexpr int kMostDecimals = 17;

/// 1, 2 or 5 times a power of ten, near `rough`.
double nice_step(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  if (!(power > 0)) return rough;  // among the smallest doubles
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

std::vector<double> powers_of_ten(double low, double high) {
  std::vector<double> powers;
  const double first = std::ceil(std::log10(low) - 1e-9), last = std::log10(high) + 1e-9;
  const double step = std::max(1.0, std::floor((last - first) / 12));
  for (double p = first; p <= last; p += step)
    if (const double power = std::pow(10.0, p); std::isfinite(power)) powers.push_back(power);
  return powers;
}

/// "0.10" next to "0.15", but a plain "0".
std::string padded(std::string text, int decimals) {
  if (text == "0" || text.find_first_of("en") != text.npos) return text;  // 1e+17, inf, nan
  if (text.find('.') == text.npos) text += '.';
  const auto digits = static_cast<int>(text.size() - text.find('.')) - 1;
  text.append(static_cast<std::size_t>(std::max(0, decimals - digits)), '0');
  return text;
}

}  // namespace

std::vector<double> nice_ticks(double low, double high, int wanted, bool whole) {
  if (!(high > low) || !std::isfinite(low) || !std::isfinite(high) || wanted < 1) return {low};
  double step = nice_step(high / wanted - low / wanted);
  if (whole) step = std::max(step, 1.0);
  const double slack = 1e-9 * step * wanted;
  const double first = std::ceil(low / step - 1e-9);
  if (!std::isfinite(first)) return {low, high};
  std::vector<double> ticks;
  // Beyond 2^53 steps from zero neighboring ticks may be the same number.
  for (int i = 0; i < 2 * wanted + 2; ++i) {
    const double tick = (first + i) * step;
    if (!(tick <= high + slack)) break;
    if (ticks.empty() || tick > ticks.back()) ticks.push_back(tick);
  }
  if (ticks.empty()) ticks.push_back(low);
  return ticks;
}

double share_of_range(double value, double low, double high) {
  if (!(high > low) || std::isnan(value)) return 0.5;
  // Halves, because the difference of two finite numbers may be infinite.
  const double share = (value / 2 - low / 2) / (high / 2 - low / 2);
  return std::isnan(share) ? 0.5 : std::clamp(share, 0.0, 1.0);
}

double Axis::position(double value) const {
  if (!logarithmic) return share_of_range(value, low, high);
  return share_of_range(std::log(value), std::log(low), std::log(high));
}

std::vector<double> Axis::tick_values() const {
  if (!ticks.empty()) return ticks;
  if (logarithmic && low > 0 && high > low && std::isfinite(high)) {
    std::vector<double> powers = powers_of_ten(low, high);
    if (powers.size() > 1) return powers;  // otherwise less than two decades: as on a linear axis
  }
  return nice_ticks(low, high, tick_count, whole);
}

std::vector<std::string> Axis::tick_labels() const {
  const std::vector<double> values = tick_values();
  const bool powers = logarithmic && values.size() > 1 && values[1] >= 9.99 * values[0];
  std::vector<std::string> labels;
  if (powers) {
    for (const double v : values) labels.push_back(compact_number(v));
    return labels;
  }
  int decimals = 0;
  for (const double v : values) decimals = std::max(decimals, decimals_of(v));
  for (; decimals <= kMostDecimals; ++decimals) {
    labels.clear();
    for (const double v : values) {
      const std::string text = short_number(v, decimals);
      labels.push_back(decimals > 0 ? padded(text, decimals) : text);
    }
    if (std::adjacent_find(labels.begin(), labels.end()) == labels.end()) break;
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
  if (r.low < r.high) return r;
  // One value alone is in the middle, and of the largest ones at an end.
  const double half = std::abs(r.low) < 1e-300 ? 0.5 : 0.05 * std::abs(r.low);
  return {std::max(r.low - half, -kLargest), std::min(r.high + half, kLargest)};
}

Range with_margin(const Range& range, double share) {
  const double margin = share * (range.high / 2 - range.low / 2) * 2;
  return {std::max(range.low - margin, -kLargest), std::min(range.high + margin, kLargest)};
}

}  // namespace odin::native::report
