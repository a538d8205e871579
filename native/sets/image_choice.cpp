#include "odin/native/sets/image_choice.h"

#include <algorithm>

#include "odin/tensor/error.h"

namespace odin::native {

ImageChoice::ImageChoice(const std::optional<SetSpec::Range>& range, std::int64_t total)
    : in_range_(total), size_(total) {
  if (!range) return;
  require(range->last < total, "the range #", range->first, "-", range->last, " is not inside its ",
          total, " images (counted from 0, the last one included)");
  first_ = range->first;
  in_range_ = size_ = range->last + 1 - first_;
}

void ImageChoice::limit(std::int64_t most) { size_ = std::min(size_, most); }

std::vector<std::int64_t> ImageChoice::positions(bool class_after_class) const {
  std::vector<std::int64_t> positions;
  positions.reserve(static_cast<std::size_t>(size_));
  for (std::int64_t i = 0; i < size_; ++i) positions.push_back(position(i, class_after_class));
  return positions;
}

}  // namespace odin::native
