#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "odin/nn/module.h"
#include "odin/scores/fit.h"
#include "odin/scores/score.h"
#include "odin/tensor/tensor.h"

namespace odin {

/// Out-of-distribution scores of a trained classifier. All are oriented so that a higher score means
/// in-distribution. f are the logits, S(x; T) their softmax at temperature T. The formulas of those
/// without a comment, and what they have to know of training images, are in scores/make_scores.h.
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
  gradnorm,
  temp_scale,
  gen,
  kl_matching,
  mahalanobis,
  rmds,
  knn,
  vim,
  residual,
  react,
  dice,
  ash_p,
  ash_b,
  ash_s,
  scale,
  she,
  fdbd,
  nnguide
};

/// A hyper-parameter of a method.
struct MethodParameter {
  const char* name;
  double value;              ///< the default
  std::vector<double> grid;  ///< values to choose from on validation sets
};

struct MethodInfo {
  Method method;
  const char* name;      ///< "max-logit"
  const char* source;    ///< "Hendrycks et al. 2022"
  const char* looks_at;  ///< a sentence: what it takes for a sign of an image that it knows
  bool features;         ///< needs the penultimate features (nn/features.h)
  bool fit;              ///< needs statistics of training images (scores/fit.h)
  std::vector<MethodParameter> parameters;
};

/// All methods, in the order of the enum.
const std::vector<MethodInfo>& methods();
const MethodInfo& info_of(Method method);

/// Whether the method refuses features below 0.
bool needs_no_negative(Method method);

/// Whether the score has gradients (Score::gradients), so that a step can raise it. None has any in
/// a build without them (kScoreGradients).
bool has_gradient(Method method);

/// "odin", "msp", "max-logit", "energy", "gradnorm", ...
const std::vector<std::string>& method_names();
std::string name_of(Method method);
/// Throws for other names; the message lists the legal ones.
Method parse_method(std::string_view name);

/// A method with values of some of its hyper-parameters.
struct MethodChoice {
  MethodChoice(Method m = Method::odin) : method(m) {}

  Method method;
  std::map<std::string, double> values;

  friend bool operator==(const MethodChoice&, const MethodChoice&) = default;
};

/// "knn", "knn:k=100", "gen:gamma=0.5:m=10". Throws for unknown names and values that are no numbers.
MethodChoice parse_method_choice(std::string_view text);
std::string to_string(const MethodChoice& choice);

/// What a method may need besides the outputs of a forward pass. Null where it is not there.
struct ScoreContext {
  const LinearHead* head = nullptr;
  const Fit* fit = nullptr;
  double temperature = 1000;  ///< of Method::odin
};

/// The score of a method. Throws if the method needs what is not there, or for values of
/// hyper-parameters that cannot be. The one of Method::odin is of the outputs behind its step.
std::unique_ptr<Score> make_score(const MethodChoice& choice, const ScoreContext& context);

}  // namespace odin
