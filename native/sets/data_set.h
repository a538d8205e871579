#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/sets/set_spec.h"
#include "odin/nn/input_size.h"
#include "odin/normalization.h"

namespace odin::native {

/// Mean and standard deviation of CIFAR's training pixels as the method's authors published them
/// for both sets: (125.3, 123.0, 113.9) / 255 and (63.0, 62.1, 66.7) / 255.
inline const Normalization kCifarNormalization{{125.3 / 255, 123.0 / 255, 113.9 / 255},
                                               {63.0 / 255, 62.1 / 255, 66.7 / 255}};

/// The images of a set, read one at a time. An image is the same whoever asks for it and when:
/// what is random about it is a function of the seed and its place in the whole set (so that a
/// range holds the very images that the whole set has there).
class ImageSet {
 public:
  static constexpr nn::InputSize kInput{};  ///< of all pictures in sets
  static constexpr std::int64_t kSize = kInput.height;
  static constexpr std::int64_t kImageFloats = kInput.numel();

  virtual ~ImageSet() = default;

  const SetSpec& spec() const { return spec_; }
  /// How many images the range and the limit leave.
  std::int64_t size() const { return size_; }
  /// Keeps at most so many images: the first ones or, of a set in which one class follows another,
  /// some of every part of it, evenly spread.
  void limit(std::int64_t most) { size_ = std::min(size_, most); }
  /// Empty where the set has no labels.
  virtual const std::vector<std::string>& classes() const;
  /// Images are counted from 0 in the range.
  virtual std::optional<std::int64_t> label(std::int64_t image) const;
  /// What errors and lists call an image: its file, or its number in the set.
  virtual std::string name(std::int64_t image) const;

  /// Writes the image, [3,32,32] pixels in [0,1], to `to`. Throws Error when it cannot be read.
  /// Different threads may read at once.
  virtual void read(std::int64_t image, float* to) const = 0;

 protected:
  /// Throws unless the spec's range lies inside [0, total).
  ImageSet(SetSpec spec, std::int64_t total);
  std::int64_t position(std::int64_t image) const {
    return first_ + (class_after_class() ? image * in_range_ / size_ : image);
  }

 private:
  virtual bool class_after_class() const { return false; }

  SetSpec spec_;
  std::int64_t first_, in_range_, size_;
};

/// Throws Error, which names the set, what was expected and where it can be had, when it is
/// missing, empty, damaged or of another layout, or when none of its first images can be used.
std::unique_ptr<ImageSet> open_set(const SetSpec& spec, std::uint64_t seed);

/// The labels of images of a set; empty where it has none.
std::optional<std::vector<std::int64_t>> labels_of(const ImageSet& set,
                                                   const std::vector<std::int64_t>& images);

/// Throws when a network of so many classes cannot know the set's, as `command` needs.
void check_classes(const ImageSet& in, std::size_t classes, const char* command);

/// Throws unless a model takes pictures of the size that sets have.
void check_input(const nn::InputSize& input, const char* command);

/// Classes are told apart by their number: a line about the first that the network knows by another
/// name than the set; empty when the names agree or the set has none.
std::string class_name_note(const ImageSet& in, const std::vector<std::string>& classes);

}  // namespace odin::native
