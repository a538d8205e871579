#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "odin/nn/graph/graph.h"
#include "odin/nn/io/json_limits.h"
#include "odin/nn/io/json_text.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"
#include "odin/tensor/shape.h"

namespace odin::nn::graph {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json extent_to_json(const Extent& extent) {
  if (extent.is_number()) return extent.count;
  return to_string(extent);
}

ordered_json attribute_to_json(const Attribute& attribute) {
  if (const auto* list = std::get_if<std::vector<Extent>>(&attribute)) {
    auto values = ordered_json::array();
    for (const Extent& extent : *list) values.push_back(extent_to_json(extent));
    return values;
  }
  return std::visit(
      [](const auto& value) -> ordered_json {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::vector<Extent>>)
          return nullptr;
        else
          return value;
      },
      attribute);
}

/// "N", "4N" or "d2".
Extent parse_multiple(std::string_view text) {
  const bool of_dim = text.starts_with('d');
  std::int64_t number = 1;
  const char *first = text.data() + (of_dim ? 1 : 0), *last = text.data() + text.size();
  const auto [end, error] = std::from_chars(first, last, number);
  const std::string_view suffix(error == std::errc::invalid_argument ? first : end, last);
  const bool fits =
      of_dim
          ? error == std::errc() && suffix.empty() && number >= 0 && number < tensor::Dims::kMaxRank
          : error != std::errc::result_out_of_range && suffix == "N" && number >= 1;
  require(fits, "expected a size such as 12, \"N\", \"4N\" or \"d2\", got ", quote(text));
  return of_dim ? Extent{.of_dim = static_cast<int>(number)} : Extent{number, true};
}

Extent parse_extent(const json& value) {
  if (value.is_number_integer()) return {value.get<std::int64_t>()};
  require(value.is_string(), "expected a whole number, a multiple of N or a dimension in a list");
  return parse_multiple(value.get_ref<const std::string&>());
}

Attribute parse_attribute(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) return value.get<double>();
  if (value.is_string()) return value.get<std::string>();
  require(value.is_array(), "expected a number, a text or a list");
  std::vector<Extent> list;
  for (const json& item : value) list.push_back(parse_extent(item));
  return list;
}

const json& member(const json& object, const char* name) {
  require(object.is_object() && object.contains(name), "no ", quote(name));
  return object[name];
}

std::string text_of(const json& object, const char* name) {
  const json& value = member(object, name);
  require(value.is_string() && !value.get_ref<const std::string&>().empty(), quote(name),
          " is not a text");
  return value.get<std::string>();
}

Node parse_node(const json& value) {
  Node node{.op = text_of(value, "op"), .inputs = {}, .output = text_of(value, "output")};
  const json& inputs = member(value, "inputs");
  require(inputs.is_array(), "the inputs are not a list");
  for (const json& input : inputs) {
    require(input.is_string(), "an input is not a name");
    node.inputs.push_back(input.get<std::string>());
  }
  if (!value.contains("attributes")) return node;
  const json& attributes = value["attributes"];
  require(attributes.is_object(), "the attributes are not an object");
  for (const auto& [name, attribute] : attributes.items()) {
    try {
      node.attributes[name] = parse_attribute(attribute);
    } catch (const Error& e) {
      fail("attribute ", quote(name), ": ", e.what());
    }
  }
  return node;
}

Graph parse(std::string_view text) {
  check_json_limits(text);
  const json value = parse_json(text);
  Graph graph{.input = text_of(value, "input"), .output = text_of(value, "output"), .nodes = {}};
  const json& nodes = member(value, "nodes");
  require(nodes.is_array(), "the nodes are not a list");
  require(nodes.size() <= kMostNodes, "it has ", nodes.size(), " nodes, at most ", kMostNodes,
          " are allowed");
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    try {
      graph.nodes.push_back(parse_node(nodes[i]));
    } catch (const Error& e) {
      fail("node number ", i + 1, ": ", e.what());
    }
  }
  return graph;
}

}  // namespace

std::string to_string(const Extent& extent) {
  if (extent.of_dim >= 0) return "d" + std::to_string(extent.of_dim);
  if (!extent.times_batch) return std::to_string(extent.count);
  return extent.count == 1 ? "N" : std::to_string(extent.count) + "N";
}

std::string to_json(const Graph& graph) {
  auto nodes = ordered_json::array();
  for (const Node& node : graph.nodes) {
    ordered_json item = {{"op", node.op}, {"inputs", node.inputs}, {"output", node.output}};
    for (const auto& [name, value] : node.attributes)
      item["attributes"][name] = attribute_to_json(value);
    nodes.push_back(std::move(item));
  }
  const ordered_json all = {
      {"input", graph.input}, {"output", graph.output}, {"nodes", std::move(nodes)}};
  try {
    return all.dump();
  } catch (const ordered_json::exception&) {
    fail("graph: a name is not valid UTF-8");
  }
}

Graph parse_graph(std::string_view text) {
  try {
    return parse(text);
  } catch (const json::exception&) {
    fail("graph: it is not JSON");
  } catch (const Error& e) {
    fail("graph: ", e.what());
  }
}

}  // namespace odin::nn::graph
