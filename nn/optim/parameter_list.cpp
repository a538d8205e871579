#include "odin/nn/optim/parameter_list.h"

#include <set>
#include <string>

namespace odin::nn {

std::vector<Module::Parameter> numbered(const std::vector<Variable>& variables) {
  std::vector<Module::Parameter> parameters;
  for (const Variable& v : variables) parameters.push_back({std::to_string(parameters.size()), v});
  return parameters;
}

void check_parameters(const char* optimizer, const std::vector<Module::Parameter>& parameters) {
  std::set<std::string> names;
  for (const Module::Parameter& p : parameters) {
    require(p.variable.requires_grad() && p.variable.node()->is_leaf, optimizer, ": parameter '",
            p.name, "' must be a leaf that requires a gradient");
    require(names.insert(p.name).second, optimizer, ": two parameters are named '", p.name, "'");
  }
}

}  // namespace odin::nn
