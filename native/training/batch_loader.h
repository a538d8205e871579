#pragma once

#include <cstdint>
#include <optional>

#include "odin/native/system/prefetcher.h"
#include "odin/native/training/batch.h"

namespace odin::native {

/// The batches of a training, prepared on a thread of their own while the network computes: those
/// of TrainingOrder to the last bit, wherever the training starts. An image takes two microseconds
/// of the thread and milliseconds of the network, so the thread rests nearly all the time.
class BatchLoader {
 public:
  /// The data set must outlive the loader. The last batch of an epoch holds what is left.
  BatchLoader(const Dataset& data, const Normalization& normalization, std::uint64_t seed,
              std::int64_t batch, Augmentation augmentation = {});

  std::int64_t steps_per_epoch() const;

  /// From now on next() gives the batches from step `first_step` of an epoch on (both counted from
  /// 0), and after the last one of an epoch those of the next: without end. Needed once, before the
  /// first next(); batches that were prepared for another place are dropped.
  void start(std::int64_t epoch, std::int64_t first_step);

  Batch next();

  /// How long next() has waited for batches since the loader was made.
  double waited_seconds() const;

 private:
  Batch prepare();

  TrainingOrder order_;
  std::int64_t images_, batch_;
  std::int64_t epoch_ = 0, step_ = 0;  // of the next batch to prepare; the thread's
  double waited_before_ = 0;           // until the last start()
  std::optional<Prefetcher<Batch>> prefetcher_;
};

}  // namespace odin::native
