#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "odin/scores/feature_histogram.h"
#include "odin/scores/fit.h"
#include "odin/scores/score.h"
#include "odin/scores/seeded_sample.h"

namespace odin {

struct FitOptions {
  std::int64_t bank = 10000;  ///< images whose features are kept, at most
  std::uint64_t seed = 1;     ///< decides which
};

/// What a Fitter found, to be told.
struct FitSummary {
  std::int64_t images = 0, validation_images = 0;  ///< 0: the same images
  std::int64_t bank = 0, features = 0;
  bool labels = false;        ///< whether all images had one
  std::int64_t rank = 0;      ///< of the covariance shared by the classes; 0 without labels
  std::int64_t rank_all = 0;  ///< of the covariance of all
  std::vector<std::int64_t> empty_classes;        ///< without images
  std::vector<std::int64_t> never_right_classes;  ///< without an image that was classified right
  std::optional<double> temperature;
};

/// Computes a Fit in one pass over the outputs for training images, whose number does not change
/// the memory it takes: moments in double around the mean of the first batch, a bounded sample of
/// images, a histogram of the features. Results do not depend on the number of threads.
class Fitter {
 public:
  Fitter(const nn::LastLayer& last, FitOptions options);

  /// `numbers` are the images' positions in their set, by which the bank is chosen; `labels` their
  /// true classes, empty where unknown.
  void add(const Outputs& outputs, std::span<const std::int64_t> numbers,
           std::span<const std::optional<std::int64_t>> labels);
  /// Outputs for images apart from the training's, from which the calibrated temperature and the
  /// mean softmax then come: on images that it has learned a network is too sure.
  void add_validation(const Outputs& outputs, std::span<const std::int64_t> numbers,
                      std::span<const std::optional<std::int64_t>> labels);

  /// Throws if there were fewer than two images. `record` goes into the Fit.
  Fit finish(const std::string& record);
  /// After finish().
  const FitSummary& summary() const { return summary_; }

 private:
  /// An image of the bank.
  struct Banked {
    std::vector<double> features;
    double energy, max_logit;
  };
  struct Labelled {
    std::vector<float> logits;
    std::int64_t label;
  };
  /// For temperature and mean softmax.
  struct Softmaxes {
    SeededSample<Labelled> sample;
    Rows sums;                   ///< [K,K]: of the softmax, by predicted class
    std::vector<double> counts;  ///< [K]
    std::int64_t images = 0;
    bool labels = true;
  };

  void add_softmaxes(Softmaxes& to, const Outputs& outputs, std::span<const std::int64_t> numbers,
                     std::span<const std::optional<std::int64_t>> labels) const;
  void add_moments(const Outputs& outputs, std::span<const std::optional<std::int64_t>> labels);
  void put_means(nn::StateDict& to);
  void put_covariances(nn::StateDict& to);
  void put_softmaxes(nn::StateDict& to);
  void put_bank(nn::StateDict& to, const Rows& principal, const std::vector<double>& origin);

  LinearHead head_;
  FitOptions options_;
  std::int64_t classes_, features_;
  std::int64_t images_ = 0;
  bool labels_ = true;
  std::vector<double> shift_, sum_;  ///< of h - shift
  Rows squares_;                     ///< sum of (h - shift)(h - shift)^T
  Rows class_sums_, correct_sums_;   ///< [K,D] of h - shift; of h
  std::vector<double> class_counts_, correct_counts_;
  FeatureHistogram histogram_;
  SeededSample<Banked> bank_;
  Softmaxes training_, validation_;
  FitSummary summary_;
};

}  // namespace odin
