#include "odin/native/commands/tune_parameters.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "odin/model_options.h"
#include "odin/native/models/model_store.h"
#include "odin/native/models/same_model.h"
#include "odin/native/scoring/parameter_choice.h"
#include "odin/native/system/console.h"
#include "odin/native/system/json_text.h"
#include "odin/native/system/output_file.h"

namespace odin::native {
namespace {

nlohmann::ordered_json parameters_json(const TuningOptions& options,
                                       const std::vector<std::vector<ParameterPoint>>& points) {
  nlohmann::ordered_json object;
  put_name(object, "model", model_name(options.model));
  put_name(object, "in", options.in);
  object["out"] = nlohmann::ordered_json::array();
  for (const std::string& out : options.out) {
    nlohmann::ordered_json row;
    put_name(row, "set", out);
    object["out"].push_back(row);
  }
  object["objective"] = "auroc";
  object["methods"] = nlohmann::ordered_json::array();
  for (const auto& of_method : points) {
    nlohmann::ordered_json grid = nlohmann::ordered_json::array();
    for (const ParameterPoint& p : of_method)
      grid.push_back({{"method", to_string(p.choice)}, {"auroc", p.auroc}});
    object["methods"].push_back({{"chosen", to_string(best_of(of_method).choice)},
                                 {"auroc", best_of(of_method).auroc},
                                 {"grid", grid}});
  }
  return object;
}

}  // namespace

int tune_parameters(const MethodList& methods, const TuningOptions& options,
                    const std::string& json, bool quiet) {
  check_output_file(json, "tune");
  const nn::Model model =
      nn::load_model(find_same_model(*options.ranks, options.model), options.device);
  const Fit fit = fit_of(model);
  std::vector<std::string> notes;
  const DetectorOptions own = options_for(model.info);
  MethodScorerOptions scoring{methods_for(methods, model, notes), own.temperature, own.epsilon};
  std::erase(scoring.methods, Method::odin);
  const auto open = [&](const std::string& name) {
    auto set = open_set(parse_set(name), options.seed, {model.info.input, model.info.preprocess});
    if (options.limit) set->limit(*options.limit);
    return set;
  };
  const auto in = open(options.in);
  std::vector<std::unique_ptr<ImageSet>> outs;
  std::vector<const ImageSet*> out_sets;
  for (const std::string& name : options.out) {
    outs.push_back(open(name));
    out_sets.push_back(outs.back().get());
  }
  if (!quiet)
    for (const std::string& note : notes) tell("note: ", note);
  bool complete = true;
  const auto points = measure_parameters(model, fit, scoring, *in, out_sets, options.batch,
                                         [&](const std::string& line) {
                                           tell("odin: ", line);
                                           complete = false;
                                         },
                                         *options.ranks);
  if (!options.ranks->first()) return complete ? 0 : 1;  // the first rank tells it
  for (const auto& of_method : points) {
    const ParameterPoint& best = best_of(of_method);
    std::printf("%-32s AUROC %.2f%%, the best of %zu\n", to_string(best.choice).c_str(),
                100 * best.auroc, of_method.size());
  }
  if (!json.empty())
    write_text_file(json, json_text(parameters_json(options, points), BadText::replace, 1) + "\n",
                    "tune");
  return complete ? 0 : 1;
}

}  // namespace odin::native
