#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "odin/native/sets/labelled_images.h"
#include "odin/nn/input_size.h"
#include "odin/normalization.h"
#include "odin/tensor/tensor.h"

namespace odin::native {

/// Images as a network takes them.
struct Batch {
  tensor::Tensor images;  ///< [n,3,32,32], normalised; of a training [n,3,crop,crop]
  tensor::Tensor labels;  ///< [n] int64
};

/// The 256 normalised values that a byte of each channel can stand for.
using PixelLevels = std::array<std::array<float, 256>, 3>;
PixelLevels pixel_levels(const Normalization& normalization);

/// The images at `positions` of the data set, as they are.
Batch plain_batch(const Dataset& data, std::span<const std::int64_t> positions,
                  const Normalization& normalization);

/// Images [first, first + count), cut off at the end of the data set, as pixels in [0, 1]:
/// [n,3,32,32], what a Detector takes.
tensor::Tensor unit_images(const Dataset& data, std::int64_t first, std::int64_t count);

/// What is done to each image each time it is learnt from.
struct Augmentation {
  std::int64_t crop = nn::InputSize{}.height;  ///< side of the square that is taken, from 5 pixels
  std::int64_t cutout = 0;  ///< pixels along a side of the square in it that is hidden; 0: none
};

/// The random part of a training: the order of the images in each epoch, and which square of each
/// of them is taken, mirrored or not, and what is hidden of it. A function of the seed, the epoch
/// and the place in the epoch alone, so that a training resumed anywhere goes on exactly as it
/// would have.
class TrainingOrder {
 public:
  TrainingOrder(const Dataset& data, const Normalization& normalization, std::uint64_t seed,
                Augmentation augmentation = {});

  /// Must be called before the batches of an epoch are taken.
  void start_epoch(std::int64_t epoch);
  /// Places [first, first + count) of the epoch: of each image a random square of the picture with
  /// 4 pixels of zeros (the mean colour) around it, mirrored half the time. With cutout (DeVries
  /// and Taylor 2017, arXiv:1708.04552) a square of zeros is put on that, around any of its pixels,
  /// so that a part of it may lie outside.
  Batch batch(std::int64_t first, std::int64_t count) const;

 private:
  const Dataset& data_;
  PixelLevels levels_;
  std::uint64_t seed_;
  Augmentation augmentation_;
  std::int64_t epoch_ = -1;
  std::vector<std::int64_t> order_;
};

}  // namespace odin::native
