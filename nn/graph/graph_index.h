#pragma once

#include <map>
#include <string>
#include <vector>

#include "odin/nn/graph/graph.h"
#include "odin/nn/graph/operation.h"

namespace odin::nn::graph {

/// A graph's nodes by number, with what makes and what reads each value: for those who look for
/// patterns. Refers to the graph.
class GraphIndex {
 public:
  explicit GraphIndex(const Graph& graph);

  int count() const { return static_cast<int>(graph_.nodes.size()); }
  const Node& node(int i) const { return graph_.nodes[static_cast<std::size_t>(i)]; }
  const Operation& operation(int i) const { return operations_[static_cast<std::size_t>(i)]; }
  bool is_relu(int i) const {
    const auto& f = operation(i).activation;
    return f && f->kind == tensor::ActivationKind::relu;
  }

  /// Whether node i is a batch normalization that may be folded into its neighbors.
  bool is_norm(int i) const { return operation(i).norm_epsilon && has_constant_tensors(i); }

  /// The node that makes a value; -1 for the graph's input and for tensors.
  int maker(const std::string& value) const;
  /// Whether all inputs of node i but the first are tensors of the file, not values: only then may
  /// they be folded into each other, since no gradient goes through them.
  bool has_constant_tensors(int i) const;
  /// The nodes that read a value; -1 among them stands for the graph's reader.
  const std::vector<int>& readers(const std::string& value) const;
  /// The node that alone reads the result of node i; -1 if there are none or several.
  int only_reader(int i) const {
    const auto& all = readers(node(i).output);
    return all.size() == 1 ? all.front() : -1;
  }
  /// Whether node i alone reads the result of node `made`, which may be -1.
  bool reads_alone(int i, int made) const { return made >= 0 && only_reader(made) == i; }

 private:
  const Graph& graph_;
  std::vector<Operation> operations_;
  std::map<std::string, int> made_by_;
  std::map<std::string, std::vector<int>> readers_;
};

}  // namespace odin::nn::graph
