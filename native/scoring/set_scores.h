#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "odin/methods.h"
#include "odin/native/sets/data_set.h"
#include "odin/native/sets/set_reader.h"
#include "odin/nn/module.h"
#include "odin/normalization.h"

namespace odin::native {

struct ScoringOptions {
  Method method = Method::odin;
  double temperature = 1000;  ///< of odin, energy and gradnorm
  /// odin only: steps to score each image with. One forward and one backward pass serve all of
  /// them; each that is not 0 costs one more forward pass.
  std::vector<double> epsilons{0.0014};
  std::int64_t batch = 64;
};

/// What was found out about the images of a set, in their order.
struct SetScores {
  std::vector<std::int64_t> numbers;  ///< each image's in the set: unreadable ones are missing
  std::vector<std::int64_t> predictions;
  std::vector<double> baseline;             ///< maximum softmax at T = 1
  std::vector<std::vector<double>> scores;  ///< the method's, a list for each epsilon
  /// odin only: the sum of |gradient of -log S_label(x; T)| with respect to the normalised pixels.
  std::vector<double> gradient_norms;
  std::int64_t classes = 0;
  std::vector<float> logits;  ///< [image][class], of the images as they are
  std::int64_t skipped = 0;   ///< images that could not be read
  double seconds = 0;

  std::int64_t size() const { return static_cast<std::int64_t>(numbers.size()); }
  /// As [images, classes].
  tensor::Tensor logits_tensor() const { return tensor::Tensor::from(logits, {size(), classes}); }
};

/// Scores images as the options say. Thread-safe, as odin::Detector.
class Scorer {
 public:
  /// Throws when the options make no sense, or the network is not in evaluation mode.
  Scorer(const nn::Module& network, Normalization normalization, ScoringOptions options);

  /// Appends what the images of one batch give.
  void score(const SetBatch& batch, SetScores& into) const;

  const ScoringOptions& options() const { return options_; }

 private:
  void score_with_steps(const tensor::Tensor& x, SetScores& into) const;
  void score_at_once(const tensor::Tensor& x, SetScores& into) const;

  const nn::Module& network_;
  Normalization normalization_;
  ScoringOptions options_;
};

/// What happens on the way through a set.
struct ScoringEvents {
  std::function<void(std::int64_t images)> progress;  ///< read so far, unreadable ones included
  std::function<void(const std::string& line)> skipped;
};

/// Scores images [first, last) of the set; throws when not one of them can be read.
SetScores score_set(const Scorer& scorer, const ImageSet& set, std::int64_t first,
                    std::int64_t last, const ScoringEvents& events = {});

/// The share of the images that were classified as they are labelled; empty without labels.
std::optional<double> accuracy(const ImageSet& set, const SetScores& scores);

}  // namespace odin::native
