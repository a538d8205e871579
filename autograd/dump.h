#pragma once

#include <string>

#include "odin/autograd/variable.h"

namespace odin::autograd {

/// The graph below `output`, one operation a line in the order in which they ran:
///   %3 = conv2d(%1, %2) [8,16,32,32]
/// Inputs that need no gradient were not recorded and are shown as "_".
std::string to_text(const Variable& output);

/// The same for Graphviz's dot: leaves are boxes, operations ellipses.
std::string to_graphviz(const Variable& output);

}  // namespace odin::autograd
