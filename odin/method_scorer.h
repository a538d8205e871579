#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "odin/methods.h"
#include "odin/nn/io/model_file.h"
#include "odin/normalization.h"

namespace odin {

/// What a model file has of `odin fit`; empty if it was not fitted. Throws if it is damaged.
Fit fit_of(const nn::Model& model);

/// Which methods a model has everything for.
struct PossibleMethods {
  std::vector<MethodChoice> possible;
  std::vector<std::string> need_features;  ///< that the network, by its last layer, has not
  std::vector<std::string> need_fit;       ///< the model is not fitted
  std::vector<std::string> lacking;        ///< the fit or the features are not what they need
};
PossibleMethods possible_methods(const nn::Model& model);

/// The step before methods other than ODIN's own: none; one that raises the softmax of the predicted
/// class, as ODIN's does; or one that raises the score itself, as Lee et al. (NeurIPS 2018) take it
/// for the Mahalanobis distance. Each is x + epsilon sign(gradient of what it raises) / std.
enum class Step { none, odin, score };

struct MethodScorerOptions {
  std::vector<MethodChoice> methods{Method::odin};
  double temperature = 1000;  ///< of ODIN's score and of the step
  double epsilon = 0.0014;    ///< the step, in units of pixels in [0,1]
  Step step = Step::none;
};

/// Scores by several methods.
struct MethodScores {
  tensor::Tensor logits;                    ///< [N,K] of the images as they are
  std::vector<std::int64_t> labels;         ///< their argmax
  std::vector<double> msp;                  ///< the baseline: maximum softmax
  std::vector<std::vector<double>> scores;  ///< [method][image]
};

/// Scores images by any number of methods, with one forward pass for all that take no step. ODIN's
/// step adds a backward pass and a second forward pass, which are shared as well; a step that raises
/// the score itself (Step::score) adds both for each method. Immutable, so thread-safe.
class MethodScorer {
 public:
  /// The network must outlive the scorer; `fit` may be empty. Throws if a method needs what the fit
  /// lacks, if one needs features that the network has not, and if one without gradient is to be
  /// raised by a step. `input` is what the network takes.
  MethodScorer(const nn::Module& network, Normalization normalization, const Fit& fit,
               MethodScorerOptions options, const nn::InputSize& input = {});

  /// Of images [N,C,H,W] with pixels in [0,1]. Throws as normalize() does.
  MethodScores score(const tensor::Tensor& images) const;
  /// Of normalized images on the network's device.
  MethodScores score_normalized(const tensor::Tensor& x) const;

  const MethodScorerOptions& options() const { return options_; }

 private:
  bool takes_step(std::size_t method) const;
  bool takes_own_step(std::size_t method) const;
  bool wants_features(std::size_t method) const;
  /// Of the images as they are, and the gradients along which they are moved.
  struct FirstOutputs {
    tensor::Tensor logits;
    Outputs outputs;
    tensor::Tensor odins_gradient;          ///< undefined if no method takes ODIN's step
    std::vector<tensor::Tensor> gradients;  ///< of the methods that take their own
  };
  FirstOutputs first_pass(const tensor::Tensor& x) const;
  Outputs behind_step(const tensor::Tensor& x, const tensor::Tensor& gradient, bool features) const;
  /// Whether it is so of any method, by their numbers.
  bool any(const std::function<bool(std::size_t)>& is_so) const;

  const nn::Module& network_;
  Normalization normalization_;
  MethodScorerOptions options_;
  std::optional<LinearHead> head_;
  std::vector<std::unique_ptr<Score>> scores_;
};

}  // namespace odin
