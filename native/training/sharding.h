#pragma once

#include <cstdint>

#include "odin/native/ranks/part.h"

namespace odin::native {

/// Where the images of a batch go: it is cut into `shards` slices of consecutive images, and each
/// rank computes as many consecutive slices. Slices differ by one image at most.
struct Sharding {
  std::int64_t shards = 1;
  int rank = 0, ranks = 1;  ///< shards is a multiple of ranks

  std::int64_t own_shards() const { return shards / ranks; }
  /// Those of this rank's slice number `own`, from 0, of a batch of `images`.
  Part own_shard(std::int64_t images, std::int64_t own) const {
    return part_of(images, rank * own_shards() + own, shards);
  }
  /// All images of this rank.
  Part own_images(std::int64_t images) const {
    const Part first = own_shard(images, 0), last = own_shard(images, own_shards() - 1);
    return {first.first, last.first + last.count - first.first};
  }
};

}  // namespace odin::native
