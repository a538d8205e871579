#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace odin {

/// Percentiles of any number of float32 values in bounded memory: counts by the upper 26 bits, so
/// that a percentile is right to a relative 2^-18. The order of the values does not matter.
class FeatureHistogram {
 public:
  void add(float value);
  std::uint64_t count() const { return count_; }
  /// As percentile() (scores/score.h). Throws if there are no values.
  double percentile(double q) const;

 private:
  double value_at(std::uint64_t rank) const;

  std::uint64_t count_ = 0;
  std::map<std::uint32_t, std::vector<std::uint64_t>> pages_;  ///< by sign and exponent
};

}  // namespace odin
