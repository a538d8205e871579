#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "odin/nn/features.h"
#include "odin/scores/rows.h"

namespace odin {

/// What scores are computed from: the results of one forward pass over N images, in double.
struct Outputs {
  Rows logits;    ///< f [N,K]
  Rows features;  ///< h [N,D], what the last layer reads (nn/features.h); empty if nobody asked
};

/// Throws if a logit or a feature is NaN or infinite. `features` may be undefined.
Outputs outputs_of(const tensor::Tensor& logits, const tensor::Tensor& features = {});

/// Whether scores have gradients. The page, which is downloaded, leaves them out.
#ifdef ODIN_NO_SCORE_GRADIENTS
inline constexpr bool kScoreGradients = false;
#else
inline constexpr bool kScoreGradients = true;
#endif

/// The gradients of a score with respect to what it is computed from, taken as independent.
struct OutputGradients {
  Rows logits;    ///< [N,K]; empty where the score does not look at them
  Rows features;  ///< [N,D]; likewise
};

/// A score: one number for each image, computed from the outputs of one forward pass. A higher one
/// means in-distribution. Immutable, so thread-safe; results do not depend on the number of threads.
class Score {
 public:
  virtual ~Score() = default;
  virtual std::vector<double> operator()(const Outputs& outputs) const = 0;
  /// Throws for scores without (has_gradient() in methods.h).
  virtual OutputGradients gradients(const Outputs& outputs) const;
};

/// A network's last layer in double: f = W h + b.
struct LinearHead {
  Rows weight;               ///< W [K,D]
  std::vector<double> bias;  ///< b [K]

  explicit LinearHead(const nn::LastLayer& last);
  /// The logits of these features [N,D].
  Rows logits(const Rows& features) const;
  /// The gradients with respect to the features [N,D] of a function with these with respect to
  /// logits() [N,K].
  Rows features_gradient(const Rows& logits_gradient) const {
    return times(logits_gradient, weight);
  }
};

// Of one row of logits.
double log_sum_exp(std::span<const double> logits, double temperature = 1);
std::vector<double> softmax(std::span<const double> logits, double temperature = 1);
std::int64_t argmax(std::span<const double> row);

/// log_sum_exp of each row: the energy score that many methods apply to changed logits.
std::vector<double> energies(const Rows& logits);
/// Their gradients: the softmax of each row.
Rows energy_gradients(const Rows& logits, double temperature = 1);

/// The q-th percentile, 0 to 100, interpolated linearly between the two values around it, as
/// NumPy's default is. Throws if there are no values.
double percentile(std::vector<double> values, double q);

/// Throws, naming the method, if a feature is below 0.
void require_no_negative(const std::string& method, const Rows& features);

}  // namespace odin
