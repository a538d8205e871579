#pragma once

#include "odin/autograd/variable.h"

namespace odin::autograd {

/// Batch normalization's running statistics [C]: handles to tensors whose elements are updated in
/// training.
struct RunningStats {
  Tensor mean, var;
};

struct BatchNormOptions {
  bool training = false;  ///< statistics of this batch, or the running ones
  double momentum = 0.1;  ///< running = (1 - momentum) running + momentum batch
  double epsilon = 1e-5;
  bool relu = false;  ///< max(., 0) of the result in the same pass over memory
};

/// gamma (x - mean) / sqrt(var + epsilon) + beta for each channel of x [N,C,H,W] (Ioffe & Szegedy
/// 2015). In training the variance is divided by N H W for the result and by N H W - 1 for the
/// running one, as PyTorch does. With `relu` it equals relu(batch_norm(...)).
Variable batch_norm(const Variable& x, const Variable& gamma, const Variable& beta,
                    const RunningStats& running, const BatchNormOptions& options);

}  // namespace odin::autograd
