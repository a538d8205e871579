#include "odin/scores/feature_histogram.h"

#include <bit>

#include "odin/tensor/error.h"

namespace odin {
namespace {

constexpr int kExponentShift = 23, kBinShift = 6;
constexpr std::uint32_t kSign = 0x80000000u;
constexpr std::size_t kBins = std::size_t{1} << (kExponentShift - kBinShift);

/// Bits in the order of the values: negative ones first.
std::uint32_t ordered_bits(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value == 0 ? 0.0f : value);  // -0 as 0
  return bits & kSign ? ~bits : bits | kSign;
}

float value_of(std::uint32_t ordered) {
  return std::bit_cast<float>(ordered & kSign ? ordered & ~kSign : ~ordered);
}

}  // namespace

void FeatureHistogram::add(float value) {
  const std::uint32_t bits = ordered_bits(value);
  auto& page = pages_[bits >> kExponentShift];
  if (page.empty()) page.resize(kBins);
  ++page[(bits & ((1u << kExponentShift) - 1)) >> kBinShift];
  ++count_;
}

double FeatureHistogram::value_at(std::uint64_t rank) const {
  for (const auto& [exponent, page] : pages_) {
    for (std::size_t bin = 0; bin < page.size(); ++bin) {
      if (rank >= page[bin]) {
        rank -= page[bin];
        continue;
      }
      const std::uint32_t first = exponent << kExponentShift | static_cast<std::uint32_t>(bin)
                                                                   << kBinShift;
      const double low = value_of(first), high = value_of(first + (1u << kBinShift) - 1);
      const double place = (static_cast<double>(rank) + 0.5) / static_cast<double>(page[bin]);
      return low == 0 ? 0 : low + (high - low) * place;
    }
  }
  fail("percentile: no values");
}

double FeatureHistogram::percentile(double q) const {
  require(count_ > 0, "percentile: no values");
  const double place = q / 100 * static_cast<double>(count_ - 1);
  const auto below = static_cast<std::uint64_t>(place);
  const double low = value_at(below);
  if (below + 1 == count_) return low;
  return low + (value_at(below + 1) - low) * (place - static_cast<double>(below));
}

}  // namespace odin
