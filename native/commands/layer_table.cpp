#include "odin/native/commands/layer_table.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <sstream>
#include <vector>

#include "odin/autograd/engine.h"
#include "odin/native/system/console.h"
#include "odin/nn/fusion.h"
#include "odin/nn/graph/graph_shapes.h"
#include "odin/nn/io/quote.h"

namespace odin::native {
namespace {

/// Of images for networks that take any size.
constexpr std::int64_t kSideOfAnySize = 224;

struct LayerRow {
  std::string name, op;
  tensor::Shape shape;
  std::vector<std::size_t> inputs;  ///< other rows
  std::int64_t parameters = 0, multiply_adds = 0;
};

std::vector<LayerRow> rows_of_graph(const nn::Model& model, const nn::InputSize& input) {
  const nn::graph::Graph graph = nn::graph::parse_graph(model.info.graph);
  const nn::StateDict tensors = model.network->state_dict();
  std::vector<LayerRow> rows{
      {.name = graph.input, .op = "input", .shape = input.batch(1), .inputs = {}}};
  std::map<std::string, std::size_t> places{{graph.input, 0}};
  for (const auto& summary : summarize(graph, tensors, input)) {
    LayerRow row{.name = summary.node->output,
                 .op = summary.node->op,
                 .shape = summary.output,
                 .inputs = {},
                 .parameters = summary.parameters,
                 .multiply_adds = summary.multiply_adds};
    for (const std::string& name : summary.node->inputs)
      if (const auto found = places.find(name); found != places.end())
        row.inputs.push_back(found->second);
    places[row.name] = rows.size();
    rows.push_back(std::move(row));
  }
  return rows;
}

/// "block1.conv1" for "block1.conv1.weight".
std::string module_of(const std::string& parameter) {
  const auto dot = parameter.rfind('.');
  return dot == parameter.npos ? parameter : parameter.substr(0, dot);
}

/// The multiply-adds for each element of a convolution's or matrix product's result.
std::int64_t products_for_each(const autograd::Node& node) {
  if (node.name == "matmul") return node.inputs[0] ? node.inputs[0]->shape[-1] : 0;
  return node.inputs[1] ? numel(node.inputs[1]->shape) / node.inputs[1]->shape[0] : 0;
}

/// A long name without its beginning, which it has in common with others.
std::string shortened(const std::string& name, std::size_t most) {
  return name.size() <= most ? name : "..." + name.substr(name.size() - most + 3);
}

/// What a network that is no graph records: its operations in the order in which they ran.
std::vector<LayerRow> rows_of_tape(const nn::Model& model, const nn::InputSize& input) {
  const nn::FusionScope plain(false);
  const autograd::Variable image(tensor::Tensor::zeros(input.batch(1)), true, "input");
  const autograd::Variable logits = (*model.network)(image);
  std::vector<LayerRow> rows;
  std::map<const autograd::Node*, std::size_t> places;
  for (const auto& node : autograd::tape(logits)) {
    if (node->is_parameter) continue;
    LayerRow row{.name = node->is_leaf ? node->name : "",
                 .op = node->is_leaf ? "input" : node->name,
                 .shape = node->shape,
                 .inputs = {}};
    for (const auto& from : node->inputs) {
      if (!from) continue;
      if (from->is_parameter) {
        row.parameters += numel(from->shape);
        if (row.name.empty()) row.name = module_of(from->name);
      } else {
        row.inputs.push_back(places.at(from.get()));
      }
    }
    if (row.op == "conv2d" || row.op == "matmul")
      row.multiply_adds = numel(row.shape) * products_for_each(*node);
    places[node.get()] = rows.size();
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<LayerRow> rows_of(const nn::Model& model) {
  const nn::InputSize input = model.info.input.or_square(kSideOfAnySize);
  return model.info.architecture == nn::kGraphArchitecture ? rows_of_graph(model, input)
                                                           : rows_of_tape(model, input);
}

/// "64x112x112", without the batch.
std::string shape_text(const tensor::Shape& shape) {
  std::string text;
  for (int i = 1; i < shape.rank(); ++i) text += (i > 1 ? "x" : "") + std::to_string(shape[i]);
  return text;
}

std::string count_text(std::int64_t count) { return count ? std::to_string(count) : "-"; }

std::string millions(std::int64_t count) {
  if (count == 0) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", static_cast<double>(count) / 1e6);
  return text;
}

/// For a label in quotation marks.
std::string dot_text(const std::string& text) {
  std::string out;
  for (const char c : nn::printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string layer_table(const nn::Model& model) {
  const std::vector<LayerRow> rows = rows_of(model);
  constexpr std::size_t kWidestName = 60;
  std::size_t width = 4;
  for (const LayerRow& row : rows) width = std::max(width, row.name.size());
  width = std::min(width, kWidestName);
  std::ostringstream text;
  const auto line = [&](const std::string& name, const std::string& op, const std::string& shape,
                        const std::string& parameters, const std::string& products) {
    char rest[160];
    std::snprintf(rest, sizeof rest, "  %-13.20s %-14.40s %10s %12s", op.c_str(), shape.c_str(),
                  parameters.c_str(), products.c_str());
    const std::string shown = shortened(nn::printable(name), kWidestName);
    text << shown << std::string(width > shown.size() ? width - shown.size() : 0, ' ') << rest
         << '\n';
  };
  line("name", "operation", "result", "parameters", "million MACs");
  std::int64_t parameters = 0, products = 0;
  for (const LayerRow& row : rows) {
    line(row.name, row.op, shape_text(row.shape), count_text(row.parameters),
         millions(row.multiply_adds));
    parameters += row.parameters;
    products += row.multiply_adds;
  }
  line("all", "", "", count_text(parameters), millions(products));
  return text.str();
}

std::string layer_graph(const nn::Model& model) {
  const std::vector<LayerRow> rows = rows_of(model);
  std::ostringstream text;
  text << "digraph network {\n  node [shape=box, fontname=\"sans-serif\"];\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text << "  n" << i << " [label=\"" << dot_text(rows[i].op) << "\\n"
         << dot_text(rows[i].name) << "\\n"
         << shape_text(rows[i].shape) << "\"];\n";
    for (const std::size_t from : rows[i].inputs) text << "  n" << from << " -> n" << i << ";\n";
  }
  text << "}\n";
  return text.str();
}

}  // namespace odin::native
