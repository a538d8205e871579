#pragma once

#include "odin/autograd/variable.h"

namespace odin::autograd {

/// The running statistics of a batch normalization, [C]. The tensors are handles: training updates
/// their elements in place, which is not thread-safe.
struct RunningStats {
  Tensor mean, var;
};

struct BatchNormOptions {
  bool training = false;  ///< use the batch's statistics, else the running ones
  double momentum = 0.1;  ///< running = (1 - momentum) running + momentum batch
  double epsilon = 1e-5;
  bool relu = false;  ///< fuse the ReLU: max(., 0) of the result
};

/// gamma (x - mean) / sqrt(var + epsilon) + beta for each channel of x [N,C,H,W] (Ioffe & Szegedy
/// 2015); gamma, beta [C]. As in PyTorch, training normalizes with the variance divided by N H W,
/// but updates the running variance with the one divided by N H W - 1. With options.relu, ReLU is
/// fused: the result is relu(batch_norm(...)).
Variable batch_norm(const Variable& x, const Variable& gamma, const Variable& beta,
                    const RunningStats& running, const BatchNormOptions& options);

}  // namespace odin::autograd
