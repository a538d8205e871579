#include "odin/native/scoring/fitting.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "odin/method_scorer.h"
#include "odin/native/models/same_model.h"
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

/// Logits and features of each image, one behind the other.
std::vector<double> joined_rows(const Outputs& outputs) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < outputs.logits.count; ++i)
    for (const Rows* rows : {&outputs.logits, &outputs.features})
      if (const auto row = std::as_const(*rows)[i]; rows->width > 0)
        values.insert(values.end(), row.begin(), row.end());
  return values;
}

Outputs split_rows(const BatchRows& rows, std::int64_t classes) {
  const auto count = std::ssize(rows.numbers);
  const auto width = static_cast<std::int64_t>(rows.width);
  Outputs outputs{Rows(count, classes), Rows(count, width - classes)};
  for (std::int64_t i = 0; i < count; ++i) {
    const auto row = rows.row(static_cast<std::size_t>(i));
    std::copy_n(row.begin(), classes, outputs.logits[i].begin());
    std::copy_n(row.begin() + classes, width - classes, outputs.features[i].begin());
  }
  return outputs;
}

}  // namespace

Fitting::Fitting(FittingOptions options)
    : options_(std::move(options)),
      model_file_(find_same_model(*options_.ranks, options_.model)),
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

/// Goes through a set, with a row of numbers for each image.
void Fitting::go_through(const ImageSet& set, const ScoringEvents& events,
                         const std::function<std::vector<double>(const tensor::Tensor& x)>& compute,
                         const std::function<void(const BatchRows& rows)>& use) {
  const Normalization normalization{model_.info.mean, model_.info.std};
  const std::int64_t before = done_;
  const auto advance = [&](std::int64_t images) {
    if (events.progress) events.progress(before + images);
  };
  for_each_batch(
      {set, 0, set.size(), options_.batch, *options_.ranks}, {advance, events.skipped},
      [&](const SetBatch& batch) {
        return compute(normalize(batch.images, normalization).to(model_.network->device()));
      },
      use);
  done_ = before + set.size();
}

/// Calls add(outputs, numbers, labels) for each batch.
template <class Add>
void Fitting::add_outputs(const ImageSet& set, const ScoringEvents& events, const Add& add) {
  const auto compute = [&](const tensor::Tensor& x) {
    const nn::FeatureRows found = nn::predict_features(*model_.network, x);
    return joined_rows(outputs_of(found.logits, found.features));
  };
  go_through(set, events, compute, [&](const BatchRows& rows) {
    std::vector<std::optional<std::int64_t>> labels;
    for (const std::int64_t image : rows.numbers) labels.push_back(set.label(image));
    add(split_rows(rows, std::ssize(model_.info.classes)), rows.numbers, labels);
  });
}

void Fitting::run(const ScoringEvents& events) {
  add_outputs(*in_, events, [&](const auto&... of_batch) { fitter_.add(of_batch...); });
  if (validation_)
    add_outputs(*validation_, events,
                [&](const auto&... of_batch) { fitter_.add_validation(of_batch...); });
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
  const auto compute = [&](const tensor::Tensor& x) {
    const MethodScores found = scorer.score_normalized(x);
    std::vector<double> values;
    for (std::size_t i = 0; i < found.labels.size(); ++i)
      for (const auto& of_method : found.scores) values.push_back(of_method[i]);
    return values;
  };
  go_through(*validation_, events, compute, [&](const BatchRows& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t m = 0; m < scores.size(); ++m) scores[m].push_back(rows.row(i)[m]);
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
