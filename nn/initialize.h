#pragma once

#include <cstdint>

namespace odin::nn {

class Module;

/// He initialization (He et al. 2015) as the published networks use it: convolution weights from a
/// normal distribution with mean 0 and variance 2 / (O KH KW); linear weights and biases uniform in
/// [-1 / sqrt(in), 1 / sqrt(in)]; batch-norm scales 1, shifts 0, running means 0 and variances 1.
/// The same seed gives the same network.
void initialize(Module& module, std::uint64_t seed);

}  // namespace odin::nn
