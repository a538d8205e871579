#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/sets/data_set.h"
#include "odin/native/system/prefetcher.h"
#include "odin/tensor/tensor.h"

namespace odin::native {

/// Consecutive images of a set.
struct SetBatch {
  tensor::Tensor images;              ///< [n,3,32,32] of pixels in [0,1], as a Detector takes them
  std::vector<std::int64_t> numbers;  ///< each image's in the set
  std::vector<std::string> skipped;  ///< one line for each image before the last that is unreadable
};

/// Goes through images [first, last) of a set in order, in batches. A thread reads and decodes some
/// batches ahead, so that this work hides behind what the caller does with the images. Images that
/// cannot be read are left out and named; the batches are filled up with those that follow.
class SetReader {
 public:
  /// The set must outlive the reader.
  SetReader(const ImageSet& set, std::int64_t first, std::int64_t last, std::int64_t batch);

  /// The next batch, in which only the last one of all has fewer images (possibly none, when the
  /// images left were unreadable); nothing at the end.
  std::optional<SetBatch> next() { return prefetcher_.next(); }

 private:
  Prefetcher<SetBatch> prefetcher_;
};

}  // namespace odin::native
