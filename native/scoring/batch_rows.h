#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "odin/native/ranks/ranks.h"
#include "odin/native/sets/data_set.h"
#include "odin/native/sets/set_reader.h"

namespace odin::native {

/// What was computed of some images of a set: as many numbers of each.
struct BatchRows {
  std::vector<std::int64_t> numbers;  ///< positions of the images in the set
  std::size_t width = 0;
  std::vector<double> values;  ///< [image][width]

  std::size_t size() const { return numbers.size(); }
  std::span<const double> row(std::size_t image) const {
    return std::span(values).subspan(image * width, width);
  }
};

/// Callbacks while a set is gone through.
struct ScoringEvents {
  std::function<void(std::int64_t images)> progress;  ///< images so far, unreadable ones included
  std::function<void(const std::string& line)> skipped;
};

struct SetPass {
  const ImageSet& set;
  std::int64_t first, last;           ///< images [first, last)
  std::optional<std::int64_t> batch;  ///< as of SetReader
  Ranks& ranks;
};

/// Goes through a set: calls `compute` with each batch that has images, and `use` with the rows
/// that it returns, in the order of the set. Several ranks divide the batches, and `use` is called
/// with all rows on all of them. Returns how many images could not be read; throws if all.
std::int64_t for_each_batch(
    const SetPass& pass, const ScoringEvents& events,
    const std::function<std::vector<double>(const SetBatch& batch)>& compute,
    const std::function<void(const BatchRows& rows)>& use);

/// Of a network that takes any size some images may still be too small or too large. One line for
/// each image of a batch that was the cause of `error`; throws the error for other networks.
std::vector<std::string> impossible_images(const ImageSet& set, const SetBatch& batch,
                                           const Error& error);

}  // namespace odin::native
