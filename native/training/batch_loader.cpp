#include "odin/native/training/batch_loader.h"

#include <algorithm>

namespace odin::native {
namespace {

constexpr std::size_t kBatchesAhead = 2;

}  // namespace

BatchLoader::BatchLoader(const Dataset& data, const Normalization& normalization,
                         std::uint64_t seed, std::int64_t batch, Augmentation augmentation,
                         Sharding sharding)
    : order_(data, normalization, seed, augmentation),
      images_(data.size()),
      batch_(batch),
      sharding_(sharding) {
  require(images_ > 0, "batches: the data set is empty");
  require(batch > 0, "batches: expected a batch of 1 image or more, got ", batch);
}

std::int64_t BatchLoader::steps_per_epoch() const { return (images_ + batch_ - 1) / batch_; }

void BatchLoader::start(std::int64_t epoch, std::int64_t first_step) {
  require(epoch >= 0 && first_step >= 0 && first_step < steps_per_epoch(), "batches: no step ",
          first_step, " in epoch ", epoch, " (both from 0): an epoch has ", steps_per_epoch());
  waited_before_ = waited_seconds();
  prefetcher_.reset();
  epoch_ = epoch;
  step_ = first_step;
  order_.start_epoch(epoch);
  prefetcher_.emplace([this] { return prepare(); }, kBatchesAhead);
}

Batch BatchLoader::next() {
  require(prefetcher_.has_value(), "batches: start() comes before next()");
  return *prefetcher_->next();
}

double BatchLoader::waited_seconds() const {
  return waited_before_ + (prefetcher_ ? prefetcher_->waited_seconds() : 0);
}

Batch BatchLoader::prepare() {
  if (step_ == steps_per_epoch()) {
    order_.start_epoch(++epoch_);
    step_ = 0;
  }
  const std::int64_t first = batch_ * step_++;
  const Part own = sharding_.own_images(std::min(batch_, images_ - first));
  if (own.count == 0) return {};
  return order_.batch(first + own.first, own.count);
}

}  // namespace odin::native
