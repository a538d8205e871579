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
  std::vector<std::int64_t> numbers;  ///< positions of the images in the set
  std::vector<std::string> skipped;  ///< one line for each unreadable image met in making the batch
};

/// Reads images [first, last) of a set in order, in batches. A worker thread reads and decodes some
/// batches ahead, concurrently with the caller's work. Unreadable images are left out and reported;
/// batches are filled up with the images that follow. Not thread-safe.
class SetReader {
 public:
  /// The set must outlive the reader.
  SetReader(const ImageSet& set, std::int64_t first, std::int64_t last, std::int64_t batch);

  /// The next batch; nothing at the end. Only the last batch has fewer images (possibly none, if
  /// the remaining images are unreadable).
  std::optional<SetBatch> next() { return prefetcher_.next(); }

 private:
  Prefetcher<SetBatch> prefetcher_;
};

}  // namespace odin::native
