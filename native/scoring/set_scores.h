#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/method_scorer.h"
#include "odin/methods.h"
#include "odin/native/scoring/batch_rows.h"
#include "odin/native/sets/data_set.h"
#include "odin/native/sets/set_reader.h"
#include "odin/nn/module.h"
#include "odin/normalization.h"

namespace odin::native {

struct ScoringOptions {
  MethodChoice method = Method::odin;
  double temperature = 1000;  ///< of odin and of the step
  /// odin only: the epsilons to score each image with. All share one forward and one backward pass;
  /// each epsilon > 0 takes one more forward pass.
  std::vector<double> epsilons{0.0014};
  std::optional<std::int64_t> batch = {};  ///< as of SetReader
  const Fit* fit = nullptr;                ///< of the model, for methods that need one
  nn::InputSize input = {};                ///< of the network
  Step step = Step::none;                  ///< of the only epsilon, before a method other than odin
};

/// The results for the images of a set, in the order of the set.
struct SetScores {
  std::vector<std::int64_t> numbers;  ///< positions in the set; unreadable images are left out
  std::vector<std::int64_t> predictions;
  std::vector<double> baseline;             ///< maximum softmax at T = 1
  std::vector<std::vector<double>> scores;  ///< [epsilon][image], of the method
  /// odin only: L1 norm of the gradient of -log S_label(x; T) with respect to the normalized
  /// pixels.
  std::vector<double> gradient_norms;
  std::int64_t classes = 0;
  std::vector<float> logits;  ///< [image][class], of the unperturbed images
  std::int64_t skipped = 0;   ///< number of images that could not be read
  double seconds = 0;

  std::int64_t size() const { return static_cast<std::int64_t>(numbers.size()); }
  /// The logits as a tensor [images, classes].
  tensor::Tensor logits_tensor() const { return tensor::Tensor::from(logits, {size(), classes}); }
};

/// Scores images by one of the methods (odin/methods.h). Thread-safe.
class Scorer {
 public:
  /// The network must outlive the scorer. Throws for invalid options and unless the network is in
  /// evaluation mode.
  Scorer(const nn::Module& network, Normalization normalization, ScoringOptions options);

  /// Appends the results for one batch to `into`.
  void score(const SetBatch& batch, SetScores& into) const;

  const ScoringOptions& options() const { return options_; }

 private:
  void score_with_steps(const tensor::Tensor& x, SetScores& into) const;
  void score_at_once(const tensor::Tensor& x, SetScores& into) const;

  const nn::Module& network_;
  Normalization normalization_;
  ScoringOptions options_;
  std::unique_ptr<MethodScorer> methods_;  ///< for all but odin
};

/// Scores images [first, last) of the set, which several ranks divide. Throws if none of them can be
/// read.
SetScores score_set(const Scorer& scorer, const ImageSet& set, std::int64_t first,
                    std::int64_t last, const ScoringEvents& events = {}, Ranks& ranks = one_rank());

/// The classification accuracy, a fraction of the images with a label; empty if none has one.
std::optional<double> accuracy(const ImageSet& set, const SetScores& scores);

}  // namespace odin::native
