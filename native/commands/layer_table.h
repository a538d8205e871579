#pragma once

#include <string>

#include "odin/nn/io/model_file.h"

namespace odin::native {

/// The operations of a network in the order in which they run, for one image: a table of name,
/// operation, shape of the result, parameters and multiply-adds, with totals.
std::string layer_table(const nn::Model& model);

/// The same as a drawing, in Graphviz's dot language.
std::string layer_graph(const nn::Model& model);

}  // namespace odin::native
