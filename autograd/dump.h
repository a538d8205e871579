#pragma once

#include <string>

#include "odin/autograd/variable.h"

namespace odin::autograd {

/// The graph that computed `output` as text, one operation per line in the order of execution, with
/// the shape of its result:
///   %2 = conv2d(%1, block1.conv.weight [16,3,3,3]) [8,16,32,32]
/// Parameters of a network stand where they are read, by their full names; other leaves have lines
/// of their own. Inputs that need no gradient were not recorded and are shown as "_".
std::string to_text(const Variable& output);

/// The graph in Graphviz's dot language: leaves are boxes, operations ellipses
/// that list the parameters that they read.
std::string to_graphviz(const Variable& output);

}  // namespace odin::autograd
