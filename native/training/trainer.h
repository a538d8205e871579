#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "odin/native/training/batch_loader.h"
#include "odin/native/training/options.h"
#include "odin/nn/io/model_file.h"
#include "odin/nn/module.h"
#include "odin/nn/optim/ema.h"
#include "odin/nn/optim/schedule.h"
#include "odin/nn/optim/sgd.h"

namespace odin::native {

/// How far a training is, and the averages of the epoch under way.
struct TrainingProgress {
  std::int64_t epoch = 0;  ///< complete ones
  std::int64_t step = 0;   ///< complete ones of the epoch under way
  double loss_sum = 0;     ///< of the epoch's images so far
  std::int64_t correct = 0, seen = 0;

  double loss() const { return seen ? loss_sum / static_cast<double>(seen) : 0; }
  double accuracy() const {
    return seen ? static_cast<double>(correct) / static_cast<double>(seen) : 0;
  }
};

/// Trains a network on a data set with SGD. The same network, data, options and number of steps
/// give the same weights to the last bit, whether or not the training was stopped and resumed, on
/// any number of threads.
class Trainer {
 public:
  /// The network has its first weights already.
  Trainer(nn::Module& network, const Dataset& data, const Normalization& normalization,
          TrainingOptions options);

  const TrainingOptions& options() const { return options_; }
  const TrainingProgress& progress() const { return progress_; }
  std::int64_t steps_per_epoch() const;
  /// Of the step to come, and of the one before (of the first, before any).
  double learning_rate() const;
  double last_learning_rate() const;
  bool done() const { return progress_.epoch >= options_.epochs; }

  /// One batch. Throws, leaving the parameters as they were, when the loss or the clipped gradient
  /// is not finite. Returns true when an epoch is complete; progress() keeps its averages until the
  /// next step.
  bool step();
  /// In which step() has waited for images, in all.
  double waited_seconds() const { return loader_.waited_seconds(); }

  /// The moving averages of the weights; null without options().ema.
  const nn::Ema* ema() const { return ema_.get(); }

  /// Throws, naming the tensor and the step, when a weight is not finite.
  void check_finite();
  /// Everything that a resumed training needs, for write_safetensors; `info` describes the network.
  /// Throws as check_finite().
  nn::Safetensors checkpoint(const nn::ModelInfo& info);
  /// Throws, and changes nothing, unless the checkpoint is of such a network, these images and
  /// these options.
  void resume(const nn::Safetensors& checkpoint, const std::string& name);

 private:
  std::int64_t steps_done() const { return progress_.epoch * steps_per_epoch() + progress_.step; }
  std::string place() const;

  nn::Module& network_;
  const Dataset& data_;
  std::string data_fingerprint_;  ///< for checkpoints
  TrainingOptions options_;
  nn::Schedule schedule_;
  BatchLoader loader_;
  nn::Sgd sgd_;
  std::unique_ptr<nn::Ema> ema_;
  TrainingProgress progress_;
  bool epoch_ended_ = false;  ///< progress_ still has its averages
};

/// Which images the training in a checkpoint learns from, as a text to compare; empty when the file
/// is no checkpoint.
std::string images_of(const nn::Safetensors& checkpoint);

/// The share of the data set that the network, put into evaluation mode, classifies correctly.
/// `go_on` is told how many images are done; empty when it has returned false.
std::optional<double> accuracy(nn::Module& network, const Dataset& data,
                               const Normalization& normalization,
                               const std::function<bool(std::int64_t done)>& go_on = {});

}  // namespace odin::native
