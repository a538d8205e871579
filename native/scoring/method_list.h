#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "odin/method_scorer.h"
#include "odin/methods.h"
#include "odin/nn/io/model_file.h"

namespace odin::native {

/// The methods of --method: names with parameters, separated by commas.
struct MethodList {
  std::vector<MethodChoice> methods;
  bool all = false;  ///< "all": those that a model has everything for
};

/// Throws for unknown names, an empty list and a method that is there twice.
MethodList parse_method_list(const std::string& text);

/// What --method means in help texts.
extern const char* const kMethodHelp;

/// What --step and --step-by mean: "odin" or "score". Throws for other words.
Step step_of(bool wanted, const std::string& by);
/// Likewise in files: false, "odin" or "score".
nlohmann::ordered_json step_json(Step step);

/// The methods for this model. Of "all" those that the model has all for, and that the step is
/// possible for; `notes` gets a line that names the others and says what they need.
std::vector<MethodChoice> methods_for(const MethodList& list, const nn::Model& model,
                                      std::vector<std::string>& notes, Step step = Step::none);

}  // namespace odin::native
