#include "odin/native/scoring/method_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "odin/nn/io/quote.h"

namespace odin::native {

const char* const kMethodHelp =
    "Scores, separated by commas: odin, msp (the baseline), max-logit, energy, gradnorm, gen,\n"
    "ash-p, ash-b, ash-s, scale; after odin fit also temp-scale, kl-matching, mahalanobis,\n"
    "rmds, knn, vim, residual, react, dice, she, fdbd, nnguide; or all. Parameters follow a\n"
    "colon: knn:k=100 (docs/scores.md)";

MethodList parse_method_list(const std::string& text) {
  MethodList list;
  if (text == "all") {
    list.all = true;
    return list;
  }
  for (std::size_t first = 0; first <= text.size();) {
    const std::size_t comma = std::min(text.find(',', first), text.size());
    const MethodChoice choice = parse_method_choice(text.substr(first, comma - first));
    require(std::find(list.methods.begin(), list.methods.end(), choice) == list.methods.end(),
            "method: ", nn::quote(to_string(choice)), " is there twice");
    list.methods.push_back(choice);
    first = comma + 1;
  }
  return list;
}

Step step_of(bool wanted, const std::string& by) {
  require(by == "odin" || by == "score", "step: expected odin or score, got ", nn::quote(by));
  return !wanted ? Step::none : by == "odin" ? Step::odin : Step::score;
}

nlohmann::ordered_json step_json(Step step) {
  return step == Step::none ? nlohmann::ordered_json(false)
                            : nlohmann::ordered_json(step == Step::odin ? "odin" : "score");
}

std::vector<MethodChoice> methods_for(const MethodList& list, const nn::Model& model,
                                      std::vector<std::string>& notes, Step step) {
  if (!list.all) return list.methods;
  PossibleMethods found = possible_methods(model);
  const auto joined = [](const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
  };
  if (!found.need_features.empty())
    notes.push_back("the network does not end in a linear layer; left out are " +
                    joined(found.need_features));
  if (!found.need_fit.empty())
    notes.push_back("the model is not fitted; left out are " + joined(found.need_fit) +
                    " (odin fit --model MODEL --in SET --save FILE)");
  if (!found.lacking.empty())
    notes.push_back("left out, since this network or its fit lacks what they need: " +
                    joined(found.lacking));
  if (step == Step::score) {
    std::vector<std::string> without;
    std::erase_if(found.possible, [&](const MethodChoice& c) {
      if (has_gradient(c.method)) return false;
      without.push_back(name_of(c.method));
      return true;
    });
    notes.push_back(
        "left out, since they have no gradient that a step of their own could follow: " +
        joined(without));
  }
  return std::move(found.possible);
}

}  // namespace odin::native
