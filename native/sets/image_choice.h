#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "odin/native/sets/set_spec.h"

namespace odin::native {

/// Which images of a set are used: those of a range, and of these at most a number.
class ImageChoice {
 public:
  /// All images of the range, or without one all of the set's `total`. Throws Error unless the range
  /// lies inside [0, total).
  ImageChoice(const std::optional<SetSpec::Range>& range, std::int64_t total);

  /// Keeps at most `most` images.
  void limit(std::int64_t most);

  std::int64_t size() const { return size_; }

  /// The position in the set of an image, counted from 0 within the choice. A limit keeps the first
  /// images, or evenly spaced ones if the set is sorted by class.
  std::int64_t position(std::int64_t image, bool class_after_class) const {
    return first_ + (class_after_class ? image * in_range_ / size_ : image);
  }
  /// Those of all its images, ascending.
  std::vector<std::int64_t> positions(bool class_after_class) const;

 private:
  std::int64_t first_ = 0, in_range_, size_;
};

}  // namespace odin::native
