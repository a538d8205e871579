#pragma once

#include <vector>

#include "odin/autograd/variable.h"
#include "odin/nn/module.h"
#include "odin/tensor/tensor.h"

// ODIN's two passes (Liang, Li, Srikant, ICLR 2018), shared by the detector, evaluation and tuning:
// a forward and a backward pass over the images, then a forward pass over the perturbed images.
// Images x [N,C,H,W] are normalized. The network must be in evaluation mode: only then are the
// images of a batch independent of one another, so that one backward pass computes the gradients of
// all. All functions are thread-safe.

namespace odin {

/// Throws unless epsilon is finite and 0 or more. The message begins with `op`.
void require_epsilon(const char* op, double epsilon);

/// One forward pass, from which gradients at several temperatures can be computed.
class FirstPass {
 public:
  FirstPass(const nn::Module& network, const tensor::Tensor& x, bool features = false);

  /// [N,D]; undefined if nobody asked for them
  tensor::Tensor features() const { return features_.value(); }
  const tensor::Tensor& logits() const { return logits_.value(); }  ///< [N, classes]
  const tensor::Tensor& labels() const { return labels_; }          ///< [N] int64: their argmax

  /// The gradient of -log S_label(x; T) with respect to x, shape of x. `last` frees the
  /// intermediate results; no other gradient can be computed after it.
  tensor::Tensor gradient(double temperature, bool last = true) const;
  /// The gradient with respect to x of a function of the logits and the features, from its own with
  /// respect to these: [N, classes] and [N,D]. Undefined ones count as 0, but not both.
  tensor::Tensor gradient_from(const tensor::Tensor& of_logits, const tensor::Tensor& of_features,
                               bool last = true) const;

 private:
  autograd::Variable input_, logits_, features_;
  tensor::Tensor labels_;
};

/// The results of the first pass.
struct InputGradient {
  tensor::Tensor logits;    ///< [N, classes]
  tensor::Tensor labels;    ///< [N] int64: argmax of the logits
  tensor::Tensor gradient;  ///< of -log S_label(x; T) with respect to x, shape of x
  tensor::Tensor features;  ///< [N,D] of the last layer, where they were asked for
};

/// Runs FirstPass and its gradient, with the images split over the worker threads. With `features`
/// also those (nn/features.h), for which it throws if the network has none.
InputGradient input_gradient(const nn::Module& network, const tensor::Tensor& x, double temperature,
                             bool features = false);

/// Direction of the perturbation: ODIN increases the score of the predicted class, FGSM decreases
/// it (Goodfellow, Shlens, Szegedy: "Explaining and Harnessing Adversarial Examples", ICLR 2015).
enum class Direction { odin, fgsm };

/// x - epsilon sign(gradient) / std for ODIN, x + epsilon sign(gradient) / std for FGSM, with the
/// gradient of -log S_label as above. epsilon is in units of pixels in [0, 1]; dividing by each
/// channel's std converts it to normalized pixels. As in the method's published code, the sign of
/// exactly 0 is +1 and the result is not clipped.
tensor::Tensor perturb(const tensor::Tensor& x, const tensor::Tensor& gradient, double epsilon,
                       const std::vector<double>& std, Direction direction = Direction::odin);

/// The perturbed images [N,C,H,W] and their logits [N, classes].
struct SecondPass {
  tensor::Tensor x, logits;
};

/// `logits` are those of x; they are returned without another pass if epsilon is 0.
SecondPass second_pass(const nn::Module& network, const tensor::Tensor& x,
                       const tensor::Tensor& logits, const tensor::Tensor& gradient, double epsilon,
                       const std::vector<double>& std, Direction direction = Direction::odin);

}  // namespace odin
