#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "odin/nn/input_size.h"

namespace odin::native {

/// How a network is trained. The options, the initial weights and the images determine every weight
/// of the result.
struct TrainingOptions {
  std::int64_t epochs = 300;
  std::int64_t batch = 64;
  /// "shift": a random square of each image, which is padded. "resized-crop": a random part of it,
  /// resized to a square (random_part.h).
  std::string augment = "shift";
  /// Side of that square in pixels.
  std::int64_t crop = nn::InputSize{}.height;
  std::int64_t cutout = 0;                       ///< side of the cutout square in pixels; 0: none
  bool mirror = true;                            ///< mirror each image with probability 1/2
  double learning_rate = 0.1;                    ///< the maximum of the schedule
  std::string schedule = "step";                 ///< "step", "cosine" (down to 0) or "one-cycle"
  std::vector<double> milestones = {0.5, 0.75};  ///< "step" only: fractions of the training
  double factor = 0.1;                           ///< "step" only: factor at each milestone
  std::int64_t warmup_epochs = 0;                ///< linear from 0; not for "one-cycle"
  double momentum = 0.9;                         ///< Nesterov momentum
  double weight_decay = 1e-4;
  bool decay_norms = true;     ///< false: no weight decay of batch normalization and biases
  double ema = 0;              ///< decay of a moving average of the weights; 0: none
  double clip = 0;             ///< maximum norm of the gradient of all parameters; 0: no clipping
  double label_smoothing = 0;  ///< part of the target that is spread over all classes
  /// Slices that a batch is cut into, each with batch statistics of its own (sharded_step.h). What a
  /// training comes to depends on it, and not on the number of ranks that the slices are divided
  /// among.
  std::int64_t shards = 1;
  /// Instead of shards: batch statistics over all ranks. A training comes to what it comes to on one
  /// rank, but for rounding, which depends on the number of ranks.
  bool sync_norm = false;
  std::uint64_t seed = 1;  ///< for the initial weights, the order and the augmentation
};

/// Throws Error unless every option is in its range, for images of `size` pixels a side.
void check(const TrainingOptions& options, std::int64_t size);

/// "step, x0.1 at 50% 75%", "cosine, 1 epoch of warm-up".
std::string schedule_in_words(const TrainingOptions& options);

/// "0.0005": six digits at most.
std::string short_number(double value);

}  // namespace odin::native
