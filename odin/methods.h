#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "odin/nn/module.h"
#include "odin/tensor/tensor.h"

namespace odin {

/// Scores that tell in- from out-of-distribution images by the classifier alone. All are oriented so
/// that a higher score means in-distribution.
enum class Method {
  /// Liang, Li, Srikant: "Enhancing the Reliability of Out-of-distribution Image Detection in Neural
  /// Networks", ICLR 2018: max_i S_i(x~; T) after a step on the input.
  odin,
  /// The baseline, maximum softmax probability. Hendrycks, Gimpel: "A Baseline for Detecting
  /// Misclassified and Out-of-Distribution Examples in Neural Networks", ICLR 2017.
  msp,
  /// max_i f_i(x). Hendrycks et al.: "Scaling Out-of-Distribution Detection for Real-World
  /// Settings", ICML 2022.
  max_logit,
  /// T log sum_i exp(f_i(x) / T), the negative free energy. Liu, Wang, Owens, Li: "Energy-based
  /// Out-of-distribution Detection", NeurIPS 2020.
  energy,
  /// |d KL(uniform || S(x; T)) / d W|_1 for the weight W of the last layer. Huang, Geng, Li: "On the
  /// Importance of Gradients for Detecting Distributional Shifts in the Wild", NeurIPS 2021.
  gradnorm
};

/// "odin", "msp", "max-logit", "energy", "gradnorm".
const std::vector<std::string>& method_names();
std::string name_of(Method method);
/// Throws, listing the names, when it is none of them.
Method parse_method(std::string_view name);

// One score for each row of logits [N, classes]; in double. All throw unless every logit is finite.
std::vector<double> max_logit(const tensor::Tensor& logits);
std::vector<double> energy(const tensor::Tensor& logits, double temperature);

/// What gradnorm() looked at on the way.
struct GradNorm {
  tensor::Tensor logits;  ///< [N, classes]
  std::vector<double> scores;
};

/// For normalised images x [N,C,H,W]. The last layer's weight is the last parameter of shape
/// [classes, features]; throws when the network has none, or is not in evaluation mode.
GradNorm gradnorm(const nn::Module& network, const tensor::Tensor& x, double temperature);

}  // namespace odin
