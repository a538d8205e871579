#pragma once

#include <cstdint>

#include "odin/native/ranks/part.h"

namespace odin::native {

/// Where the images of a batch go: it is cut into `shards` slices of consecutive images, and each
/// rank computes as many consecutive slices. Slices differ by one image at most.
struct Sharding {
  std::int64_t shards = 1;
  int rank = 0, ranks = 1;  ///< shards is a multiple of ranks
  /// Batch statistics over all ranks, each of which has one slice.
  bool synchronized = false;

  std::int64_t own_shards() const { return shards / ranks; }
  /// Those of this rank's slice number `own`, from 0, of a batch of `images`.
  Part own_shard(std::int64_t images, std::int64_t own) const {
    if (repeats(images)) return {0, images};
    return part_of(images, rank * own_shards() + own, shards);
  }
  /// Of a batch with fewer images than ranks some would have none to take part in the statistics
  /// with: there every rank computes all of them.
  bool repeats(std::int64_t images) const { return synchronized && images < ranks; }
  /// What a slice of so many images counts for in the mean over the batch.
  double weight(std::int64_t slice_images, std::int64_t images) const {
    return repeats(images) ? 1.0 / ranks
                           : static_cast<double>(slice_images) / static_cast<double>(images);
  }
  /// All images of this rank.
  Part own_images(std::int64_t images) const {
    const Part first = own_shard(images, 0), last = own_shard(images, own_shards() - 1);
    return {first.first, last.first + last.count - first.first};
  }
};

}  // namespace odin::native
