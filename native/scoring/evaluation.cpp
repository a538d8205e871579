#include "odin/native/scoring/evaluation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <utility>

#include "odin/detector.h"
#include "odin/model_options.h"
#include "odin/native/models/model_store.h"
#include "odin/native/models/same_model.h"
#include "odin/nn/io/quote.h"
#include "odin/threshold.h"

namespace odin::native {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

void fill_figures(const SetScores& in, OutResult& out, std::optional<double> threshold,
                  std::uint64_t seed) {
  const std::vector<double>& in_scores = in.scores[out.epsilon_index];
  const ScoreRanking ranking(in_scores, out.scores.scores[0]);
  const ScoreRanking baseline(in.baseline, out.scores.baseline);
  out.baseline = baseline.metrics();
  out.method = ranking.metrics();
  out.baseline_intervals = bootstrap_intervals(baseline, seed);
  out.method_intervals = bootstrap_intervals(ranking, seed);
  out.baseline_threshold = threshold_at_tpr(in.baseline, 0.95);
  out.method_threshold = threshold_at_tpr(in_scores, 0.95);
  if (threshold) out.confusion = ranking.confusion(*threshold);
}

}  // namespace

Evaluation::Evaluation(EvaluationOptions options)
    : options_(std::move(options)),
      model_(nn::load_model(find_same_model(*options_.ranks, options_.model), options_.device)),
      fit_(fit_of(model_)) {
  require(!options_.out.empty(), "evaluate: no out-of-distribution set");
  require(!options_.threshold || std::isfinite(*options_.threshold),
          "evaluate: expected a finite threshold, got ", options_.threshold.value_or(0));
  choose_temperature();
  in_ = open(options_.in);
  class_notes_ = in_.images->use_classes_of_network(model_.info.classes);
  for (const std::string& name : options_.out) {
    outs_.push_back(open(name));
    choose_epsilon(outs_.back());
  }
  Scorer(*model_.network, {model_.info.mean, model_.info.std}, scoring(distinct_epsilons()));
}

ScoringOptions Evaluation::scoring(std::vector<double> epsilons) const {
  return {options_.method, temperature_,      std::move(epsilons), options_.batch,
          &fit_,           model_.info.input, options_.step};
}

Evaluation::OpenSet Evaluation::open(const std::string& name) const {
  OpenSet set;
  set.images =
      open_set(parse_set(name), options_.seed, {model_.info.input, model_.info.preprocess});
  set.first = images_left_out(options_.protocol);
  require(set.first < set.images->size(), "set ", nn::quote(name), ": ", set.images->size(),
          " images, but --protocol code leaves out the first ", set.first);
  if (options_.limit) set.images->limit(set.first + *options_.limit);
  set.last = set.images->size();
  return set;
}

void Evaluation::choose_temperature() {
  const Method method = options_.method.method;
  const bool own = method == Method::energy || method == Method::gradnorm;
  require(takes_step() || own || !options_.temperature, "evaluate: method ", name_of(method),
          " has no temperature");
  if (takes_step()) {
    const double otherwise =
        options_.protocol == Protocol::own ? model_.info.temperature.value_or(1000) : 1000;
    temperature_ = options_.temperature.value_or(otherwise);
    return;
  }
  temperature_ = 1;
  if (!own) return;
  if (options_.temperature) options_.method.values["t"] = *options_.temperature;
  const auto given = options_.method.values.find("t");
  if (given != options_.method.values.end()) temperature_ = given->second;
}

void Evaluation::choose_epsilon(OpenSet& out) const {
  if (!takes_step()) return;
  const auto choose = [&](double epsilon, std::string from) {
    out.epsilon = epsilon;
    out.epsilon_from = std::move(from);
  };
  if (options_.epsilon) return choose(*options_.epsilon, "given");
  const std::size_t classes = model_.info.classes.size();
  if (options_.protocol == Protocol::paper)
    return choose(paper_epsilon(classes),
                  "the paper's for " + std::to_string(classes) + " classes");
  if (options_.protocol == Protocol::code) {
    const auto published = published_epsilon(model_.info.architecture, classes, out.images->spec());
    if (published) return choose(published->epsilon, "published for " + published->row);
  }
  if (model_.info.epsilon) return choose(*model_.info.epsilon, "the model's own");
  choose(DetectorOptions().epsilon, "the default");
}

std::vector<double> Evaluation::distinct_epsilons() const {
  std::vector<double> epsilons;
  for (const OpenSet& out : outs_)
    if (std::find(epsilons.begin(), epsilons.end(), out.epsilon) == epsilons.end())
      epsilons.push_back(out.epsilon);
  return epsilons;
}

std::optional<double> Evaluation::threshold_for(double epsilon) const {
  if (options_.threshold) return options_.threshold;
  if (options_.method.method != Method::odin) return std::nullopt;
  return options_for(model_.info, temperature_, epsilon).threshold;
}

std::int64_t Evaluation::image_count() const {
  std::int64_t count = in_.last - in_.first;
  for (const OpenSet& out : outs_) count += out.last - out.first;
  return count;
}

std::vector<std::string> Evaluation::notes() const {
  std::vector<std::string> notes;
  const Method method = options_.method.method;
  std::string what = model_.info.architecture + ", " + to_string(options_.method);
  if (options_.step != Step::none && method != Method::odin)
    what += options_.step == Step::odin ? " behind ODIN's step" : " behind a step of its own";
  if (takes_step() || method == Method::energy || method == Method::gradnorm)
    what += ", T = " + number(temperature_);
  notes.push_back(what + ", seed " + std::to_string(options_.seed) + ", protocol " +
                  name_of(options_.protocol));
  if (in_.first > 0)
    notes.push_back("the first " + std::to_string(in_.first) + " images of each set are left out");
  notes.insert(notes.end(), class_notes_.begin(), class_notes_.end());
  const auto add_others = [&](const OpenSet& set) {
    const std::string others = set.images->others_note();
    if (!others.empty()) notes.push_back(set.images->spec().text + ": " + others);
  };
  add_others(in_);
  for (const OpenSet& out : outs_) add_others(out);
  if (options_.limit)
    notes.push_back("at most " + std::to_string(*options_.limit) + " images of each set");
  if (takes_step())
    for (const OpenSet& out : outs_)
      notes.push_back(shown_name(out.images->spec()) + ": eps = " + number(out.epsilon) + ", " +
                      out.epsilon_from);
  return notes;
}

std::vector<std::string> Evaluation::conversions() const {
  std::vector<std::string> lines;
  const auto add = [&](const OpenSet& set) {
    for (const std::string& line : set.images->conversions())
      lines.push_back(set.images->spec().text + ": " + line);
  };
  add(in_);
  for (const OpenSet& out : outs_) add(out);
  return lines;
}

EvaluationResult Evaluation::run(
    const std::function<void(std::int64_t, const std::string&)>& progress,
    const std::function<void(const std::string&)>& skipped) const {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<double> epsilons = distinct_epsilons();
  std::int64_t done = 0;
  const auto score = [&](const OpenSet& set, const std::vector<double>& steps) {
    const Scorer scorer(*model_.network, {model_.info.mean, model_.info.std}, scoring(steps));
    const std::string name = shown_name(set.images->spec());
    const auto advance = [&](std::int64_t images) {
      if (progress) progress(done + images, name);
    };
    SetScores found =
        score_set(scorer, *set.images, set.first, set.last, {advance, skipped}, *options_.ranks);
    done += set.last - set.first;
    return found;
  };

  EvaluationResult result;
  result.model = model_name(options_.model);
  result.architecture = model_.info.architecture;
  result.in = options_.in;
  result.temperature = temperature_;
  result.in_scores = score(in_, epsilons);
  result.accuracy = accuracy(*in_.images, result.in_scores);
  if (result.accuracy) {
    const std::int64_t images = result.in_scores.size();
    const double correct = *result.accuracy * static_cast<double>(images);
    result.accuracy_interval = share_interval(std::llround(correct), images);
  }
  for (const OpenSet& set : outs_) {
    OutResult out;
    out.set = set.images->spec().text;
    out.epsilon = set.epsilon;
    out.epsilon_from = set.epsilon_from;
    const auto place = std::find(epsilons.begin(), epsilons.end(), set.epsilon);
    out.epsilon_index = static_cast<std::size_t>(place - epsilons.begin());
    out.scores = score(set, {set.epsilon});
    fill_figures(result.in_scores, out, threshold_for(set.epsilon), options_.seed);
    result.results.push_back(std::move(out));
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace odin::native
