#include "odin/nn/onnx/patterns.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "odin/nn/graph/graph_shapes.h"
#include "odin/nn/onnx/builder.h"

namespace odin::nn::onnx {
namespace {

/// The graph with what patterns ask: which node makes a value, and how many read it.
class Matcher {
 public:
  explicit Matcher(Network& network) : network_(network) { index(); }

  std::vector<graph::Node>& nodes() { return network_.graph.nodes; }
  const Shape& shape(const std::string& name) const { return shapes_.at(name); }

  /// The node that makes a value, if it is of this operation.
  const graph::Node* made_by(const std::string& value, const char* op) const {
    const auto found = makers_.find(value);
    if (found == makers_.end()) return nullptr;
    const graph::Node& node = network_.graph.nodes[found->second];
    return node.op == op ? &node : nullptr;
  }

  /// Whether nothing but one node reads the value, so that it can vanish.
  bool is_read_once(const std::string& value) const {
    const auto found = readers_.find(value);
    return found != readers_.end() && found->second == 1 && value != network_.graph.output;
  }

  const tensor::Tensor* tensor(const std::string& name) const {
    const auto found = network_.tensors.find(name);
    return found == network_.tensors.end() ? nullptr : &found->second;
  }

  /// Whether a value is a constant of one element near `expected`.
  bool is_number(const std::string& name, double expected) const {
    const auto number = this->number(name);
    return number && std::abs(*number - expected) <= 1e-4 * std::abs(expected);
  }

  std::optional<double> number(const std::string& name) const {
    const tensor::Tensor* t = tensor(name);
    if (!t || t->numel() != 1) return std::nullopt;
    return t->reshape({}).item();
  }

 private:
  void index() {
    shapes_ = value_shapes(network_.graph, network_.tensors, network_.input, 2);
    for (std::size_t i = 0; i < nodes().size(); ++i) {
      makers_[nodes()[i].output] = i;
      for (const std::string& input : nodes()[i].inputs) ++readers_[input];
    }
  }

  Network& network_;
  std::map<std::string, std::size_t> makers_;
  std::map<std::string, int> readers_;
  std::map<std::string, Shape> shapes_;
};

/// The two inputs of a node in both orders, until f finds a match.
template <class F>
std::optional<graph::Node> either_order(const graph::Node& node, F&& f) {
  if (auto found = f(node.inputs[0], node.inputs[1])) return found;
  return f(node.inputs[1], node.inputs[0]);
}

double number_attribute(const graph::Node& node, const char* name) {
  const auto& attribute = node.attributes.at(name);
  const auto* value = std::get_if<double>(&attribute);
  return value ? *value : static_cast<double>(std::get<std::int64_t>(attribute));
}

/// x sigmoid(x), x hard_sigmoid(x)
std::optional<graph::Node> find_gated(const Matcher& m, const graph::Node& node) {
  if (node.op != "mul") return std::nullopt;
  return either_order(node, [&](const std::string& x, const std::string& gate) {
    std::optional<graph::Node> found;
    const auto is_gate = [&](const char* op) {
      const graph::Node* maker = m.made_by(gate, op);
      return maker && maker->inputs[0] == x && m.is_read_once(gate) ? maker : nullptr;
    };
    if (is_gate("sigmoid")) found = graph::Node{"silu", {x}, node.output};
    if (const graph::Node* hard = is_gate("hard_sigmoid"))
      if (std::abs(number_attribute(*hard, "alpha") - 1.0 / 6) < 1e-5 &&
          number_attribute(*hard, "beta") == 0.5)
        found = graph::Node{"hard_swish", {x}, node.output};
    return found;
  });
}

/// x if the value is x / sqrt(2).
std::optional<std::string> over_root_two(const Matcher& m, const std::string& value) {
  const double root = std::sqrt(2.0);
  if (const graph::Node* div = m.made_by(value, "div"); div && m.is_number(div->inputs[1], root))
    return div->inputs[0];
  if (const graph::Node* mul = m.made_by(value, "mul"))
    for (std::size_t i = 0; i < 2; ++i)
      if (m.is_number(mul->inputs[1 - i], 1 / root)) return mul->inputs[i];
  return std::nullopt;
}

/// x if the value is 1 + erf(x / sqrt(2)).
std::optional<std::string> one_plus_erf(const Matcher& m, const std::string& value) {
  const graph::Node* add = m.made_by(value, "add");
  if (!add) return std::nullopt;
  for (std::size_t i = 0; i < 2; ++i) {
    const graph::Node* erf = m.made_by(add->inputs[i], "erf");
    if (erf && m.is_number(add->inputs[1 - i], 1)) return over_root_two(m, erf->inputs[0]);
  }
  return std::nullopt;
}

/// x / 2 (1 + erf(x / sqrt(2))), multiplied in any order.
std::optional<graph::Node> find_gelu(const Matcher& m, const graph::Node& node) {
  if (node.op != "mul") return std::nullopt;
  return either_order(node, [&](const std::string& a, const std::string& b) {
    std::optional<graph::Node> found;
    const auto take = [&](const std::string& x) {
      found = graph::Node{"gelu", {x}, node.output, {{"tanh", false}}};
    };
    const graph::Node* product = m.made_by(a, "mul");
    if (!product) return found;
    for (std::size_t i = 0; i < 2; ++i) {
      const std::string &u = product->inputs[i], &v = product->inputs[1 - i];
      if (m.is_number(b, 0.5)) {  // (x (1 + erf)) 0.5
        if (const auto x = one_plus_erf(m, v); x && *x == u) take(u);
      } else if (m.is_number(v, 0.5)) {
        if (const auto x = one_plus_erf(m, b); x && *x == u) take(u);  // (x 0.5) (1 + erf)
        if (const auto x = one_plus_erf(m, u); x && *x == b) take(b);  // ((1 + erf) 0.5) x
      }
    }
    return found;
  });
}

bool reduces_last(const Matcher& m, const graph::Node& mean) {
  const auto dims = std::get<std::vector<Extent>>(mean.attributes.at("dims"));
  const auto keepdim = mean.attributes.find("keepdim");
  return dims.size() == 1 && dims[0].count == m.shape(mean.inputs[0]).rank() - 1 &&
         keepdim != mean.attributes.end() && std::get<bool>(keepdim->second);
}

/// x if the value is the mean of x over the last dimension.
std::optional<std::string> mean_of(const Matcher& m, const std::string& value) {
  const graph::Node* mean = m.made_by(value, "mean");
  if (!mean || !reduces_last(m, *mean)) return std::nullopt;
  return mean->inputs[0];
}

/// d if the value is d^2.
std::optional<std::string> square_of(const Matcher& m, const std::string& value) {
  if (const graph::Node* pow = m.made_by(value, "pow"); pow && m.is_number(pow->inputs[1], 2))
    return pow->inputs[0];
  if (const graph::Node* mul = m.made_by(value, "mul"); mul && mul->inputs[0] == mul->inputs[1])
    return mul->inputs[0];
  return std::nullopt;
}

struct Normalized {
  std::string x;
  double epsilon;
};

/// (x - mean) / sqrt(mean of (x - mean)^2 + epsilon)
std::optional<Normalized> normalized(const Matcher& m, const std::string& value) {
  const graph::Node* div = m.made_by(value, "div");
  if (!div) return std::nullopt;
  const graph::Node* centered = m.made_by(div->inputs[0], "sub");
  const graph::Node* root = m.made_by(div->inputs[1], "sqrt");
  const graph::Node* add = root ? m.made_by(root->inputs[0], "add") : nullptr;
  if (!centered || !add || mean_of(m, centered->inputs[1]) != centered->inputs[0])
    return std::nullopt;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto epsilon = m.number(add->inputs[1 - i]);
    const auto squares = mean_of(m, add->inputs[i]);
    if (!epsilon || !squares) continue;
    const auto d = square_of(m, *squares);
    const graph::Node* again = d ? m.made_by(*d, "sub") : nullptr;
    if (again && again->inputs == centered->inputs)
      return Normalized{centered->inputs[0], *epsilon};
  }
  return std::nullopt;
}

/// normalized weight + bias
std::optional<graph::Node> find_layer_norm(const Matcher& m, const graph::Node& node) {
  if (node.op != "add") return std::nullopt;
  return either_order(node, [&](const std::string& scaled, const std::string& bias) {
    std::optional<graph::Node> found;
    const graph::Node* mul = m.made_by(scaled, "mul");
    if (!mul || !m.tensor(bias) || !m.is_read_once(scaled)) return found;
    for (std::size_t i = 0; i < 2; ++i) {
      const auto inner = normalized(m, mul->inputs[i]);
      const std::string& weight = mul->inputs[1 - i];
      if (inner && m.tensor(weight) && m.shape(weight) == Shape{m.shape(inner->x)[-1]} &&
          m.shape(bias) == m.shape(weight))
        found = graph::Node{
            "layer_norm", {inner->x, weight, bias}, node.output, {{"epsilon", inner->epsilon}}};
    }
    return found;
  });
}

/// linear(x, weight) + bias
std::optional<graph::Node> find_linear_with_bias(const Matcher& m, const graph::Node& node) {
  if (node.op != "add") return std::nullopt;
  return either_order(node, [&](const std::string& product, const std::string& bias) {
    std::optional<graph::Node> found;
    const graph::Node* linear = m.made_by(product, "linear");
    if (linear && linear->inputs.size() == 2 && m.is_read_once(product) && m.tensor(bias) &&
        m.shape(bias) == Shape{m.shape(linear->inputs[1])[0]})
      found = graph::Node{"linear", {linear->inputs[0], linear->inputs[1], bias}, node.output};
    return found;
  });
}

/// Two transposes that undo each other: what goes into the first.
std::optional<std::string> turned_back(const Matcher& m, const graph::Node& node) {
  if (node.op != "transpose") return std::nullopt;
  const graph::Node* first = m.made_by(node.inputs[0], "transpose");
  if (!first) return std::nullopt;
  const auto& a = std::get<std::vector<Extent>>(first->attributes.at("order"));
  const auto& b = std::get<std::vector<Extent>>(node.attributes.at("order"));
  for (std::size_t i = 0; i < b.size(); ++i)
    if (a[static_cast<std::size_t>(b[i].count)].count != static_cast<std::int64_t>(i))
      return std::nullopt;
  return first->inputs[0];
}

void replace_value(graph::Graph& graph, const std::string& from, const std::string& to) {
  for (graph::Node& node : graph.nodes)
    std::replace(node.inputs.begin(), node.inputs.end(), from, to);
  if (graph.output == from) graph.output = to;
}

void drop_turned(Network& network) {
  std::vector<std::pair<std::string, std::string>> equal;
  {
    const Matcher m(network);
    for (const graph::Node& node : network.graph.nodes)
      if (const auto before = turned_back(m, node)) equal.emplace_back(node.output, *before);
  }
  for (const auto& [value, before] : equal) replace_value(network.graph, value, before);
}

void drop_softmax(Network& network) {
  const Matcher m(network);
  for (const char* op : {"softmax", "log_softmax"}) {
    const graph::Node* last = m.made_by(network.graph.output, op);
    if (!last || std::get<std::int64_t>(last->attributes.at("dim")) != 1) continue;
    network.notes.push_back(std::string("the ") + op +
                            " at the end is left out: the scores are computed from the logits");
    network.graph.output = last->inputs[0];
    return;
  }
}

/// Nodes and tensors that the output does not need.
void drop_unused(Network& network) {
  std::set<std::string> needed{network.graph.output};
  auto& nodes = network.graph.nodes;
  std::vector<graph::Node> kept;
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node)
    if (needed.contains(node->output)) {
      needed.insert(node->inputs.begin(), node->inputs.end());
      kept.push_back(std::move(*node));
    }
  nodes.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
  std::erase_if(network.tensors, [&](const auto& entry) { return !needed.contains(entry.first); });
}

}  // namespace

void simplify(Network& network) {
  drop_unused(network);
  drop_turned(network);
  for (const auto pattern : {find_gated, find_gelu, find_layer_norm, find_linear_with_bias}) {
    const Matcher m(network);
    std::vector<std::pair<std::size_t, graph::Node>> found;
    for (std::size_t i = 0; i < network.graph.nodes.size(); ++i)
      if (auto match = pattern(m, network.graph.nodes[i])) found.emplace_back(i, *std::move(match));
    for (auto& [i, node] : found) network.graph.nodes[i] = std::move(node);
    drop_unused(network);
  }
  drop_softmax(network);
  drop_unused(network);
}

}  // namespace odin::nn::onnx
