#pragma once

#include <vector>

#include "odin/nn/module.h"
#include "odin/tensor/tensor.h"

namespace odin {

/// What one look at the images gives: the network's answer, and where its confidence grows.
struct InputGradient {
  tensor::Tensor logits;    ///< [N, classes]
  tensor::Tensor labels;    ///< [N] int64: argmax of the logits
  tensor::Tensor gradient;  ///< of -log S_label(x; T) with respect to x, shape of x
};

/// One forward and one backward pass for normalised images x [N,C,H,W]. The images' gradients are
/// separate although they are computed together: no image's loss depends on another image, since
/// the network must be in evaluation mode.
InputGradient input_gradient(nn::Module& network, const tensor::Tensor& x, double temperature);

/// Where a step leads: with ODIN the score of the predicted class grows, with FGSM (Goodfellow,
/// Shlens, Szegedy: "Explaining and Harnessing Adversarial Examples", ICLR 2015) it falls.
enum class Direction { odin, fgsm };

/// x - epsilon sign(gradient) / std: a step up the score of the predicted class (FGSM adds).
/// epsilon is in units of pixels in [0, 1]; the division carries it into the normalised space. As
/// in the method's published code the sign of exactly 0 is +1, and the result is not clipped.
tensor::Tensor perturb(const tensor::Tensor& x, const tensor::Tensor& gradient, double epsilon,
                       const std::vector<double>& std, Direction direction = Direction::odin);

}  // namespace odin
