#include "odin/nn/onnx/any_size.h"

#include <algorithm>
#include <map>
#include <optional>

#include "odin/nn/graph/graph_shapes.h"
#include "odin/nn/io/quote.h"

namespace odin::nn::onnx {
namespace {

using graph::Extent;
using tensor::Shape;

/// For which the network is made: the graph's shapes are read from it at this batch.
constexpr std::int64_t kBatch = 2;

/// The network for one size, and the shapes of its values.
struct Example {
  Network network;
  std::map<std::string, Shape> shapes;

  explicit Example(Network made)
      : network(std::move(made)),
        shapes(graph::value_shapes(network.graph, network.tensors, network.input, kBatch)) {}
};

bool is_same(const graph::Node& a, const graph::Node& b) {
  return a.op == b.op && a.inputs == b.inputs && a.output == b.output &&
         a.attributes == b.attributes;
}

/// What a place of a reshape has in all examples: a dimension of the input, if there is one of its
/// size, else what is left.
Extent followed(const std::vector<Example>& examples, std::size_t node, std::size_t place) {
  const auto extent_of = [&](const Example& e) -> const Extent& {
    const auto& shape = e.network.graph.nodes[node].attributes.at("shape");
    return std::get<std::vector<Extent>>(shape)[place];
  };
  const auto input_of = [&](const Example& e) -> const Shape& {
    return e.shapes.at(e.network.graph.nodes[node].inputs[0]);
  };
  const Extent& first = extent_of(examples[0]);
  const auto all = [&](auto&& test) { return std::ranges::all_of(examples, test); };
  if (all([&](const Example& e) { return extent_of(e) == first; })) return first;
  for (int dim = 0; dim < input_of(examples[0]).rank(); ++dim)
    if (all([&](const Example& e) {
          return extent_of(e).is_number() && extent_of(e).count == input_of(e)[dim];
        }))
      return Extent{.of_dim = dim};
  return Extent{Extent::kLeft};
}

/// Makes a reshape follow its input. Nothing if that is not possible, or it is no reshape.
std::optional<graph::Node> following(const std::vector<Example>& examples, std::size_t i) {
  graph::Node node = examples[0].network.graph.nodes[i];
  const auto places = [&](const graph::Node& n) {
    const auto shape = n.attributes.find("shape");
    const auto* list =
        shape == n.attributes.end() ? nullptr : std::get_if<std::vector<Extent>>(&shape->second);
    return list ? list->size() : 0;
  };
  if (node.op != "reshape" || places(node) == 0) return std::nullopt;
  for (const Example& e : examples) {
    graph::Node other = e.network.graph.nodes[i];
    if (places(other) != places(node)) return std::nullopt;
    other.attributes["shape"] = node.attributes.at("shape");
    if (!is_same(other, node)) return std::nullopt;
  }
  auto& shape = std::get<std::vector<Extent>>(node.attributes.at("shape"));
  for (std::size_t place = 0; place < shape.size(); ++place)
    shape[place] = followed(examples, i, place);
  if (std::ranges::count_if(shape, &Extent::is_left) > 1) return std::nullopt;
  return node;
}

/// The first tensor that is not the same in both; empty if all are.
std::string first_difference(const StateDict& a, const StateDict& b) {
  for (const auto& [name, tensor] : a) {
    const auto other = b.find(name);
    if (other == b.end() || other->second.shape() != tensor.shape() ||
        other->second.to_vector<float>() != tensor.to_vector<float>())
      return name;
  }
  return a.size() == b.size() ? "" : "another tensor";
}

constexpr const char* kAdvice = " depends on the size of the images: choose a size (--size N)";

/// The nodes for all sizes.
std::vector<graph::Node> common_nodes(const std::vector<Example>& examples) {
  std::vector<graph::Node> nodes;
  const std::vector<graph::Node>& first = examples[0].network.graph.nodes;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const bool are_same = std::ranges::all_of(examples, [&](const Example& e) {
      const std::vector<graph::Node>& other = e.network.graph.nodes;
      return i < other.size() && is_same(other[i], first[i]);
    });
    const bool are_there = std::ranges::all_of(
        examples, [&](const Example& e) { return i < e.network.graph.nodes.size(); });
    const std::optional<graph::Node> node = are_same    ? first[i]
                                            : are_there ? following(examples, i)
                                                        : std::nullopt;
    require(node.has_value(), "what comes before ", quote(first[i].output), kAdvice);
    nodes.push_back(*node);
  }
  for (const Example& e : examples)
    if (const std::vector<graph::Node>& other = e.network.graph.nodes; other.size() > first.size())
      fail("what comes before ", quote(other[first.size()].output), kAdvice);
  return nodes;
}

}  // namespace

Network for_any_size(const std::function<Network(const tensor::Size2d&)>& of_size) {
  std::vector<Example> examples;
  for (const tensor::Size2d& size : {tensor::Size2d{224, 224}, {193, 257}, {256, 160}}) {
    examples.emplace_back(of_size(size));
    const std::string tensor =
        first_difference(examples[0].network.tensors, examples.back().network.tensors);
    require(tensor.empty(), "the constant ", quote(tensor), kAdvice);
  }
  Network network = examples[0].network;
  network.graph.nodes = common_nodes(examples);
  for (const Example& e : examples)
    require(
        graph::value_shapes(network.graph, network.tensors, e.network.input, kBatch) == e.shapes,
        "a reshape", kAdvice);
  network.input.height = network.input.width = 0;
  return network;
}

}  // namespace odin::nn::onnx
