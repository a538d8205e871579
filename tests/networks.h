#pragma once

#include <memory>

#include "odin/nn/models/make_model.h"
#include "odin/normalization.h"
#include "odin/tests/device.h"

namespace odin::tests {

/// The normalization for networks with random weights.
inline const Normalization kNormalization{{0.5, 0.4, 0.3}, {0.25, 0.2, 0.3}};

/// A network with fixed random weights and 10 classes, in evaluation mode, on the tests' device.
inline std::unique_ptr<nn::Module> network_of(const char* architecture) {
  auto network = nn::make_model(architecture, 10);
  nn::initialize(*network, 2);
  network->to(device());
  return network;
}

inline std::unique_ptr<nn::Module> small_network() { return network_of("densenet-bc-16-4"); }

}  // namespace odin::tests
