#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "odin/native/training/batch_loader.h"
#include "odin/native/training/options.h"
#include "odin/native/training/sharded_step.h"
#include "odin/nn/io/model_file.h"
#include "odin/nn/module.h"
#include "odin/nn/optim/ema.h"
#include "odin/nn/optim/schedule.h"
#include "odin/nn/optim/sgd.h"

namespace odin::native {

/// The progress of a training, and the sums over the current epoch.
struct TrainingProgress {
  std::int64_t epoch = 0;  ///< number of complete epochs
  std::int64_t step = 0;   ///< number of complete steps in the current epoch
  double loss_sum = 0;     ///< over the epoch's images so far
  std::int64_t correct = 0, seen = 0;

  double loss() const { return seen ? loss_sum / static_cast<double>(seen) : 0; }
  double accuracy() const {
    return seen ? static_cast<double>(correct) / static_cast<double>(seen) : 0;
  }
};

/// Trains a network on a data set with SGD. Deterministic: the same network, data, options and
/// number of steps give bit-identical weights, on any number of threads and ranks, also if the
/// training is stopped and resumed. Not thread-safe.
class Trainer {
 public:
  /// The network must have its initial weights. Network, data and ranks must outlive the trainer.
  /// With several ranks each has a trainer of the same network, data and options, and step() is
  /// collective.
  Trainer(nn::Module& network, const Dataset& data, const Normalization& normalization,
          TrainingOptions options, Ranks& ranks = one_rank());

  const TrainingOptions& options() const { return options_; }
  const TrainingProgress& progress() const { return progress_; }
  std::int64_t steps_per_epoch() const;
  /// The learning rate of the next step, and of the previous step (of the first, before any).
  double learning_rate() const;
  double last_learning_rate() const;
  bool done() const { return progress_.epoch >= options_.epochs; }

  /// Trains on one batch. Throws, without changing the parameters, if the loss or the clipped
  /// gradient is not finite. Returns true if an epoch is complete; progress() keeps its means until
  /// the next step.
  bool step();
  /// The total time for which step() has waited for images.
  double waited_seconds() const { return loader_.waited_seconds(); }
  /// The total time for which step() has waited for other ranks.
  double waited_for_ranks() const { return sharded_ ? sharded_->waited_seconds() : 0; }

  /// What has to be the same on all ranks for them to train one network: options and images.
  std::string identity() const;

  /// The moving averages of the weights; null without options().ema.
  const nn::Ema* ema() const { return ema_.get(); }

  /// Throws, naming the tensor and the step, if a weight is not finite.
  void check_finite();
  /// The complete state for resuming, to be written with write_safetensors; `info` describes the
  /// network. Throws as check_finite().
  nn::Safetensors checkpoint(const nn::ModelInfo& info);
  /// Restores the state of a checkpoint. Throws, and changes nothing, unless it is of the same
  /// architecture, images and options; errors begin with `name`.
  void resume(const nn::Safetensors& checkpoint, const std::string& name);

 private:
  std::int64_t steps_done() const { return progress_.epoch * steps_per_epoch() + progress_.step; }
  ShardedStep::Result whole_batch(const Batch& batch);
  void check_loss(double loss) const;
  std::string place() const;
  bool is_possible(const TrainingProgress& progress, bool epoch_ended) const;

  nn::Module& network_;
  const Dataset& data_;
  std::string data_fingerprint_;  ///< identifies the images in checkpoints
  TrainingOptions options_;
  nn::Schedule schedule_;
  std::unique_ptr<ShardedStep> sharded_;  ///< null if batches stay whole
  BatchLoader loader_;
  nn::Sgd sgd_;
  std::unique_ptr<nn::Ema> ema_;
  TrainingProgress progress_;
  bool epoch_ended_ = false;  ///< progress_ still has the sums of the complete epoch
};

/// A text that identifies the training images of a checkpoint, for comparison; empty if the file is
/// not a checkpoint.
std::string images_of(const nn::Safetensors& checkpoint);

/// The accuracy of the network on the data set, a fraction. Puts the network into evaluation mode.
/// `go_on` is called with the number of images done; if it returns false, the result is empty.
/// Several ranks divide the images, and all get the result.
std::optional<double> accuracy(nn::Module& network, const Dataset& data,
                               const Normalization& normalization,
                               const std::function<bool(std::int64_t done)>& go_on = {},
                               Ranks& ranks = one_rank());

}  // namespace odin::native
