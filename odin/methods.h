#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "odin/nn/module.h"
#include "odin/tensor/tensor.h"

namespace odin {

/// Out-of-distribution scores computed from the classifier alone. All are oriented so that a higher
/// score means in-distribution. f are the logits, S(x; T) their softmax at temperature T.
enum class Method {
  /// max_i S_i(x~; T) with the perturbed image x~ (odin/detector.h). Liang, Li, Srikant: "Enhancing
  /// the Reliability of Out-of-distribution Image Detection in Neural Networks", ICLR 2018.
  odin,
  /// The baseline, maximum softmax probability: max_i S_i(x; 1). Hendrycks, Gimpel: "A Baseline for
  /// Detecting Misclassified and Out-of-Distribution Examples in Neural Networks", ICLR 2017.
  msp,
  /// max_i f_i(x). Hendrycks et al.: "Scaling Out-of-Distribution Detection for Real-World
  /// Settings", ICML 2022.
  max_logit,
  /// T log sum_i exp(f_i(x) / T), the negative free energy. Liu, Wang, Owens, Li: "Energy-based
  /// Out-of-distribution Detection", NeurIPS 2020.
  energy,
  /// |d KL(uniform || S(x; T)) / d W|_1, the L1 norm of the gradient with respect to the weight W
  /// of the last layer. Huang, Geng, Li: "On the Importance of Gradients for Detecting
  /// Distributional Shifts in the Wild", NeurIPS 2021.
  gradnorm
};

/// "odin", "msp", "max-logit", "energy", "gradnorm".
const std::vector<std::string>& method_names();
std::string name_of(Method method);
/// Throws for other names; the message lists the legal ones.
Method parse_method(std::string_view name);

// One score for each row of logits [N, classes], computed in double. They throw unless every logit
// is finite. Thread-safe.
std::vector<double> max_logit(const tensor::Tensor& logits);
std::vector<double> energy(const tensor::Tensor& logits, double temperature);

/// The result of gradnorm().
struct GradNorm {
  tensor::Tensor logits;  ///< [N, classes]
  std::vector<double> scores;
};

/// GradNorm's scores of normalized images x [N,C,H,W]. The last layer's weight is the last
/// parameter of shape [classes, features]. Throws if the network has no such parameter or is not in
/// evaluation mode. Thread-safe.
GradNorm gradnorm(const nn::Module& network, const tensor::Tensor& x, double temperature);

}  // namespace odin
