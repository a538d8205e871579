#include <algorithm>
#include <charconv>
#include <cstdio>

#include "odin/methods.h"
#include "odin/nn/io/quote.h"
#include "odin/scores/make_scores.h"

// The one place that lists all methods: their names, sources and hyper-parameters, and what makes
// the score of each.

namespace odin {
namespace {

std::vector<MethodInfo> all_methods() {
  const std::vector<double> percentiles{65, 70, 75, 80, 85, 90, 95};
  const std::vector<double> temperatures{1, 2, 5, 10, 100, 1000};
  using enum Method;
  return {
      {odin,
       "odin",
       "Liang et al. 2018",
       "how large the softmax at a high temperature becomes after a step that raises it",
       false,
       false,
       {}},
      {msp, "msp", "Hendrycks & Gimpel 2017", "how sure the network says it is", false, false, {}},
      {max_logit, "max-logit", "Hendrycks et al. 2022", "the largest logit", false, false, {}},
      {energy,
       "energy",
       "Liu et al. 2020",
       "all logits together, the large ones most",
       false,
       false,
       {{"t", 1, temperatures}}},
      {gradnorm,
       "gradnorm",
       "Huang et al. 2021",
       "how far the last layer would have to change to know nothing",
       true,
       false,
       {{"t", 1, temperatures}}},
      {temp_scale,
       "temp-scale",
       "Guo et al. 2017",
       "how sure the network is once its temperature is calibrated",
       false,
       true,
       {}},
      {gen,
       "gen",
       "Liu et al. 2023",
       "how concentrated the softmax is",
       false,
       false,
       {{"gamma", 0.1, {0.01, 0.1, 0.5, 1, 2, 5, 10}}, {"m", 100, {10, 50, 100, 200, 500}}}},
      {kl_matching,
       "kl-matching",
       "Hendrycks et al. 2022",
       "how like the usual softmax of a class this one is",
       false,
       true,
       {}},
      {mahalanobis,
       "mahalanobis",
       "Lee et al. 2018",
       "the distance of the features from the nearest class",
       true,
       true,
       {}},
      {rmds,
       "rmds",
       "Ren et al. 2021",
       "that distance, less the distance from all training images",
       true,
       true,
       {}},
      {knn,
       "knn",
       "Sun et al. 2022",
       "the distance to the k-th most similar training image",
       true,
       true,
       {{"k", 50, {50, 100, 200, 500, 1000}}}},
      {vim,
       "vim",
       "Wang et al. 2022",
       "the logits, less what in the features training images do not have",
       true,
       true,
       {{"d", 0, {0, 256, 1000}}}},
      {residual,
       "residual",
       "Wang et al. 2022",
       "what in the features training images do not have",
       true,
       true,
       {{"d", 0, {0, 256, 1000}}}},
      {react,
       "react",
       "Sun et al. 2021",
       "the energy, with unusually large features cut off",
       true,
       true,
       {{"q", 90, {85, 90, 95, 99}}}},
      {dice,
       "dice",
       "Sun & Li 2022",
       "the energy, with only the weights that count most",
       true,
       true,
       {{"q", 90, {10, 30, 50, 70, 90}}}},
      {ash_p,
       "ash-p",
       "Djurisic et al. 2023",
       "the energy of the largest features alone",
       true,
       false,
       {{"q", 90, percentiles}}},
      {ash_b,
       "ash-b",
       "Djurisic et al. 2023",
       "the energy of the largest features, made equal",
       true,
       false,
       {{"q", 90, percentiles}}},
      {ash_s,
       "ash-s",
       "Djurisic et al. 2023",
       "the energy of the largest features, scaled by how much of all they are",
       true,
       false,
       {{"q", 90, percentiles}}},
      {scale,
       "scale",
       "Xu et al. 2024",
       "the energy of all features, scaled by how much of them the largest are",
       true,
       false,
       {{"q", 85, percentiles}}},
      {she,
       "she",
       "Zhang et al. 2023",
       "how like the mean of its class, where the network was right, the features are",
       true,
       true,
       {}},
      {fdbd,
       "fdbd",
       "Liu & Qin 2024",
       "how far the decision boundaries are",
       true,
       true,
       {{"centered", 1, {1, 0}}}},
      {nnguide,
       "nnguide",
       "Park et al. 2023",
       "the energy, guided by that of the most similar training images",
       true,
       true,
       {{"k", 10, {1, 5, 10, 100, 500, 1000}}}},
  };
}

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 < names.size() ? ", " : " or ") + names[i];
  return text;
}

/// The value of a hyper-parameter: that of the choice, or the default.
double value_of(const MethodChoice& choice, const char* name) {
  if (const auto found = choice.values.find(name); found != choice.values.end())
    return found->second;
  for (const MethodParameter& p : info_of(choice.method).parameters)
    if (std::string_view(p.name) == name) return p.value;
  fail("method ", name_of(choice.method), ": no parameter ", name);
}

std::int64_t whole(const MethodChoice& choice, const char* name) {
  constexpr double kMost = 1e9;
  const double value = value_of(choice, name);
  const auto number = static_cast<std::int64_t>(std::clamp(value, -kMost, kMost));
  require(static_cast<double>(number) == value, "method ", name_of(choice.method), ": expected a ",
          "whole number as ", name, ", got ", value);
  return number;
}

}  // namespace

const std::vector<MethodInfo>& methods() {
  static const std::vector<MethodInfo> all = all_methods();
  return all;
}

const MethodInfo& info_of(Method method) { return methods()[static_cast<std::size_t>(method)]; }

bool needs_no_negative(Method m) {
  return m == Method::ash_p || m == Method::ash_b || m == Method::ash_s || m == Method::scale;
}

bool has_gradient(Method m) {
  switch (m) {
    case Method::gradnorm:
    case Method::knn:
    case Method::ash_p:
    case Method::ash_b:
    case Method::ash_s:
    case Method::scale:
    case Method::fdbd:
    case Method::nnguide: return false;
    default: return kScoreGradients;
  }
}

const std::vector<std::string>& method_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const MethodInfo& m : methods()) all.emplace_back(m.name);
    return all;
  }();
  return names;
}

std::string name_of(Method method) { return info_of(method).name; }

Method parse_method(std::string_view name) {
  const auto& names = method_names();
  const auto found = std::find(names.begin(), names.end(), name);
  require(found != names.end(), "method: expected ", list_of(names), ", got ", nn::quote(name));
  return static_cast<Method>(found - names.begin());
}

MethodChoice parse_method_choice(std::string_view text) {
  std::size_t colon = text.find(':');
  MethodChoice choice(parse_method(text.substr(0, colon)));
  while (colon != text.npos) {
    text.remove_prefix(colon + 1);
    colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string name(part.substr(0, equals));
    std::vector<std::string> known;
    for (const MethodParameter& p : info_of(choice.method).parameters) known.emplace_back(p.name);
    require(std::find(known.begin(), known.end(), name) != known.end(), "method ",
            name_of(choice.method), ": ",
            known.empty() ? "it has no parameters" : "expected the parameter " + list_of(known),
            ", got ", nn::quote(part));
    double value = 0;
    const std::string_view number = part.substr(std::min(equals + 1, part.size()));
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    require(error == std::errc() && end == number.data() + number.size() && value == value,
            "method ", name_of(choice.method), ": expected a number as ", name, ", got ",
            nn::quote(number));
    choice.values[name] = value;
  }
  return choice;
}

std::string to_string(const MethodChoice& choice) {
  std::string text = name_of(choice.method);
  for (const auto& [name, value] : choice.values) {
    char number[32];
    std::snprintf(number, sizeof number, "%.9g", value);
    text += ":" + name + "=" + number;
  }
  return text;
}

std::unique_ptr<Score> make_score(const MethodChoice& c, const ScoreContext& context) {
  static const Fit kNone;
  const MethodInfo& info = info_of(c.method);
  const Fit& fit = context.fit ? *context.fit : kNone;
  require(context.head || !info.features, "method ", info.name, ": no last layer");
  using enum Method;
  switch (c.method) {
    case odin: return make_max_softmax(context.temperature);
    case msp: return make_max_softmax(1);
    case max_logit: return make_max_logit();
    case energy: return make_energy(value_of(c, "t"));
    case gradnorm: return make_gradnorm(value_of(c, "t"));
    case temp_scale: return make_temp_scale(fit);
    case gen: return make_gen(value_of(c, "gamma"), whole(c, "m"));
    case kl_matching: return make_kl_matching(fit);
    case mahalanobis: return make_mahalanobis(fit);
    case rmds: return make_rmds(fit);
    case knn: return make_knn(fit, whole(c, "k"));
    case vim: return make_vim(*context.head, fit, whole(c, "d"));
    case residual: return make_residual(*context.head, fit, whole(c, "d"));
    case react: return make_react(*context.head, fit, value_of(c, "q"));
    case dice: return make_dice(*context.head, fit, value_of(c, "q"));
    case ash_p: return make_ash(*context.head, AshForm::p, value_of(c, "q"));
    case ash_b: return make_ash(*context.head, AshForm::b, value_of(c, "q"));
    case ash_s: return make_ash(*context.head, AshForm::s, value_of(c, "q"));
    case scale: return make_scale(*context.head, value_of(c, "q"));
    case she: return make_she(fit);
    case fdbd: return make_fdbd(*context.head, fit, value_of(c, "centered") != 0);
    case nnguide: return make_nnguide(fit, whole(c, "k"));
  }
  fail("method: unknown method ", static_cast<int>(c.method));
}

}  // namespace odin
