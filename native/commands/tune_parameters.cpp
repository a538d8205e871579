#include "odin/native/commands/tune_parameters.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "odin/model_options.h"
#include "odin/native/models/same_model.h"
#include "odin/native/scoring/parameter_choice.h"
#include "odin/native/system/console.h"
#include "odin/native/system/json_text.h"
#include "odin/native/system/output_file.h"
#include "odin/native/system/progress.h"

namespace odin::native {
namespace {

using OrderedJson = nlohmann::ordered_json;

/// A point of a method's grid, measured behind a step of these.
struct TunedPoint {
  ParameterPoint parameters;
  double temperature, epsilon;
};
using TunedMethod = std::vector<TunedPoint>;

const TunedPoint& best_point(const TunedMethod& points) {
  return *std::ranges::max_element(points, {},
                                   [](const TunedPoint& point) { return point.parameters.auroc; });
}

/// Measures the methods at every setting of the step; each takes a pass over all sets.
class ParameterMeasurement {
 public:
  ParameterMeasurement(const ParameterTuning& tuning, const TuningOptions& options)
      : step_(tuning.step),
        options_(options),
        model_(nn::load_model(find_same_model(*options.ranks, options.model), options.device)),
        fit_(fit_of(model_)),
        in_(open(options.in)) {
    const DetectorOptions own = options_for(model_.info);
    temperatures_ =
        tuning.temperatures.empty() ? std::vector{own.temperature} : tuning.temperatures;
    epsilons_ = tuning.epsilons.empty() ? std::vector{own.epsilon} : tuning.epsilons;
    methods_ = methods_for(tuning.methods, model_, notes_, step_);
    if (std::erase(methods_, Method::odin) > 0)
      notes_.emplace_back("odin is left out: odin tune without --method chooses its T and eps");
    for (const std::string& name : options.out) {
      outs_.push_back(open(name));
      out_sets_.push_back(outs_.back().get());
    }
  }

  const std::vector<std::string>& notes() const { return notes_; }
  std::int64_t total_work() const {
    std::int64_t images = in_->size();
    for (const auto& out : outs_) images += out->size();
    return images * std::ssize(temperatures_) * std::ssize(epsilons_);
  }

  std::vector<TunedMethod> run(const ScoringEvents& events) const {
    std::vector<TunedMethod> found(methods_.size());
    std::int64_t settings = 0;
    const std::int64_t images = total_work() / (std::ssize(temperatures_) * std::ssize(epsilons_));
    for (const double temperature : temperatures_)
      for (const double epsilon : epsilons_) {
        const auto progress = [&](std::int64_t done) { events.progress(settings * images + done); };
        const auto points = measure_parameters(
            model_, fit_, {methods_, temperature, epsilon, step_}, *in_, out_sets_, options_.batch,
            {progress, events.skipped}, *options_.ranks);
        for (std::size_t m = 0; m < points.size(); ++m)
          for (const ParameterPoint& p : points[m]) found[m].push_back({p, temperature, epsilon});
        ++settings;
      }
    return found;
  }

 private:
  std::unique_ptr<ImageSet> open(const std::string& name) const {
    auto set =
        open_set(parse_set(name), options_.seed, {model_.info.input, model_.info.preprocess});
    if (options_.limit) set->limit(*options_.limit);
    return set;
  }

  Step step_;
  const TuningOptions& options_;
  nn::Model model_;
  Fit fit_;
  std::unique_ptr<ImageSet> in_;
  std::vector<std::unique_ptr<ImageSet>> outs_;
  std::vector<const ImageSet*> out_sets_;
  std::vector<double> temperatures_, epsilons_;
  std::vector<MethodChoice> methods_;
  std::vector<std::string> notes_;
};

OrderedJson point_json(const TunedPoint& point, Step step) {
  OrderedJson object{{"method", to_string(point.parameters.choice)}};
  if (step == Step::odin) object["temperature"] = point.temperature;
  if (step != Step::none) object["epsilon"] = point.epsilon;
  object["auroc"] = point.parameters.auroc;
  return object;
}

OrderedJson parameters_json(const TuningOptions& options, Step step,
                            const std::vector<TunedMethod>& methods) {
  OrderedJson object;
  put_name(object, "model", model_name(options.model));
  put_name(object, "in", options.in);
  object["out"] = OrderedJson::array();
  for (const std::string& out : options.out) {
    OrderedJson row;
    put_name(row, "set", out);
    object["out"].push_back(row);
  }
  object["objective"] = "auroc";
  object["step"] = step_json(step);
  object["methods"] = OrderedJson::array();
  for (const TunedMethod& points : methods) {
    OrderedJson grid = OrderedJson::array();
    for (const TunedPoint& p : points) grid.push_back(point_json(p, step));
    OrderedJson row = point_json(best_point(points), step);
    row["chosen"] = row["method"];
    row.erase("method");
    row["grid"] = grid;
    object["methods"].push_back(row);
  }
  return object;
}

/// "vim:d=8, T = 1000, eps = 0.0014"
std::string setting_in_words(const TunedPoint& point, Step step) {
  std::string text = to_string(point.parameters.choice);
  char number[40];
  const auto add = [&](const char* name, double value) {
    std::snprintf(number, sizeof number, ", %s = %g", name, value);
    text += number;
  };
  if (step == Step::odin) add("T", point.temperature);
  if (step != Step::none) add("eps", point.epsilon);
  return text;
}

}  // namespace

int tune_parameters(const ParameterTuning& tuning, const TuningOptions& options, bool quiet) {
  check_output_file(tuning.json, "tune");
  const ParameterMeasurement measurement(tuning, options);
  if (!quiet)
    for (const std::string& note : measurement.notes()) tell("note: ", note);
  bool complete = true;
  Progress progress("tune", measurement.total_work(), !quiet);
  const auto methods = measurement.run({[&](std::int64_t done) { progress.update(done); },
                                        [&](const std::string& line) {
                                          tell("odin: ", line);
                                          complete = false;
                                        }});
  progress.finish();
  if (!options.ranks->first()) return complete ? 0 : 1;  // the first rank tells it
  for (const TunedMethod& points : methods) {
    const TunedPoint& best = best_point(points);
    std::printf("%-32s AUROC %.2f%%, the best of %zu\n",
                setting_in_words(best, tuning.step).c_str(), 100 * best.parameters.auroc,
                points.size());
  }
  if (!tuning.json.empty())
    write_text_file(
        tuning.json,
        json_text(parameters_json(options, tuning.step, methods), BadText::replace, 1) + "\n",
        "tune");
  return complete ? 0 : 1;
}

}  // namespace odin::native
