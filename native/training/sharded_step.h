#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "odin/native/ranks/ranks.h"
#include "odin/native/training/batch.h"
#include "odin/native/training/sharding.h"
#include "odin/nn/module.h"

namespace odin::native {

/// The gradient of a batch that is cut into slices, each with batch statistics of its own: the sum
/// over the slices, in their order, so that its bits do not depend on how many ranks they are
/// divided among. If they are synchronized, the ranks' slices share their batch statistics instead,
/// and the gradient is that of the whole batch but for rounding. Gradients travel in buckets while the backward pass goes on. Not thread-safe.
class ShardedStep {
 public:
  /// Network and ranks must outlive it, and `sharding` is of these ranks. Throws unless the slices can be divided among the ranks and
  /// the network is of float32.
  ShardedStep(nn::Module& network, Ranks& ranks, Sharding sharding);
  ~ShardedStep();

  struct Result {
    double loss = 0;  ///< the mean over the whole batch
    std::int64_t correct = 0;
  };

  /// Sets grad() of the parameters to the gradient of the batch's mean loss, and the buffers
  /// (running statistics) to the means of what the slices made of them, weighted by their images.
  /// `own` are this rank's images, of a batch of `images`. If the loss is not finite, on any rank, no
  /// buffer changes.
  Result run(const Batch& own, std::int64_t images, double label_smoothing);

  /// The time for which run() has waited for other ranks.
  double waited_seconds() const { return waited_; }

 private:
  class Bucket;
  class SharedStatistics;
  struct Slice {
    double loss = 0;
    std::int64_t correct = 0;
  };

  Slice run_slice(const Batch& own, std::int64_t images, std::int64_t slice, double smoothing);
  void gradient_complete(autograd::Node& leaf, std::int64_t slice);
  void send_complete_buckets();
  void set_buffers(std::span<const float> values);
  std::vector<float> buffer_values(double weight) const;
  std::vector<float> sum_of_buffers();

  nn::Module& network_;
  Ranks& ranks_;
  Sharding sharding_;
  std::vector<std::unique_ptr<Bucket>> buckets_;  ///< in the order in which they are sent
  std::unordered_map<const autograd::Node*, Bucket*> bucket_of_;  ///< of each parameter
  std::size_t sent_ = 0;
  std::vector<std::vector<float>> buffer_slices_;
  std::unique_ptr<SharedStatistics> statistics_;  ///< null if slices have their own
  double waited_ = 0;
};

}  // namespace odin::native
