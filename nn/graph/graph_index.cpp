#include "odin/nn/graph/graph_index.h"

#include <algorithm>

namespace odin::nn::graph {

GraphIndex::GraphIndex(const Graph& graph) : graph_(graph) {
  for (int i = 0; i < count(); ++i) {
    operations_.push_back(make_operation(node(i)));
    made_by_[node(i).output] = i;
    for (const std::string& name : node(i).inputs) readers_[name].push_back(i);
  }
  readers_[graph.output].push_back(-1);
}

int GraphIndex::maker(const std::string& value) const {
  const auto found = made_by_.find(value);
  return found == made_by_.end() ? -1 : found->second;
}

bool GraphIndex::has_constant_tensors(int i) const {
  const auto& inputs = node(i).inputs;
  return std::all_of(inputs.begin() + 1, inputs.end(), [&](const std::string& name) {
    return maker(name) < 0 && name != graph_.input;
  });
}

const std::vector<int>& GraphIndex::readers(const std::string& value) const {
  static const std::vector<int> none;
  const auto found = readers_.find(value);
  return found == readers_.end() ? none : found->second;
}

}  // namespace odin::nn::graph
