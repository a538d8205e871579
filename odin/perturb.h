#pragma once

#include <vector>

#include "odin/autograd/variable.h"
#include "odin/nn/module.h"
#include "odin/tensor/tensor.h"

// ODIN's two passes (Liang, Li, Srikant, ICLR 2018), for the detector, evaluation and tuning alike:
// a forward and a backward pass over the images, then a forward pass over the images after a step.
// Images are normalized, x [N,C,H,W]. The network must be in evaluation mode: then no image's loss
// depends on another image, and the gradients are separate although they are computed together.
// All functions are thread-safe.

namespace odin {

/// Throws, beginning with the operation, unless epsilon is 0 or more and finite.
void require_epsilon(const char* op, double epsilon);

/// One forward pass, from which gradients at several temperatures can be had.
class FirstPass {
 public:
  FirstPass(const nn::Module& network, const tensor::Tensor& x);

  const tensor::Tensor& logits() const { return logits_.value(); }  ///< [N, classes]
  const tensor::Tensor& labels() const { return labels_; }          ///< [N] int64: their argmax

  /// Of -log S_label(x; T) with respect to x, shape of x. `last` frees what is kept for more.
  tensor::Tensor gradient(double temperature, bool last = true) const;

 private:
  autograd::Variable input_, logits_;
  tensor::Tensor labels_;
};

/// What one look at the images gives: the network's answer, and where its confidence falls.
struct InputGradient {
  tensor::Tensor logits;    ///< [N, classes]
  tensor::Tensor labels;    ///< [N] int64: argmax of the logits
  tensor::Tensor gradient;  ///< of -log S_label(x; T) with respect to x, shape of x
};

/// FirstPass and its gradient, for parts of the images on several threads.
InputGradient input_gradient(const nn::Module& network, const tensor::Tensor& x,
                             double temperature);

/// Where a step leads: with ODIN the score of the predicted class grows, with FGSM (Goodfellow,
/// Shlens, Szegedy: "Explaining and Harnessing Adversarial Examples", ICLR 2015) it falls.
enum class Direction { odin, fgsm };

/// x - epsilon sign(gradient) / std, with the gradient of -log S_label as above: a step up the score
/// of the predicted class (FGSM adds). epsilon is in units of pixels in [0, 1]; the division carries
/// it into the normalized space. As in the method's published code the sign of exactly 0 is +1, and
/// the result is not clipped.
tensor::Tensor perturb(const tensor::Tensor& x, const tensor::Tensor& gradient, double epsilon,
                       const std::vector<double>& std, Direction direction = Direction::odin);

/// The images after the step, and what the network says to them.
struct SecondPass {
  tensor::Tensor x, logits;
};

/// `logits` are the network's for x, which are the result's too where epsilon is 0.
SecondPass second_pass(const nn::Module& network, const tensor::Tensor& x,
                       const tensor::Tensor& logits, const tensor::Tensor& gradient, double epsilon,
                       const std::vector<double>& std, Direction direction = Direction::odin);

}  // namespace odin
