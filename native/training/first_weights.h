#pragma once

#include <string>

#include "odin/native/training/settings.h"
#include "odin/nn/io/model_file.h"

namespace odin::native {

/// Gives the network, which is to become `info`, the weights that its training begins with: random
/// ones, those of a trained model (`settings.from`), or a shallower one's (`settings.grow`). Returns
/// that model's training record (record.h).
std::string set_first_weights(nn::Module& network, const TrainSettings& settings,
                              const nn::ModelInfo& info);

}  // namespace odin::native
