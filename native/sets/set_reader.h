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
  tensor::Tensor images;              ///< [n,C,H,W] of pixels in [0,1], as a Detector takes them;
                                      ///< undefined if there are none
  std::vector<std::int64_t> numbers;  ///< positions of the images in the set
  std::vector<std::string> skipped;  ///< one line for each unreadable image met in making the batch
};

/// Reads images [first, last) of a set in order, in batches of images of one size. A worker thread
/// reads and decodes some batches ahead, concurrently with the caller's work. Unreadable images are
/// left out and reported; batches are filled up with the images that follow. Not thread-safe.
class SetReader {
 public:
  /// The set must outlive the reader. Without a number of images a batch is as many as take about
  /// as much memory as `of_small` of 32x32 (nn::images_at_once).
  SetReader(const ImageSet& set, std::int64_t first, std::int64_t last,
            std::optional<std::int64_t> batch = {}, std::int64_t of_small = 64);

  /// The next batch; nothing at the end. Only the last batch has fewer images (possibly none, if
  /// the remaining images are unreadable), and one that is followed by an image of another size.
  std::optional<SetBatch> next() { return prefetcher_.next(); }

 private:
  Prefetcher<SetBatch> prefetcher_;
};

}  // namespace odin::native
