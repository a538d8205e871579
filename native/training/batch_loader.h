#pragma once

#include <cstdint>
#include <optional>

#include "odin/native/system/prefetcher.h"
#include "odin/native/training/batch.h"
#include "odin/native/training/sharding.h"

namespace odin::native {

/// Prepares the batches of a training in a worker thread while the network computes. They are
/// bit-identical to those of TrainingOrder, wherever the training starts. Preparing an image takes
/// about two microseconds and training on it milliseconds, so one worker thread suffices. Not
/// thread-safe.
class BatchLoader {
 public:
  /// The data set must outlive the loader. The last batch of an epoch has the remaining images. Of
  /// each batch only this rank's images are prepared; there may be none of a small batch.
  BatchLoader(const Dataset& data, const Normalization& normalization, std::uint64_t seed,
              std::int64_t batch, Augmentation augmentation = {}, Sharding sharding = {});

  std::int64_t steps_per_epoch() const;

  /// Makes next() return the batches from step `first_step` of `epoch` on (both counted from 0),
  /// continuing into the next epochs without end. Must be called before the first next(); batches
  /// prepared for another position are dropped.
  void start(std::int64_t epoch, std::int64_t first_step);

  Batch next();

  /// The total time for which next() has waited for batches.
  double waited_seconds() const;

 private:
  Batch prepare();

  TrainingOrder order_;
  std::int64_t images_, batch_;
  Sharding sharding_;
  std::int64_t epoch_ = 0, step_ = 0;  // of the next batch to prepare; used by the worker thread
  double waited_before_ = 0;           // seconds waited before the last start()
  std::optional<Prefetcher<Batch>> prefetcher_;
};

}  // namespace odin::native
