#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "odin/nn/input_size.h"
#include "odin/nn/module.h"
#include "odin/nn/state_dict.h"

namespace odin::nn {

/// The network of a graph in JSON (graph.h); GraphModule (graph_module.h) has what is checked. All
/// of the library that makes such networks goes through this function, so that a program without
/// them, such as the module of the web page that only detects, defines it to refuse them, and all
/// of nn/graph stays out of it.
std::unique_ptr<Module> make_graph_network(std::string_view json, const StateDict& tensors,
                                           const InputSize& input, std::int64_t classes);

}  // namespace odin::nn
