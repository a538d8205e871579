#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "odin/nn/input_size.h"

namespace odin::native {

/// How a network is trained. Together with the first weights and the images they fix every weight
/// of the result.
struct TrainingOptions {
  std::int64_t epochs = 300;
  std::int64_t batch = 64;
  /// Pixels a side of what steps see of pictures.
  std::int64_t crop = nn::InputSize{}.height;
  std::int64_t cutout = 0;                       ///< pixels a side of the square hidden of that
  double learning_rate = 0.1;                    ///< the highest of the schedule
  std::string schedule = "step";                 ///< "step", "cosine" (down to 0) or "one-cycle"
  std::vector<double> milestones = {0.5, 0.75};  ///< step alone: fractions of the training
  double factor = 0.1;                           ///< step alone: at each milestone
  std::int64_t warmup_epochs = 0;                ///< linear from 0; one-cycle has a rise of its own
  double momentum = 0.9;                         ///< Nesterov's
  double weight_decay = 1e-4;
  bool decay_norms = true;     ///< false: no decay of batch normalisation and biases
  double ema = 0;              ///< decay of a moving average of the weights; 0: none
  double clip = 0;             ///< the longest gradient, all parameters together; 0: any
  double label_smoothing = 0;  ///< share of the target spread over all classes
  std::uint64_t seed = 1;      ///< of the first weights, the order and the augmentation
};

/// Throws Error unless every option is in its range.
void check(const TrainingOptions& options);

/// "step, x0.1 at 50% 75%", "cosine, 1 epoch of warm-up".
std::string schedule_in_words(const TrainingOptions& options);

/// "0.0005": six digits at most.
std::string short_number(double value);

}  // namespace odin::native
