#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "odin/nn/input_size.h"
#include "odin/nn/io/preprocess.h"
#include "odin/normalization.h"
#include "odin/tensor/tensor.h"

namespace odin::native {

/// Labeled images of one size in memory, one byte for each value.
struct Dataset {
  static constexpr std::int64_t kImageBytes = nn::InputSize{}.numel();  ///< of one of 3x32x32

  std::vector<std::uint8_t> pixels;  ///< [n,channels,height,width]
  std::vector<std::int64_t> labels;  ///< positions in `classes`
  std::vector<std::string> classes;
  nn::InputSize input = {};  ///< size of the images

  std::int64_t size() const { return static_cast<std::int64_t>(labels.size()); }
  std::int64_t image_bytes() const { return input.numel(); }
  const std::uint8_t* image(std::int64_t at) const { return pixels.data() + at * image_bytes(); }
};

/// An image [channels,height,width] as pixels in [0,1].
tensor::Tensor unit_image(const Dataset& data, std::int64_t at);

/// The nearest bytes of pixels in [0,1].
void append_bytes(const tensor::Tensor& image, std::vector<std::uint8_t>& to);

/// The same images made as a network takes them, by fit_picture (odin/fit_picture.h), on all
/// threads.
Dataset fitted(Dataset data, const nn::InputSize& input, const nn::Preprocess& preprocess);

/// Throws Error, which says what can be done, if so many images of this size are more than the
/// machine has memory for.
void check_memory_for(std::int64_t images, const nn::InputSize& input);

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
