#include "odin/native/scoring/fitting.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "odin/method_scorer.h"
#include "odin/native/models/model_store.h"
#include "odin/native/sets/set_reader.h"
#include "odin/native/system/json_text.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/io/safetensors.h"
#include "odin/threshold.h"

namespace odin::native {
namespace {

using json = nlohmann::ordered_json;

constexpr const char* kFitFormat = "odin-fit-1";

nn::LastLayer last_layer_of(const nn::Model& model) {
  return nn::last_layer(*model.network, model.info.input);
}

/// "3 classes (cat, dog, ship)", the first few of them.
std::string class_list(const std::vector<std::int64_t>& numbers,
                       const std::vector<std::string>& classes) {
  constexpr std::size_t kMost = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(numbers.size(), kMost); ++i)
    text += (i ? ", " : "") + classes[static_cast<std::size_t>(numbers[i])];
  if (numbers.size() > kMost) text += ", ...";
  return std::to_string(numbers.size()) + (numbers.size() == 1 ? " class (" : " classes (") + text +
         ")";
}

std::string singular_note(const char* what, std::int64_t rank, std::int64_t features) {
  return std::string("the covariance ") + what + " is singular, of rank " + std::to_string(rank) +
         " of " + std::to_string(features) + ": its pseudo-inverse is taken";
}

}  // namespace

Fitting::Fitting(FittingOptions options)
    : options_(std::move(options)),
      model_file_(find_model(options_.model)),
      model_(nn::load_model(model_file_, options_.device)),
      in_(open(options_.in)),
      validation_(options_.validation.empty() ? nullptr : open(options_.validation)),
      fitter_(last_layer_of(model_), {options_.bank, options_.seed}) {}

std::unique_ptr<ImageSet> Fitting::open(const std::string& name) {
  auto set = open_set(parse_set(name), options_.seed, {model_.info.input, model_.info.preprocess});
  for (const std::string& note : set->use_classes_of_network(model_.info.classes))
    class_notes_.push_back(note);
  if (options_.limit) set->limit(*options_.limit);
  require_labels_of_network(*set, name);
  return set;
}

/// A set may have no labels at all, but not those of other classes.
void Fitting::require_labels_of_network(const ImageSet& set, const std::string& name) const {
  if (set.classes().empty()) return;
  for (std::int64_t i = 0; i < set.size(); ++i)
    require(set.label(i).has_value(), "fit: set ", nn::quote(name), ": ", nn::quote(set.name(i)),
            " is of a class that the network does not have; a fit needs "
            "images of the network's own classes");
}

std::int64_t Fitting::image_count() const {
  return in_->size() + (validation_ ? 2 * validation_->size() : 0);
}

std::vector<std::string> Fitting::notes() const {
  std::vector<std::string> notes = class_notes_;
  for (const ImageSet* set : {in_.get(), validation_.get()})
    if (set)
      if (const std::string others = set->others_note(); !others.empty())
        notes.push_back(set->spec().text + ": " + others);
  return notes;
}

std::vector<std::string> Fitting::conversions() const {
  std::vector<std::string> lines;
  for (const ImageSet* set : {in_.get(), validation_.get()})
    if (set)
      for (const std::string& line : set->conversions())
        lines.push_back(set->spec().text + ": " + line);
  return lines;
}

/// Calls f(normalized images, their numbers, their labels) for each batch.
template <class F>
void Fitting::for_each_batch(const ImageSet& set, const ScoringEvents& events, F&& f) {
  const Normalization normalization{model_.info.mean, model_.info.std};
  SetReader reader(set, 0, set.size(), options_.batch);
  const std::int64_t before = done_;
  std::int64_t used = 0;
  while (const auto batch = reader.next()) {
    std::vector<std::string> skipped = batch->skipped;
    try {
      if (!batch->numbers.empty()) {
        std::vector<std::optional<std::int64_t>> labels;
        for (const std::int64_t i : batch->numbers) labels.push_back(set.label(i));
        f(normalize(batch->images, normalization).to(model_.network->device()), batch->numbers,
          labels);
        used += std::ssize(batch->numbers);
      }
    } catch (const Error& e) {
      for (const std::string& line : impossible_images(set, *batch, e)) skipped.push_back(line);
    }
    if (events.skipped)
      for (const std::string& line : skipped) events.skipped(line);
    done_ += std::ssize(batch->numbers) + std::ssize(skipped);
    if (events.progress) events.progress(done_);
  }
  require(used > 0, "set '", set.spec().text, "': not one of its images could be read");
  done_ = before + set.size();
}

void Fitting::run(const ScoringEvents& events) {
  const auto outputs = [&](const tensor::Tensor& x) {
    const nn::FeatureRows found = nn::predict_features(*model_.network, x);
    return outputs_of(found.logits, found.features);
  };
  for_each_batch(*in_, events, [&](const auto& x, const auto& numbers, const auto& labels) {
    fitter_.add(outputs(x), numbers, labels);
  });
  if (validation_)
    for_each_batch(*validation_, events,
                   [&](const auto& x, const auto& numbers, const auto& labels) {
                     fitter_.add_validation(outputs(x), numbers, labels);
                   });
  fit_ = fitter_.finish("");
  if (validation_) find_thresholds(events);
}

/// Of each method that the fit has all for; odin's own is what odin tune finds.
void Fitting::find_thresholds(const ScoringEvents& events) {
  model_.fit = fit_.tensors();
  std::vector<MethodChoice> possible = possible_methods(model_).possible;
  std::erase(possible, Method::odin);
  const MethodScorer scorer(*model_.network, {model_.info.mean, model_.info.std}, fit_,
                            {.methods = possible}, model_.info.input);
  std::vector<std::vector<double>> scores(possible.size());
  for_each_batch(*validation_, events, [&](const auto& x, const auto&, const auto&) {
    const MethodScores found = scorer.score_normalized(x);
    for (std::size_t i = 0; i < scores.size(); ++i)
      scores[i].insert(scores[i].end(), found.scores[i].begin(), found.scores[i].end());
  });
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double threshold = threshold_at_tpr(scores[i], 0.95);
    if (std::isfinite(threshold)) thresholds_[to_string(possible[i])] = threshold;
  }
}

std::vector<std::string> Fitting::findings() const {
  const FitSummary& s = fitter_.summary();
  std::vector<std::string> lines;
  char text[160];
  std::snprintf(text, sizeof text, "%lld images, %lld features, bank of %lld",
                static_cast<long long>(s.images), static_cast<long long>(s.features),
                static_cast<long long>(s.bank));
  lines.emplace_back(text);
  if (s.temperature) {
    std::snprintf(text, sizeof text, "calibrated temperature %.6g, from %s", *s.temperature,
                  s.validation_images > 0 ? "the validation images"
                                          : "the same images (give others with --validation)");
    lines.emplace_back(text);
  }
  if (!s.labels)
    lines.emplace_back(
        "the images have no labels: nothing is fitted for mahalanobis, rmds, she "
        "and temp-scale");
  if (s.labels && s.rank < s.features)
    lines.push_back(singular_note("within the classes", s.rank, s.features));
  if (s.rank_all < s.features)
    lines.push_back(singular_note("of all images", s.rank_all, s.features));
  if (!s.empty_classes.empty())
    lines.push_back("no image of " + class_list(s.empty_classes, model_.info.classes));
  else if (!s.never_right_classes.empty())
    lines.push_back("no image classified right of " +
                    class_list(s.never_right_classes, model_.info.classes));
  return lines;
}

std::string Fitting::record() const {
  const FitSummary& s = fitter_.summary();
  const auto set_json = [](const ImageSet& set, std::int64_t n) {
    return json{{"set", without_folders(set.spec())}, {"n", n}};
  };
  json object{{"format", kFitFormat},
              {"in", set_json(*in_, s.images)},
              {"validation", validation_ ? set_json(*validation_, s.validation_images) : json()},
              {"bank", s.bank},
              {"features", s.features},
              {"labels", s.labels},
              {"rank", s.labels ? json(s.rank) : json()},
              {"rank_all", s.rank_all},
              {"seed", options_.seed},
              {"thresholds", thresholds_}};
  return json_text(object, BadText::replace);
}

void Fitting::save(const std::filesystem::path& to) const {
  nn::copy_with_tensors(model_file_, to, std::string(nn::kFitPrefix), fit_.tensors(),
                        {{"fit", record()}});
}

std::string fit_in_words(const nn::Model& model) {
  if (model.fit.empty()) return "";
  const nlohmann::json record = parse_json_if_valid(model.fit_record);
  if (!record.is_object()) return "by an unknown program";
  const auto value = [](const nlohmann::json& object, const char* key) {
    const nlohmann::json v =
        object.is_object() ? object.value(key, nlohmann::json()) : nlohmann::json();
    return v.is_string() ? v.get<std::string>() : v.is_null() ? "?" : v.dump();
  };
  const auto set = [&](const char* key) {
    const nlohmann::json of = record.value(key, nlohmann::json());
    return value(of, "set") + " (" + value(of, "n") + " images)";
  };
  std::string text = "odin fit: " + set("in");
  if (!record.value("validation", nlohmann::json()).is_null())
    text += ", validation " + set("validation");
  text += ", bank of " + value(record, "bank") + ", " + value(record, "features") + " features";
  if (value(record, "labels") == "false") text += ", without labels";
  return text;
}

std::map<std::string, double> fit_thresholds(const nn::Model& model) {
  std::map<std::string, double> found;
  if (model.fit.empty()) return found;
  const nlohmann::json record = parse_json_if_valid(model.fit_record);
  if (!record.is_object() || !record.contains("thresholds")) return found;
  const nlohmann::json& thresholds = record["thresholds"];
  if (!thresholds.is_object()) return found;
  for (const auto& [name, value] : thresholds.items())
    if (value.is_number()) found[name] = value.get<double>();
  return found;
}

}  // namespace odin::native
