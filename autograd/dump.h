#pragma once

#include <string>

#include "odin/autograd/variable.h"

namespace odin::autograd {

/// The graph that computed `output` as text, one operation per line in the order of execution, with
/// the shape of its result:
///   %3 = conv2d(%1, %2) [8,16,32,32]
/// Inputs that need no gradient were not recorded and are shown as "_".
std::string to_text(const Variable& output);

/// The graph in Graphviz's dot language: leaves are boxes, operations ellipses.
std::string to_graphviz(const Variable& output);

}  // namespace odin::autograd
