#include "odin/scores/shaping.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "odin/tensor/error.h"

namespace odin {

std::int64_t kept_features(const char* method, std::int64_t features, double q) {
  require(q >= 0 && q <= 100, method, ": expected a percentile q of 0 to 100, got ", q);
  const double out = std::nearbyint(static_cast<double>(features) * q / 100);
  return std::max<std::int64_t>(1, features - static_cast<std::int64_t>(out));
}

std::vector<bool> largest_features(std::span<const double> h, std::int64_t count) {
  std::vector<double> values(h.begin(), h.end());
  std::nth_element(values.begin(), values.begin() + (count - 1), values.end(), std::greater<>());
  const double least = values[static_cast<std::size_t>(count - 1)];
  std::int64_t of_equal =
      count - std::count_if(h.begin(), h.end(), [&](double x) { return x > least; });
  std::vector<bool> kept;
  for (const double x : h) kept.push_back(x > least || (x == least && of_equal-- > 0));
  return kept;
}

double scale_factor(std::span<const double> h, const std::vector<bool>& kept) {
  double all = 0, of_kept = 0;
  for (std::size_t i = 0; i < h.size(); ++i) {
    all += h[i];
    if (kept[i]) of_kept += h[i];
  }
  return of_kept > 0 ? std::exp(all / of_kept) : 1;
}

}  // namespace odin
