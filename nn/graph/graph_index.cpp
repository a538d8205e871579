#include "odin/nn/graph/graph_index.h"

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

const std::vector<int>& GraphIndex::readers(const std::string& value) const {
  static const std::vector<int> none;
  const auto found = readers_.find(value);
  return found == readers_.end() ? none : found->second;
}

}  // namespace odin::nn::graph
