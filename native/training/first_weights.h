#pragma once

#include <string>

#include "odin/native/training/settings.h"
#include "odin/nn/io/model_file.h"

namespace odin::native {

/// Sets the initial weights of the network described by `info`: random weights, those of a trained
/// model (`settings.from`) or those of a shallower one (`settings.grow`). Returns the training
/// record of that model (record.h); empty for random weights.
std::string set_first_weights(nn::Module& network, const TrainSettings& settings,
                              const nn::ModelInfo& info);

}  // namespace odin::native
