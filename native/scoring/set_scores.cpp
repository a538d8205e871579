#include "odin/native/scoring/set_scores.h"

#include <chrono>
#include <cmath>
#include <utility>

#include "odin/nn/inference.h"
#include "odin/perturb.h"
#include "odin/score.h"

namespace odin::native {
namespace {

using tensor::Tensor;

template <class T>
void append(std::vector<T>& to, const std::vector<T>& values) {
  to.insert(to.end(), values.begin(), values.end());
}

void append_logits(const Tensor& logits, SetScores& into) {
  into.classes = logits.dim(1);
  append(into.logits, logits.to_vector<float>());
}

/// The L1 norm of each image.
std::vector<double> l1_norms(const Tensor& images) {
  const std::vector<float> values = images.to_vector<float>();
  const std::size_t count = static_cast<std::size_t>(images.dim(0));
  const std::size_t each = count ? values.size() / count : 0;
  std::vector<double> norms(count, 0);
  for (std::size_t i = 0; i < values.size(); ++i)
    norms[i / each] += std::abs(static_cast<double>(values[i]));
  return norms;
}

/// The results for images as one row of numbers each: predicted class, baseline, scores, norm of the
/// gradient (of odin), logits.
std::vector<double> rows_of(const SetScores& s) {
  std::vector<double> values;
  const auto classes = static_cast<std::size_t>(s.classes);
  for (std::size_t i = 0; i < s.numbers.size(); ++i) {
    values.push_back(static_cast<double>(s.predictions[i]));
    values.push_back(s.baseline[i]);
    for (const auto& scores : s.scores) values.push_back(scores[i]);
    if (!s.gradient_norms.empty()) values.push_back(s.gradient_norms[i]);
    values.insert(values.end(), s.logits.begin() + static_cast<std::ptrdiff_t>(i * classes),
                  s.logits.begin() + static_cast<std::ptrdiff_t>((i + 1) * classes));
  }
  return values;
}

/// Appends such rows. `like` says what is in them.
void append_rows(const BatchRows& rows, const ScoringOptions& like, SetScores& to) {
  to.scores.resize(like.epsilons.size());
  to.numbers.insert(to.numbers.end(), rows.numbers.begin(), rows.numbers.end());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto value = rows.row(i).begin();
    to.predictions.push_back(static_cast<std::int64_t>(*value++));
    to.baseline.push_back(*value++);
    for (auto& scores : to.scores) scores.push_back(*value++);
    if (like.method.method == Method::odin) to.gradient_norms.push_back(*value++);
    to.classes = rows.row(i).end() - value;
    for (; value != rows.row(i).end(); ++value) to.logits.push_back(static_cast<float>(*value));
  }
}

}  // namespace

Scorer::Scorer(const nn::Module& network, Normalization normalization, ScoringOptions options)
    : network_(network), normalization_(std::move(normalization)), options_(std::move(options)) {
  require_temperature("odin", options_.temperature);
  require(!options_.epsilons.empty(), "odin: no epsilon");
  for (double epsilon : options_.epsilons) require_epsilon("odin", epsilon);
  require(options_.method.method == Method::odin || options_.epsilons.size() == 1,
          "odin: only the method odin knows several epsilons");
  nn::require_evaluation_mode("odin", network);
  if (options_.method.method != Method::odin)
    methods_ = std::make_unique<MethodScorer>(
        network, normalization_, options_.fit ? *options_.fit : Fit(),
        MethodScorerOptions{
            {options_.method}, options_.temperature, options_.epsilons.front(), options_.step},
        options_.input);
}

void Scorer::score(const SetBatch& batch, SetScores& into) const {
  into.scores.resize(options_.epsilons.size());
  into.skipped += std::ssize(batch.skipped);
  if (batch.numbers.empty()) return;
  append(into.numbers, batch.numbers);
  const Tensor x = normalize(batch.images, normalization_).to(network_.device());
  methods_ ? score_at_once(x, into) : score_with_steps(x, into);
}

void Scorer::score_with_steps(const Tensor& x, SetScores& into) const {
  const InputGradient first = input_gradient(network_, x, options_.temperature);
  append(into.predictions, first.labels.to_vector<std::int64_t>());
  append(into.baseline, max_softmax(first.logits, 1));
  append_logits(first.logits, into);
  append(into.gradient_norms, l1_norms(first.gradient));
  for (std::size_t i = 0; i < options_.epsilons.size(); ++i) {
    const SecondPass second = second_pass(network_, x, first.logits, first.gradient,
                                          options_.epsilons[i], normalization_.std);
    append(into.scores[i], max_softmax(second.logits, options_.temperature));
  }
}

void Scorer::score_at_once(const Tensor& x, SetScores& into) const {
  const MethodScores found = methods_->score_normalized(x);
  append(into.predictions, found.labels);
  append(into.baseline, found.msp);
  append_logits(found.logits, into);
  append(into.scores[0], found.scores[0]);
}

SetScores score_set(const Scorer& scorer, const ImageSet& set, std::int64_t first,
                    std::int64_t last, const ScoringEvents& events, Ranks& ranks) {
  const auto start = std::chrono::steady_clock::now();
  SetScores found;
  const auto compute = [&](const SetBatch& batch) {
    SetScores scored;
    scorer.score(batch, scored);
    return rows_of(scored);
  };
  found.skipped =
      for_each_batch({set, first, last, scorer.options().batch, ranks}, events, compute,
                     [&](const BatchRows& rows) { append_rows(rows, scorer.options(), found); });
  found.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return found;
}

std::optional<double> accuracy(const ImageSet& set, const SetScores& scores) {
  std::int64_t labeled = 0, correct = 0;
  for (std::size_t i = 0; i < scores.numbers.size(); ++i) {
    const auto label = set.label(scores.numbers[i]);
    labeled += label.has_value();
    correct += label == scores.predictions[i];
  }
  if (labeled == 0) return std::nullopt;
  return static_cast<double>(correct) / static_cast<double>(labeled);
}

}  // namespace odin::native
