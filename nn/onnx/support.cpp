#include "odin/nn/onnx/support.h"

#include <algorithm>
#include <set>

#include "odin/nn/io/quote.h"

namespace odin::nn::onnx {
namespace {

constexpr std::int64_t kFirstOpset = 7, kLastOpset = 23;

struct Unsupported {
  std::size_t count = 0;
  const Node* first = nullptr;
};
using UnsupportedTable = std::map<std::string, Unsupported>;

bool is_quantization(const std::string& op) {
  return op.find("Quantize") != op.npos || op.starts_with("QLinear") || op.ends_with("Integer");
}

void find_unsupported(const Node& node, UnsupportedTable& found) {
  if (!node.domain.empty() || (node.op != "If" && !lowering_table().contains(node.op))) {
    const std::string name = node.domain.empty() ? node.op : node.domain + "." + node.op;
    Unsupported& entry = found[name];
    if (entry.count++ == 0) entry.first = &node;
  }
  if (node.op != "If") return;
  for (const Attribute& attribute : node.attributes)
    for (const Graph& graph : attribute.graph)
      for (const Node& inner : graph.nodes) find_unsupported(inner, found);
}

/// What a node reads: its inputs, and all that the graphs in its attributes read.
void collect_inputs(const Node& node, std::vector<std::string>& names) {
  names.insert(names.end(), node.inputs.begin(), node.inputs.end());
  for (const Attribute& attribute : node.attributes)
    for (const Graph& graph : attribute.graph) {
      for (const Node& inner : graph.nodes) collect_inputs(inner, names);
      for (const GraphValue& output : graph.outputs) names.push_back(output.name);
    }
}

}  // namespace

const LoweringTable& lowering_table() {
  static const LoweringTable table = [] {
    LoweringTable all;
    for (const auto add : {add_elementwise, add_layers, add_reductions, add_reshapes, add_shapes,
                           add_constants, add_einsum, add_resizing})
      add(all);
    return all;
  }();
  return table;
}

std::int64_t checked_opset(const Model& model) {
  const auto found = model.opsets.find("");
  require(found != model.opsets.end(), "it has no operators of ONNX itself");
  require(found->second >= kFirstOpset && found->second <= kLastOpset, "its operators are version ",
          found->second, " (opset), expected ", kFirstOpset, " to ", kLastOpset);
  return found->second;
}

std::string where(const Node& node) {
  const std::string name = !node.name.empty()     ? node.name
                           : node.outputs.empty() ? ""
                                                  : node.outputs.front();
  return "node " + quote(name) + " (" + printable(node.op.substr(0, 60)) + "): ";
}

std::vector<const Node*> needed_nodes(const Graph& graph, const std::string& value) {
  std::map<std::string, std::size_t> makers;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    for (const std::string& output : graph.nodes[i].outputs)
      if (!output.empty())
        require(makers.emplace(output, i).second, where(graph.nodes[i]), "another node makes ",
                quote(output), " too");
  require(makers.contains(value), "no node makes the output ", quote(value));
  std::set<std::size_t> needed;
  std::vector<std::string> open{value};
  while (!open.empty()) {
    const auto maker = makers.find(open.back());
    open.pop_back();
    if (maker != makers.end() && needed.insert(maker->second).second)
      collect_inputs(graph.nodes[maker->second], open);
  }
  std::vector<const Node*> nodes;
  for (const std::size_t i : needed) nodes.push_back(&graph.nodes[i]);
  return nodes;
}

void check_supported(const std::vector<const Node*>& nodes) {
  UnsupportedTable found;
  for (const Node* node : nodes) find_unsupported(*node, found);
  if (found.empty()) return;
  constexpr std::size_t kMostListed = 30;
  std::string list;
  std::size_t listed = 0;
  for (const auto& [name, entry] : found) {
    if (listed++ == kMostListed) {
      list += ", ...";
      break;
    }
    list += (list.empty() ? "" : ", ") + printable(name.substr(0, 60)) + " (" +
            std::to_string(entry.count) + ", first in " + quote(entry.first->name.substr(0, 100)) +
            ")";
  }
  const bool quantized = std::any_of(
      found.begin(), found.end(), [](const auto& entry) { return is_quantization(entry.first); });
  fail("operators that odin does not know: ", list,
       quantized ? "; a quantized network has no gradients, export the one with floats" : "");
}

}  // namespace odin::nn::onnx
