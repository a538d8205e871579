#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "odin/nn/input_size.h"
#include "odin/normalization.h"

namespace odin::native {

/// Labeled 32x32 images in memory, one byte for each value.
struct Dataset {
  static constexpr std::int64_t kImageBytes = nn::InputSize{}.numel();

  std::vector<std::uint8_t> pixels;  ///< [n,3,32,32]
  std::vector<std::int64_t> labels;  ///< positions in `classes`
  std::vector<std::string> classes;

  std::int64_t size() const { return static_cast<std::int64_t>(labels.size()); }
};

/// Gives the images the labels of `classes`, to which their own are joined by join_classes
/// (class_join.h); `from` and `to` name the sides. Returns the notes of the join. Throws Error for a
/// class that is not among them.
std::vector<std::string> use_classes(Dataset& data, const std::string& from,
                                     const std::vector<std::string>& classes,
                                     const std::string& to);

/// The images at these positions, in their order.
Dataset images_at(const Dataset& data, std::span<const std::int64_t> positions);

struct Split {
  Dataset rest, held_out;
};

/// Splits off `count` held-out images, stratified by class: each class contributes count * (its
/// images) / (all images), rounded by the method of largest remainders. The images of a class are
/// chosen at random from the seed; both parts keep the order of the images. Throws Error if there
/// are fewer than count + 1 images, or if a class would be left with none.
Split split_off(Dataset data, std::int64_t count, std::uint64_t seed);

/// Mean and population standard deviation of each channel over all pixels, which are in [0, 1].
/// Throws Error if a channel is constant, because its standard deviation would be 0.
Normalization pixel_normalization(const Dataset& data);

}  // namespace odin::native
