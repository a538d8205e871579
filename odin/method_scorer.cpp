#include "odin/method_scorer.h"

#include <algorithm>

#include "odin/nn/inference.h"
#include "odin/perturb.h"
#include "odin/score.h"
#include "odin/tensor/ops/reduce.h"

namespace odin {
namespace {

using tensor::Tensor;

/// Logits and, where they are wanted, features.
Outputs run(const nn::Module& network, const Tensor& x, bool features, Tensor* logits = nullptr) {
  nn::FeatureRows found;
  if (features)
    found = nn::predict_features(network, x);
  else
    found.logits = nn::predict(network, x);
  if (logits) *logits = found.logits;
  return outputs_of(found.logits, found.features);
}

}  // namespace

Fit fit_of(const nn::Model& model) {
  if (model.fit.empty()) return {};
  return Fit(model.fit, model.fit_record, std::ssize(model.info.classes));
}

PossibleMethods possible_methods(const nn::Model& model) {
  const Fit fit = fit_of(model);
  std::optional<LinearHead> head;
  try {
    head.emplace(nn::last_layer(*model.network, model.info.input));
  } catch (const Error&) {  // it does not end in a linear layer
  }
  const bool negative = !fit.empty() && fit.vector("fit", "percentiles").front() < 0;
  const bool never_right = fit.has("correct_counts") && [&] {
    const auto counts = fit.vector("fit", "correct_counts");
    return *std::min_element(counts.begin(), counts.end()) == 0;
  }();
  PossibleMethods found;
  for (const MethodInfo& m : methods()) {
    if (m.features && !head) {
      found.need_features.emplace_back(m.name);
    } else if (m.fit && fit.empty()) {
      found.need_fit.emplace_back(m.name);
    } else if ((negative && needs_no_negative(m.method)) ||
               (never_right && m.method == Method::she)) {
      found.lacking.emplace_back(m.name);
    } else {
      try {
        make_score(m.method, {head ? &*head : nullptr, &fit});
        found.possible.emplace_back(m.method);
      } catch (const Error&) {
        found.lacking.emplace_back(m.name);
      }
    }
  }
  return found;
}

MethodScorer::MethodScorer(const nn::Module& network, Normalization normalization, const Fit& fit,
                           MethodScorerOptions options, const nn::InputSize& input)
    : network_(network), normalization_(std::move(normalization)), options_(std::move(options)) {
  nn::require_evaluation_mode("score", network);
  require(!options_.methods.empty(), "score: no method");
  require_temperature("odin", options_.temperature);
  require_epsilon("odin", options_.epsilon);
  if (any([&](std::size_t i) { return wants_features(i); }))
    head_.emplace(nn::last_layer(network, input));
  for (const MethodChoice& choice : options_.methods)
    scores_.push_back(make_score(choice, {head_ ? &*head_ : nullptr, &fit, options_.temperature}));
}

bool MethodScorer::takes_step(std::size_t method) const {
  return options_.epsilon > 0 && (options_.step || options_.methods[method].method == Method::odin);
}
bool MethodScorer::wants_features(std::size_t method) const {
  return info_of(options_.methods[method].method).features;
}
bool MethodScorer::any(const std::function<bool(std::size_t)>& is_so) const {
  for (std::size_t i = 0; i < options_.methods.size(); ++i)
    if (is_so(i)) return true;
  return false;
}

MethodScores MethodScorer::score(const Tensor& images) const {
  return score_normalized(normalize(images, normalization_).to(network_.device()));
}

MethodScores MethodScorer::score_normalized(const Tensor& x) const {
  MethodScores found;
  Outputs still, moved;
  const bool features = any([&](auto i) { return wants_features(i) && !takes_step(i); });
  if (any([&](auto i) { return takes_step(i); })) {
    const InputGradient first = input_gradient(network_, x, options_.temperature, features);
    found.logits = first.logits;
    still = outputs_of(first.logits, first.features);
    const Tensor there =
        perturb(x, first.gradient, options_.epsilon, normalization_.std, Direction::odin);
    moved = run(network_, there, any([&](auto i) { return wants_features(i) && takes_step(i); }));
  } else {
    still = run(network_, x, features, &found.logits);
  }
  found.labels = tensor::argmax(found.logits, 1).to_vector<std::int64_t>();
  found.msp = max_softmax(found.logits, 1);
  for (std::size_t i = 0; i < scores_.size(); ++i)
    found.scores.push_back((*scores_[i])(takes_step(i) ? moved : still));
  return found;
}

}  // namespace odin
