#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/scoring/set_scores.h"
#include "odin/native/sets/data_set.h"
#include "odin/nn/io/model_file.h"
#include "odin/scores/fitter.h"

namespace odin::native {

struct FittingOptions {
  std::string model;       ///< as on the command line
  std::string in;          ///< SET of training images
  std::string validation;  ///< SET of images apart from these; may be empty
  std::int64_t bank = 10000;
  std::optional<std::int64_t> limit, batch;  ///< as of EvaluationOptions
  std::uint64_t seed = 1;
  tensor::Device device = tensor::Device::cpu;
  Ranks* ranks = &one_rank();
};

/// Computes what scores need of training images and stores it in a model file: one pass over the
/// images, whose number does not change the memory it takes. With a validation set the thresholds
/// that accept 95% of its images are found by a pass over it.
class Fitting {
 public:
  /// Loads the model and opens the sets. Throws if anything is wrong with them, among others if the
  /// images are of other classes than the network's.
  explicit Fitting(FittingOptions options);

  std::int64_t image_count() const;
  /// Lines about the sets.
  std::vector<std::string> notes() const;
  std::vector<std::string> conversions() const;

  /// Runs through the images.
  void run(const ScoringEvents& events);
  /// After run(): lines about what was found.
  std::vector<std::string> findings() const;
  /// After run(): writes the model with the fit. `to` may be the model's own file.
  void save(const std::filesystem::path& to) const;

  const std::filesystem::path& model_file() const { return model_file_; }

 private:
  std::unique_ptr<ImageSet> open(const std::string& name);
  void require_labels_of_network(const ImageSet& set, const std::string& name) const;
  void go_through(const ImageSet& set, const ScoringEvents& events,
                  const std::function<std::vector<double>(const tensor::Tensor& x)>& compute,
                  const std::function<void(const BatchRows& rows)>& use);
  template <class Add>
  void add_outputs(const ImageSet& set, const ScoringEvents& events, const Add& add);
  void find_thresholds(const ScoringEvents& events);
  std::string record() const;

  FittingOptions options_;
  std::filesystem::path model_file_;
  nn::Model model_;
  std::vector<std::string> class_notes_;
  std::unique_ptr<ImageSet> in_, validation_;
  Fitter fitter_;
  Fit fit_;
  std::map<std::string, double> thresholds_;
  std::int64_t done_ = 0;
};

/// What a model was fitted with, in a line, for `odin info`; empty if it was not.
std::string fit_in_words(const nn::Model& model);
/// The threshold of each method that the model's fit has.
std::map<std::string, double> fit_thresholds(const nn::Model& model);

}  // namespace odin::native
