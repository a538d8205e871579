#include "odin/nn/graph/graph_network.h"

#include "odin/nn/graph/graph_module.h"

namespace odin::nn {

std::unique_ptr<Module> make_graph_network(std::string_view json, const StateDict& tensors,
                                           const InputSize& input, std::int64_t classes) {
  return std::make_unique<GraphModule>(graph::parse_graph(json), tensors, input, classes);
}

}  // namespace odin::nn
