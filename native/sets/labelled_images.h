#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "odin/nn/input_size.h"
#include "odin/normalization.h"

namespace odin::native {

/// Labelled 32x32 pictures in memory, as bytes.
struct Dataset {
  static constexpr std::int64_t kImageBytes = nn::InputSize{}.numel();

  std::vector<std::uint8_t> pixels;  ///< [n,3,32,32]
  std::vector<std::int64_t> labels;  ///< positions in `classes`
  std::vector<std::string> classes;

  std::int64_t size() const { return static_cast<std::int64_t>(labels.size()); }
};

struct Split {
  Dataset rest, held_out;
};

/// Holds `count` images of the data set back, which is moved in or copied. Every class gives its
/// share: count * (its images) / (all images), rounded down, and the classes where most was cut off
/// give one more until there are `count`. Which images of a class is drawn from the seed; the order
/// of the images stays as it was in both parts. Throws Error when there are fewer images than
/// count + 1, or when a class would be left with none.
Split split_off(Dataset data, std::int64_t count, std::uint64_t seed);

/// Mean and standard deviation (that of the whole, not the estimate from a sample) of each channel
/// over all pixels, in units of [0, 1]. Throws Error when a channel is the same everywhere, since
/// nothing can be divided by a deviation of 0.
Normalization pixel_normalization(const Dataset& data);

}  // namespace odin::native
