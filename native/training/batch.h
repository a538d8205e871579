#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "odin/native/sets/labelled_images.h"
#include "odin/nn/input_size.h"
#include "odin/normalization.h"
#include "odin/tensor/random.h"
#include "odin/tensor/tensor.h"

namespace odin::native {

/// A batch of normalized images with their labels.
struct Batch {
  tensor::Tensor images;  ///< [n,C,H,W] of the data set; in training [n,C,crop,crop]
  tensor::Tensor labels;  ///< [n] int64
};

/// Lookup table: the normalized value of each byte, for each channel.
using PixelLevels = std::vector<std::array<float, 256>>;
PixelLevels pixel_levels(const Normalization& normalization);

/// The images at `positions` of the data set, without augmentation.
Batch plain_batch(const Dataset& data, std::span<const std::int64_t> positions,
                  const Normalization& normalization);

/// Images [first, first + count), or up to the end of the data set, as pixels in [0, 1] for a
/// Detector: [n,C,H,W].
tensor::Tensor unit_images(const Dataset& data, std::int64_t first, std::int64_t count);

/// Random changes of each training image.
struct Augmentation {
  /// Side of the square that is made of it, in pixels, 5 or more.
  std::int64_t crop = nn::InputSize{}.height;
  std::int64_t cutout = 0;  ///< side in pixels of the square in it that is set to 0; 0: none
  bool mirror = true;       ///< with probability 1/2; false: never
  /// The square is a part of another size and shape, resized, in place of one of the padded image.
  bool resized = false;
};

/// The random parts of a training: the order of the images in each epoch, and the augmentation of
/// each image (crop or part, mirroring, cutout). They depend only on the seed, the epoch and the
/// position in the epoch, so a resumed training continues exactly as if it had not been
/// interrupted.
class TrainingOrder {
 public:
  TrainingOrder(const Dataset& data, const Normalization& normalization, std::uint64_t seed,
                Augmentation augmentation = {});

  /// Must be called before batch() for an epoch.
  void start_epoch(std::int64_t epoch);
  /// The images at positions [first, first + count) of the epoch: a random crop of each image
  /// padded with 4 pixels of zeros (the mean color), or with Augmentation::resized a random part of
  /// it (random_part.h) resized with the triangle filter; mirrored with probability 1/2 if the
  /// augmentation says so. Cutout (DeVries and Taylor 2017, arXiv:1708.04552) sets a square to 0
  /// that is centered on any pixel of the crop, so that a part of it may be outside.
  Batch batch(std::int64_t first, std::int64_t count) const;

 private:
  tensor::Random random() const;
  std::uint64_t numbers_of_place() const;
  std::uint64_t first_number(std::int64_t place) const;
  bool is_mirrored(std::int64_t place) const;
  Batch squares(std::span<const std::int64_t> positions, std::int64_t first) const;
  Batch parts(std::span<const std::int64_t> positions, std::int64_t first) const;
  void hide_squares(Batch& batch, std::int64_t first) const;

  const Dataset& data_;
  Normalization normalization_;
  PixelLevels levels_;
  std::uint64_t seed_;
  Augmentation augmentation_;
  std::int64_t epoch_ = -1;
  std::vector<std::int64_t> order_;
};

}  // namespace odin::native
