#include "../engine.h"
#include "odin/method_scorer.h"

namespace odin::web {
namespace {

/// request.method: a name such as "knn:k=100", a list of them, or "all".
std::vector<MethodChoice> methods_of(const val& method, const nn::Model& model) {
  if (method.isString() && method.as<std::string>() == "all")
    return possible_methods(model).possible;
  std::vector<MethodChoice> choices;
  if (method.isString()) return {parse_method_choice(method.as<std::string>())};
  for (const std::string& name : emscripten::vecFromJSArray<std::string>(method))
    choices.push_back(parse_method_choice(name));
  return choices;
}

}  // namespace

val method_scores(const val& request, Model& m, const DetectorOptions& options,
                  const tensor::Tensor& picture) {
  const MethodScorerOptions scoring{
      methods_of(request["method"], m.model), options.temperature, options.epsilon,
      value_or<bool>(request, "step", false) ? Step::odin : Step::none};
  std::string key = std::to_string(options.temperature) + " " + std::to_string(options.epsilon) +
                    (scoring.step == Step::odin ? " step" : "");
  for (const MethodChoice& c : scoring.methods) key += " " + to_string(c);
  if (!m.scorer || m.methods != key) {
    m.scorer = std::make_shared<MethodScorer>(*m.model.network, m.normalization(), fit_of(m.model),
                                              scoring, m.model.info.input);
    m.methods = key;
  }
  const MethodScores found = m.scorer->score(picture);
  val scores = val::object();
  for (std::size_t i = 0; i < scoring.methods.size(); ++i)
    scores.set(to_string(scoring.methods[i]), found.scores[i].front());
  return scores;
}

}  // namespace odin::web
