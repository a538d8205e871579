#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace odin::nn::graph {

/// A size: 12; a multiple of the number of images in the batch: "N", "4N"; what dimension 2 of the
/// input of a reshape has: "d2"; or what is left, in one place of a reshape: -1.
struct Extent {
  std::int64_t count = 0;
  bool times_batch = false;
  int of_dim = -1;  ///< from 0 on, and `count` is not used

  bool is_left() const { return count == kLeft && is_number(); }
  bool is_number() const { return !times_batch && of_dim < 0; }
  friend bool operator==(const Extent&, const Extent&) = default;

  static constexpr std::int64_t kLeft = -1;
};
std::string to_string(const Extent& extent);

using Attribute = std::variant<bool, std::int64_t, double, std::string, std::vector<Extent>>;

/// An operation with its inputs: results of earlier nodes, the graph's input, or tensors of the
/// model file. operation.h has the operations and their attributes.
struct Node {
  std::string op;
  std::vector<std::string> inputs;
  std::string output;  ///< name of the result
  std::map<std::string, Attribute> attributes = {};
};

/// A network as a list of operations, in an order in which they can be computed. The weights are
/// tensors of the model file, which the nodes name.
struct Graph {
  std::string input = "input";
  std::string output;
  std::vector<Node> nodes;
};

/// JSON, as it is in the metadata of a model file under "graph":
///   {"input":"input","output":"fc","nodes":[{"op":"linear","inputs":["input","fc.weight"],
///    "output":"fc"}]}
std::string to_json(const Graph& graph);
/// Throws unless the text is such a graph and has at most kMostNodes nodes. Operations and names
/// are checked by those who use it (graph_module.h).
Graph parse_graph(std::string_view json);

inline constexpr std::size_t kMostNodes = 20000;

}  // namespace odin::nn::graph
