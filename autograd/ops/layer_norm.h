#pragma once

#include "odin/autograd/variable.h"

// Normalizations whose statistics are those of each image, in training and evaluation alike. They
// are written with other operations, which have the gradients.

namespace odin::autograd {

/// gamma (x - mean) / sqrt(var + epsilon) + beta, with mean and biased variance over the last `dims`
/// dimensions (Ba et al. 2016). gamma and beta have the shape of these dimensions; an undefined beta
/// is 0.
Variable layer_norm(const Variable& x, int dims, const Variable& gamma, const Variable& beta,
                    double epsilon = 1e-5);

/// The same over the pixels of each of `groups` groups of channels of x [N,C,H,W] (Wu & He 2018);
/// gamma, beta [C]. Instance normalization is that of C groups.
Variable group_norm(const Variable& x, std::int64_t groups, const Variable& gamma,
                    const Variable& beta, double epsilon = 1e-5);

}  // namespace odin::autograd
