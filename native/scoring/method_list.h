#pragma once

#include <string>
#include <vector>

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

/// The methods for this model. Of "all" those that the model has all for; `notes` gets a line that
/// names the others and says what they need.
std::vector<MethodChoice> methods_for(const MethodList& list, const nn::Model& model,
                                      std::vector<std::string>& notes);

}  // namespace odin::native
