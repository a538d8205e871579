#pragma once

#include <functional>
#include <string>

#include "odin/native/batch.h"
#include "odin/native/labelled_images.h"
#include "odin/nn/io/model_file.h"
#include "odin/nn/module.h"
#include "odin/nn/optim/sgd.h"

namespace odin::native {

struct TrainingOptions {
  std::int64_t epochs = 300;
  std::int64_t batch = 64;
  double learning_rate = 0.1;
  std::string schedule = "step";   ///< "step": a tenth at 50% and 75%; "cosine": down to 0
  std::int64_t warmup_epochs = 0;  ///< cosine only: linear from 0
  double momentum = 0.9;
  double weight_decay = 1e-4;
  std::uint64_t seed = 1;
};

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
/// give the same weights to the last bit, whether or not the training was stopped and resumed.
class Trainer {
 public:
  Trainer(nn::Module& network, const Dataset& data, Normalization normalization,
          TrainingOptions options);

  const TrainingOptions& options() const { return options_; }
  const TrainingProgress& progress() const { return progress_; }
  std::int64_t steps_per_epoch() const;
  double learning_rate() const;
  bool done() const { return progress_.epoch >= options_.epochs; }

  /// One batch. Throws, leaving the weights as they were, when the loss is not finite. Returns true
  /// when an epoch is complete; progress() keeps its averages until the next step.
  bool step();

  /// Everything that a resumed training needs, for write_safetensors; `info` describes the network.
  nn::Safetensors checkpoint(const nn::ModelInfo& info) const;
  /// Throws unless the checkpoint is of this architecture, data set size and options.
  void resume(const nn::Safetensors& checkpoint, const std::string& name);

 private:
  std::string fingerprint() const;

  nn::Module& network_;
  const Dataset& data_;
  TrainingOptions options_;
  TrainingOrder order_;
  nn::Sgd sgd_;
  TrainingProgress progress_;
  bool epoch_just_ended_ = false;
};

/// The share of the data set that the network, put into evaluation mode, classifies correctly.
double accuracy(nn::Module& network, const Dataset& data, const Normalization& normalization,
                const std::function<void(std::int64_t done)>& progress = {});

}  // namespace odin::native
