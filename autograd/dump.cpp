#include "odin/autograd/dump.h"

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "odin/autograd/engine.h"

namespace odin::autograd {
namespace {

/// Whether the node is shown where it is read: a network has hundreds of parameters.
bool is_folded(const Node& node) { return node.is_leaf && node.is_parameter; }

/// The tape without folded nodes, in the order of execution. The last node is the output, even if it
/// is a parameter.
std::vector<std::shared_ptr<Node>> shown_nodes(const Variable& output) {
  auto nodes = tape(output);
  if (!nodes.empty())
    nodes.erase(std::remove_if(nodes.begin(), nodes.end() - 1,
                               [](const auto& node) { return is_folded(*node); }),
                nodes.end() - 1);
  return nodes;
}

/// Numbers the nodes from 1.
std::unordered_map<const Node*, int> number(const std::vector<std::shared_ptr<Node>>& nodes) {
  std::unordered_map<const Node*, int> numbers;
  for (const auto& node : nodes) numbers.emplace(node.get(), static_cast<int>(numbers.size()) + 1);
  return numbers;
}

}  // namespace

std::string to_text(const Variable& output) {
  const auto nodes = shown_nodes(output);
  const auto numbers = number(nodes);
  std::ostringstream text;
  for (const auto& node : nodes) {
    text << '%' << numbers.at(node.get()) << " = " << node->name;
    if (!node->is_leaf) {
      text << '(';
      const char* separator = "";
      for (const auto& input : node->inputs) {
        text << separator;
        if (input && is_folded(*input))
          text << input->name << ' ' << input->shape;
        else if (input)
          text << '%' << numbers.at(input.get());
        else
          text << '_';
        separator = ", ";
      }
      text << ')';
    }
    text << ' ' << node->shape << '\n';
  }
  return text.str();
}

std::string to_graphviz(const Variable& output) {
  const auto nodes = shown_nodes(output);
  const auto numbers = number(nodes);
  std::ostringstream text;
  text << "digraph tape {\n  rankdir=TB;\n  node [fontname=\"sans-serif\"];\n";
  for (const auto& node : nodes) {
    const int id = numbers.at(node.get());
    text << "  n" << id << " [label=\"" << node->name << "\\n";
    for (const auto& input : node->inputs)
      if (input && is_folded(*input)) text << input->name << ' ' << input->shape << "\\n";
    text << node->shape << "\", shape=" << (node->is_leaf ? "box" : "ellipse") << "];\n";
    for (const auto& input : node->inputs)
      if (input && !is_folded(*input))
        text << "  n" << numbers.at(input.get()) << " -> n" << id << ";\n";
  }
  text << "}\n";
  return text.str();
}

}  // namespace odin::autograd
