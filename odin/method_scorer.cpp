#include "odin/method_scorer.h"

#include <algorithm>
#include <cmath>

#include "odin/nn/inference.h"
#include "odin/perturb.h"
#include "odin/score.h"
#include "odin/tensor/ops/reduce.h"
#include "odin/tensor/random.h"

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

/// A score's gradients, negated since perturb() goes down. Each image's are scaled so that the
/// largest number is 1: only the sign of what follows from them counts, and small ones would be lost
/// in float32.
struct Downhill {
  Tensor of_logits, of_features;  ///< undefined where the score does not look at them
};
[[maybe_unused]] Downhill downhill(const OutputGradients& gradients, tensor::Device device) {
  const Rows* const both[] = {&gradients.logits, &gradients.features};
  std::vector<double> largest(static_cast<std::size_t>(std::max(both[0]->count, both[1]->count)),
                              0);
  for (const Rows* rows : both)
    for (std::int64_t i = 0; i < rows->count; ++i)
      for (const double g : (*rows)[i])
        if (std::isfinite(g))
          largest[static_cast<std::size_t>(i)] =
              std::max(largest[static_cast<std::size_t>(i)], std::abs(g));
  const auto scaled = [&](const Rows& rows) -> Tensor {
    if (rows.count == 0) return {};
    std::vector<float> values;
    for (std::int64_t i = 0; i < rows.count; ++i) {
      const double most = largest[static_cast<std::size_t>(i)];
      for (const double g : rows[i])
        values.push_back(most > 0 && std::isfinite(g) ? static_cast<float>(-g / most) : 0);
    }
    return Tensor::from(values, {rows.count, rows.width}).to(device);
  };
  return {scaled(*both[0]), scaled(*both[1])};
}

}  // namespace

Fit fit_of(const nn::Model& model) {
  if (model.fit.empty()) return {};
  return Fit(model.fit, model.fit_record, std::ssize(model.info.classes));
}

namespace {

/// Whether features may be below 0, as far as the fit's images or else one of noise show it.
bool has_negative_features(const nn::Model& model, const Fit& fit) {
  if (!fit.empty()) return fit.vector("fit", "percentiles").front() < 0;
  constexpr std::int64_t kSideOfAny = 224;
  const nn::InputSize input = model.info.input.or_square(kSideOfAny);
  const Tensor noise =
      normalize(tensor::Random(1).uniform(input.batch(1)), {model.info.mean, model.info.std});
  const auto features = nn::predict_features(*model.network, noise)
                            .features.to(tensor::Device::cpu)
                            .to(tensor::DType::f64)
                            .to_vector<double>();
  return std::ranges::any_of(features, [](double h) { return h < 0; });
}

}  // namespace

PossibleMethods possible_methods(const nn::Model& model) {
  const Fit fit = fit_of(model);
  std::optional<LinearHead> head;
  try {
    head.emplace(nn::last_layer(*model.network, model.info.input));
  } catch (const Error&) {  // it does not end in a linear layer
  }
  const bool negative = head && has_negative_features(model, fit);
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
  for (std::size_t i = 0; i < options_.methods.size(); ++i) {
    const Method method = options_.methods[i].method;
    require(options_.step != Step::score || !takes_step(i) || method == Method::odin ||
                has_gradient(method),
            "method ", name_of(method),
            ": it has no gradient that a step could follow; take ODIN's step, or none");
  }
  for (const MethodChoice& choice : options_.methods)
    scores_.push_back(make_score(choice, {head_ ? &*head_ : nullptr, &fit, options_.temperature}));
}

bool MethodScorer::takes_step(std::size_t method) const {
  return options_.epsilon > 0 &&
         (options_.step != Step::none || options_.methods[method].method == Method::odin);
}
bool MethodScorer::takes_own_step(std::size_t method) const {
  return kScoreGradients && takes_step(method) && options_.step == Step::score &&
         options_.methods[method].method != Method::odin;
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

/// Without a step a forward pass; else also the gradients that the steps follow.
MethodScorer::FirstOutputs MethodScorer::first_pass(const Tensor& x) const {
  const bool features =
      any([&](auto i) { return wants_features(i) && (!takes_step(i) || takes_own_step(i)); });
  const bool odins_step = any([&](auto i) { return takes_step(i) && !takes_own_step(i); });
  std::vector<std::size_t> own;
  for (std::size_t i = 0; i < scores_.size(); ++i)
    if (takes_own_step(i)) own.push_back(i);
  FirstOutputs found;
  if (own.empty() && !odins_step) {
    found.outputs = run(network_, x, features, &found.logits);
    return found;
  }
  auto parts = nn::for_each_chunk(network_, x.dim(0), [&](auto first, auto last) {
    const FirstPass pass(network_, x.slice(0, first, last), features);
    std::vector<Tensor> chunk;
    const Outputs outputs = own.empty() ? Outputs() : outputs_of(pass.logits(), pass.features());
    if constexpr (kScoreGradients)
      for (const std::size_t i : own) {
        const Downhill way = downhill(scores_[i]->gradients(outputs), network_.device());
        chunk.push_back(
            pass.gradient_from(way.of_logits, way.of_features, i == own.back() && !odins_step));
      }
    if (odins_step) chunk.push_back(pass.gradient(options_.temperature));
    chunk.push_back(pass.logits());
    if (features) chunk.push_back(pass.features());
    return chunk;
  });
  found.gradients.resize(scores_.size());
  for (std::size_t i = 0; i < own.size(); ++i) found.gradients[own[i]] = parts[i];
  if (odins_step) found.odins_gradient = parts[own.size()];
  found.logits = parts[own.size() + odins_step];
  found.outputs = outputs_of(found.logits, features ? parts.back() : Tensor());
  return found;
}

/// The outputs for the images behind a step along the gradient.
Outputs MethodScorer::behind_step(const Tensor& x, const Tensor& gradient, bool features) const {
  return run(network_, perturb(x, gradient, options_.epsilon, normalization_.std, Direction::odin),
             features);
}

MethodScores MethodScorer::score_normalized(const Tensor& x) const {
  MethodScores found;
  const FirstOutputs first = first_pass(x);
  found.logits = first.logits;
  Outputs moved;
  if (first.odins_gradient.defined())
    moved = behind_step(x, first.odins_gradient, any([&](auto i) {
                          return wants_features(i) && takes_step(i) && !takes_own_step(i);
                        }));
  found.labels = tensor::argmax(found.logits, 1).to_vector<std::int64_t>();
  found.msp = max_softmax(found.logits, 1);
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    const Score& score = *scores_[i];
    found.scores.push_back(takes_own_step(i)
                               ? score(behind_step(x, first.gradients[i], wants_features(i)))
                           : takes_step(i) ? score(moved)
                                           : score(first.outputs));
  }
  return found;
}

}  // namespace odin
