#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/sets/class_join.h"
#include "odin/native/sets/image_choice.h"
#include "odin/native/sets/set_spec.h"
#include "odin/nn/input_size.h"
#include "odin/nn/io/preprocess.h"
#include "odin/normalization.h"
#include "odin/tensor/tensor.h"

namespace odin::native {

/// Mean and standard deviation of CIFAR's training pixels, as published by the method's authors for
/// CIFAR-10 and CIFAR-100.
inline const Normalization kCifarNormalization{{125.3 / 255, 123.0 / 255, 113.9 / 255},
                                               {63.0 / 255, 62.1 / 255, 66.7 / 255}};

/// What the images of a set are to become: a network's input and preprocessing.
struct SetTarget {
  nn::InputSize input = {};
  nn::Preprocess preprocess = {};
};

/// The images of a set, made as a network takes them, read one at a time. Reading is deterministic:
/// random parts depend only on the seed and the image's position in the whole set (so a range has
/// the same images as the whole set at these positions). read() is thread-safe.
class ImageSet {
 public:
  virtual ~ImageSet() = default;

  const SetSpec& spec() const { return spec_; }
  /// Size of all images; each has its own if this is any().
  const nn::InputSize& input() const { return target_.input; }
  /// Number of images, after the range and the limit.
  std::int64_t size() const { return choice_.size(); }
  /// Keeps at most `most` images: the first ones, or evenly spaced ones if the set is sorted by
  /// class.
  void limit(std::int64_t most) { choice_.limit(most); }
  /// Empty if the set has no labels.
  virtual const std::vector<std::string>& classes() const;
  /// Makes labels those of a network with these classes, by join_classes (class_join.h), whose notes
  /// it returns. Throws Error as that does, with the set's name.
  std::vector<std::string> use_classes_of_network(const std::vector<std::string>& network);
  /// The label of an image, counted from 0 within the range: a class of the set, or of the network
  /// after use_classes_of_network. Empty without one.
  std::optional<std::int64_t> label(std::int64_t image) const;
  /// The image's name in errors and lists: its file, or its number in the set.
  virtual std::string name(std::int64_t image) const;

  /// The image, [channels,height,width] pixels in [0,1]. Throws Error if it cannot be read.
  /// Thread-safe.
  virtual tensor::Tensor read(std::int64_t image) const = 0;

  /// Pictures in the set's folder that odin does not read, one line; empty if there are none.
  virtual std::string others_note() const { return ""; }
  /// The conversions of the images read so far: lines such as "3 pictures: gray to RGB".
  virtual std::vector<std::string> conversions() const { return {}; }

 protected:
  /// Throws unless the spec's range lies inside [0, total).
  ImageSet(SetSpec spec, SetTarget target, std::int64_t total);
  const SetTarget& target() const { return target_; }
  std::int64_t position(std::int64_t image) const {
    return choice_.position(image, class_after_class());
  }

 private:
  virtual bool class_after_class() const { return false; }
  /// Throws unless labels that are numbers without names are below the number of classes.
  virtual void check_numbers(std::int64_t) const {}
  virtual std::optional<std::int64_t> own_label(std::int64_t image) const;

  SetSpec spec_;
  SetTarget target_;
  ImageChoice choice_;
  std::optional<ClassJoin> join_;
};

/// Opens a set. Throws Error if it is missing, empty, damaged or of another layout, or if none of
/// its first images can be used; the message says what was expected and where to get the set.
/// Images are converted to the target by fit_image (image_fit.h); noise is made at its size, or of
/// 32x32 for networks of any size.
std::unique_ptr<ImageSet> open_set(const SetSpec& spec, std::uint64_t seed,
                                   const SetTarget& target = {});

/// The labels of these images; empty if one of them has none.
std::optional<std::vector<std::int64_t>> labels_of(const ImageSet& set,
                                                   const std::vector<std::int64_t>& images);

}  // namespace odin::native
