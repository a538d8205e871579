#include "odin/native/commands/picture_judge.h"

#include <cmath>
#include <cstdio>

#include "odin/method_scorer.h"
#include "odin/model_options.h"
#include "odin/native/models/same_model.h"
#include "odin/native/scoring/fitting.h"
#include "odin/native/streams/result_lines.h"
#include "odin/native/system/console.h"
#include "odin/native/system/json_text.h"

namespace odin::native {
namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

const char* in_words(const std::optional<bool>& in, const char* unknown) {
  return !in ? unknown : *in ? "in" : "out";
}

std::string verdict_json(const std::optional<bool>& in) {
  return in ? std::string("\"") + in_words(in, "") + "\"" : "null";
}

/// ", \"scores\": {...}, \"verdicts\": {...}"; empty without methods.
std::string methods_json(const ImageResult& r, const std::vector<std::string>& names) {
  if (names.empty()) return "";
  std::string scores, verdicts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string key = (i ? ", " : "") + json_quoted(names[i]) + ": ";
    scores += key + (std::isfinite(r.methods[i].score) ? number(r.methods[i].score) : "null");
    verdicts += key + verdict_json(r.methods[i].in_distribution);
  }
  return ", \"scores\": {" + scores + "}, \"verdicts\": {" + verdicts + "}";
}

std::string json_line(const std::string& file, const ImageResult& r, const std::string& name,
                      const std::vector<std::string>& methods) {
  const Detection& d = r.detection;
  return "{" + name_in_json(file) + ", \"label\": " + std::to_string(d.label) +
         ", \"class\": " + json_quoted(name) + ", \"msp\": " + number(d.msp) +
         ", \"odin\": " + (r.has_odin ? number(d.odin) : "null") +
         ", \"verdict\": " + verdict_json(d.in_distribution) + methods_json(r, methods) + "}\n";
}

template <class... Args>
std::string formatted(const char* format, Args... args) {
  const int length = std::snprintf(nullptr, 0, format, args...);
  std::string text(static_cast<std::size_t>(length) + 1, '\0');
  std::snprintf(text.data(), text.size(), format, args...);
  text.pop_back();
  return text;
}

std::string row(const std::string& file, const Detection& d, const std::string& name) {
  return formatted("%-44s  %-12s  %.6f  %.10f  %s\n", Shown(file).c_str(), Shown(name).c_str(),
                   d.msp, d.odin, in_words(d.in_distribution, "-"));
}

constexpr int kMethodWidth = 18;  // of a score and its verdict

std::string methods_row(const std::string& file, const ImageResult& r, const std::string& name) {
  std::string text = formatted("%-44s  %-12s", Shown(file).c_str(), Shown(name).c_str());
  for (const MethodResult& m : r.methods)
    text += formatted("  %*s", kMethodWidth,
                      formatted("%.10g %s", m.score, in_words(m.in_distribution, "-")).c_str());
  return text + "\n";
}

}  // namespace

/// The scores of several methods, and the verdicts of those that have a threshold.
class PictureJudge::Methods {
 public:
  Methods(const DetectOptions& options, const nn::Model& model, const DetectorOptions& own,
          bool quiet)
      : fit_(fit_of(model)), choices_(choose(options, model, quiet)) {
    scorer_ = std::make_unique<MethodScorer>(
        *model.network, Normalization{model.info.mean, model.info.std}, fit_,
        MethodScorerOptions{choices_, own.temperature, own.epsilon, options.step},
        model.info.input);
    const auto fitted = fit_thresholds(model);
    for (const MethodChoice& c : choices_) {
      names_.push_back(to_string(c));
      thresholds_.push_back(std::nullopt);
      if (c.method == Method::odin)
        thresholds_.back() = own.threshold;
      else if (const auto found = fitted.find(names_.back());
               found != fitted.end() && options.step == Step::none)
        thresholds_.back() = found->second;
    }
    // A given threshold is the first method's.
    if (options.threshold) {
      thresholds_.assign(names_.size(), std::nullopt);
      thresholds_.front() = options.threshold;
    }
  }

  const std::vector<std::string>& names() const { return names_; }

  std::vector<ImageResult> detect(const tensor::Tensor& images) const {
    const MethodScores found = scorer_->score(images);
    std::vector<ImageResult> results;
    for (std::size_t i = 0; i < found.labels.size(); ++i) {
      ImageResult r{{found.labels[i], found.msp[i], 0, std::nullopt}, false, {}};
      for (std::size_t m = 0; m < names_.size(); ++m) {
        MethodResult of_method{found.scores[m][i], std::nullopt};
        if (thresholds_[m]) of_method.in_distribution = of_method.score > *thresholds_[m];
        if (choices_[m].method == Method::odin) {
          r.has_odin = true;
          r.detection.odin = of_method.score;
          r.detection.in_distribution = of_method.in_distribution;
        }
        r.methods.push_back(of_method);
      }
      if (!r.has_odin) r.detection.in_distribution = r.methods.front().in_distribution;
      results.push_back(std::move(r));
    }
    return results;
  }

 private:
  static std::vector<MethodChoice> choose(const DetectOptions& options, const nn::Model& model,
                                          bool quiet) {
    std::vector<std::string> notes;
    auto chosen = methods_for(options.methods, model, notes, options.step);
    if (!quiet)
      for (const std::string& note : notes) tell("note: ", note);
    return chosen;
  }

  Fit fit_;
  std::vector<MethodChoice> choices_;
  std::unique_ptr<MethodScorer> scorer_;
  std::vector<std::string> names_;
  std::vector<std::optional<double>> thresholds_;
};

PictureJudge::PictureJudge(const DetectOptions& options, const CommonOptions& common)
    : json_(options.json),
      model_(
          nn::load_model(find_same_model(*common.ranks, options.model), common.compute_device())),
      detector_(*model_.network, {model_.info.mean, model_.info.std},
                options_for(model_.info, options.temperature, options.epsilon, options.threshold)) {
  if (options.has_methods())
    methods_ = std::make_unique<Methods>(
        options, model_, options_for(model_.info, options.temperature, options.epsilon),
        common.quiet);
}

PictureJudge::~PictureJudge() = default;

std::vector<ImageResult> PictureJudge::judge(const tensor::Tensor& images) const {
  if (methods_) return methods_->detect(images);
  std::vector<ImageResult> results;
  for (const Detection& d : detector_.detect(images)) results.push_back({d, true, {}});
  return results;
}

std::string PictureJudge::heading() const {
  if (json_) return "";
  const DetectorOptions& o = detector_.options();
  std::string text = Shown(model_.info.architecture).c_str();
  if (methods_) {
    text += formatted("\n%-44s  %-12s", "file", "class");
    for (const std::string& name : methods_->names())
      text += formatted("  %*s", kMethodWidth, name.c_str());
    return text + "\n";
  }
  text += formatted(", T = %g, eps = %g, ", o.temperature, o.epsilon);
  text += o.threshold ? formatted("in-distribution above %.10f\n", *o.threshold)
                      : "no threshold: no verdict (give one with --threshold)\n";
  return text + formatted("%-44s  %-12s  %-8s  %-12s  %s\n", "file", "class", "softmax", "ODIN",
                          "verdict");
}

std::string PictureJudge::line(const std::string& file, const ImageResult& result) const {
  const std::string& name = model_.info.classes[static_cast<std::size_t>(result.detection.label)];
  if (json_)
    return json_line(file, result, name, methods_ ? methods_->names() : std::vector<std::string>());
  return methods_ ? methods_row(file, result, name) : row(file, result.detection, name);
}

}  // namespace odin::native
