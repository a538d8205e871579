#pragma once

#include <vector>

#include "odin/nn/module.h"

// What the optimizers share: the parameters that they update.

namespace odin::nn {

/// Variables that belong to no module as parameters named "0", "1", ... in the order given.
std::vector<Module::Parameter> numbered(const std::vector<Variable>& variables);

/// Throws, naming `optimizer`, unless all are leaves that require a gradient and their names differ.
void check_parameters(const char* optimizer, const std::vector<Module::Parameter>& parameters);

}  // namespace odin::nn
