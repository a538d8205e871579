#include "odin/nn/graph/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "odin/autograd/fused/conv_activation.h"
#include "odin/autograd/ops/batch_norm_state.h"
#include "odin/autograd/ops/elementwise.h"
#include "odin/nn/graph/dense_blocks.h"
#include "odin/nn/graph/graph_index.h"
#include "odin/nn/graph/last_layer.h"
#include "odin/tensor/ops/conv.h"

namespace odin::nn::graph {
namespace {

using autograd::RunningStats;
using tensor::Activation;
using tensor::Conv2dParams;
using tensor::Shape;
using tensor::Tensor;

/// A batch normalization's inputs behind x: scale, bias, mean, variance.
constexpr std::size_t kNormInputs = 4;

/// What is fused with a convolution; -1 where there is none. Numbers are those of nodes.
struct FusedConv {
  int norm_before = -1, relu_before = -1, conv = -1, norm = -1, add = -1, activation = -1;

  int last() const { return std::max({conv, norm, add, activation}); }
};

class Planner {
 public:
  explicit Planner(const Graph& graph)
      : graph_(graph), last_layer_(last_layer(graph)), covered_(graph.nodes.size(), false) {}

  std::vector<Step> steps(const StateDict& tensors) {
    std::map<int, Step> at;  // by the number of their last node
    for (DenseBlockNodes& block : find_dense_blocks(graph_, tensors)) {
      for (const int i : block.nodes) cover(i);
      at[*std::max_element(block.nodes.begin(), block.nodes.end())] = std::move(block.step);
    }
    std::map<int, FusedConv> convs;  // likewise
    for (int i = 0; i < graph_.count(); ++i)
      if (operation(i).convolution && !covered(i) && graph_.has_constant_tensors(i)) {
        const FusedConv fused = around(i);
        convs[fused.last()] = fused;
      }
    for (const auto& [last, conv] : convs) {
      if constexpr (autograd::kConvPairIsOnePass)
        if (const int before = pointwise_before(conv, convs, tensors); before >= 0) {
          at[last] = step_of_pair(convs.at(before), conv);
          at.erase(before);
          continue;
        }
      at[last] = step_of(conv);
    }
    for (int i = 0; i < graph_.count(); ++i)
      if (graph_.is_norm(i) && !covered(i)) {
        const int relu = graph_.only_reader(i);
        if (relu < 0 || covered(relu) || !graph_.is_relu(relu)) continue;
        cover(i);
        cover(relu);
        at[relu] = norm_relu_step(i, relu);
      }
    std::vector<Step> steps;
    for (int i = 0; i < graph_.count(); ++i) {
      if (const auto fused = at.find(i); fused != at.end())
        steps.push_back(std::move(fused->second));
      else if (!covered(i))
        steps.push_back(step_of_node(node(i), operation(i)));
    }
    return steps;
  }

  static Step step_of_node(const Node& node, const Operation& operation) {
    return {node.inputs, node.output, operation.run, where(node)};
  }

 private:
  const Node& node(int i) const { return graph_.node(i); }
  const Operation& operation(int i) const { return graph_.operation(i); }
  bool covered(int i) const { return covered_[static_cast<std::size_t>(i)]; }
  void cover(int i) {
    if (i >= 0) covered_[static_cast<std::size_t>(i)] = true;
  }

  FusedConv around(int conv) {
    FusedConv f;
    f.conv = conv;
    if (operation(conv).convolution->groups == 1) find_before(f);
    find_behind(f);
    for (const int i : {f.norm_before, f.relu_before, f.conv, f.norm, f.add, f.activation})
      cover(i);
    return f;
  }

  void find_before(FusedConv& f) const {
    // What the last layer reads is a value of its own (nn/features.h).
    if (last_layer_ && node(f.conv).output == last_layer_->output) return;
    const int relu = graph_.maker(node(f.conv).inputs[0]);
    if (!graph_.reads_alone(f.conv, relu) || covered(relu) || !graph_.is_relu(relu)) return;
    const int norm = graph_.maker(node(relu).inputs[0]);
    if (!graph_.reads_alone(relu, norm) || covered(norm) || !graph_.is_norm(norm)) return;
    f.relu_before = relu;
    f.norm_before = norm;
  }

  void find_behind(FusedConv& f) const {
    int last = f.conv;
    const auto next = [&] {
      const int reader = graph_.only_reader(last);
      return reader >= 0 && !covered(reader) ? reader : -1;
    };
    int reader = next();
    if (reader >= 0 && graph_.is_norm(reader) && node(reader).inputs[0] == node(last).output)
      last = f.norm = std::exchange(reader, -1);
    reader = next();
    if (reader >= 0 && node(reader).op == "add" && graph_.maker(other_summand(reader, last)) >= 0)
      last = f.add = std::exchange(reader, -1);
    reader = next();
    if (reader >= 0 && operation(reader).activation) f.activation = reader;
  }

  const std::string& other_summand(int add, int one) const {
    const auto& inputs = node(add).inputs;
    return inputs[0] == node(one).output ? inputs[1] : inputs[0];
  }

  void append_norm(int norm, std::vector<std::string>& inputs) const {
    const auto& names = node(norm).inputs;
    inputs.insert(inputs.end(), names.begin() + 1, names.end());
  }

  /// The last node of the 1x1 convolution, among `convs`, before a depthwise one that alone reads its
  /// result; -1 if there is none.
  int pointwise_before(const FusedConv& f, const std::map<int, FusedConv>& convs,
                       const StateDict& tensors) const {
    const Shape& w = tensors.at(node(f.conv).inputs[1]).shape();
    const bool depthwise = w[1] == 1 && operation(f.conv).convolution->groups == w[0];
    const int maker = graph_.maker(node(f.conv).inputs[0]);
    const auto found = convs.find(maker);
    if (!depthwise || f.add >= 0 || found == convs.end() || !graph_.reads_alone(f.conv, maker))
      return -1;
    const FusedConv& first = found->second;
    const Shape& v = tensors.at(node(first.conv).inputs[1]).shape();
    const Conv2dParams& p = *operation(first.conv).convolution;
    const bool pointwise =
        v[2] == 1 && v[3] == 1 && p.stride == 1 && p.padding == 0 && p.groups == 1;
    return pointwise && first.norm_before < 0 && first.add < 0 ? maker : -1;
  }

  Step step_of(const FusedConv& f) const;
  Step step_of_pair(const FusedConv& first, const FusedConv& second) const;
  Step norm_relu_step(int norm, int relu) const;

  GraphIndex graph_;
  std::optional<LastLayerNode> last_layer_;
  std::vector<bool> covered_;
};

/// The tensors of a batch normalization among a step's inputs, from number `first` on.
struct NormTensors {
  Tensor scale, bias;
  RunningStats running;

  NormTensors(Inputs x, std::size_t first)
      : scale(x[first].value()),
        bias(x[first + 1].value()),
        running{x[first + 2].value(), x[first + 3].value()} {}
};

/// A convolution's weight and bias among a step's inputs, `own` tensors with x, and the normalization
/// behind it, if there is one, whose tensors are those from number `norm` on.
struct ConvTensors {
  Variable weight, bias;

  ConvTensors(Inputs x, std::size_t first, std::size_t own, std::optional<double> epsilon,
              std::size_t norm)
      : weight(x[first]), bias(own > 2 ? x[first + 1] : Variable()) {
    if (!epsilon) return;
    const NormTensors n(x, norm);
    const autograd::FoldedConv folded =
        autograd::fold_batch_norm(weight.value(), bias.defined() ? bias.value() : Tensor(), n.scale,
                                  n.bias, n.running, *epsilon);
    weight = Variable(folded.weight);
    bias = Variable(folded.bias);
  }
};

/// Inputs: x, weight, bias?, then the tensors of the normalization before and of the one behind,
/// then the residual, as far as there are such.
Step Planner::step_of(const FusedConv& f) const {
  const Node& conv = node(f.conv);
  Step step;
  step.inputs = conv.inputs;
  const std::size_t own = conv.inputs.size();
  if (f.norm_before >= 0) {
    step.inputs[0] = node(f.norm_before).inputs[0];
    append_norm(f.norm_before, step.inputs);
  }
  if (f.norm >= 0) append_norm(f.norm, step.inputs);
  if (f.add >= 0) step.inputs.push_back(other_summand(f.add, f.norm >= 0 ? f.norm : f.conv));
  step.output = node(f.last()).output;
  step.where = where(conv);
  const auto epsilon_of = [&](int norm) {
    return norm >= 0 ? operation(norm).norm_epsilon : std::optional<double>();
  };
  step.run = [own, p = *operation(f.conv).convolution, before = epsilon_of(f.norm_before),
              behind = epsilon_of(f.norm), adds = f.add >= 0,
              activation = f.activation >= 0 ? *operation(f.activation).activation : Activation()](
                 Inputs x, std::int64_t) {
    std::size_t at = own;
    tensor::ChannelMap map;
    if (before) {
      const NormTensors n(x, at);
      map =
          autograd::batch_norm_state(x[0].value(), n.scale, n.bias, n.running, {.epsilon = *before})
              .map(true);
      at += kNormInputs;
    }
    const auto& [weight, bias] = ConvTensors(x, 1, own, behind, at);
    if (behind) at += kNormInputs;
    const Variable residual = adds ? x[at] : Variable();
    const bool same_shape =
        !adds ||
        residual.shape() == tensor::conv2d_shape("conv2d", x[0].shape(), weight.shape(), p);
    if (same_shape) return conv_activation(x[0], map, weight, p, bias, activation, residual);
    // A summand that broadcasts, such as one number a channel.
    const Variable y =
        autograd::add(conv_activation(x[0], map, weight, p, bias, Activation()), residual);
    return activation.defined() ? autograd::activation(y, activation) : y;
  };
  return step;
}

/// Inputs: x, then of both convolutions weight, bias? and the tensors of the normalization behind.
Step Planner::step_of_pair(const FusedConv& first, const FusedConv& second) const {
  struct Part {
    std::size_t begin, own;
    std::optional<double> epsilon;
    Activation activation;
    ConvTensors tensors(Inputs x) const { return {x, begin, own, epsilon, begin + own - 1}; }
  };
  Step step{{node(first.conv).inputs[0]}, node(second.last()).output, {}, where(node(first.conv))};
  const auto add_part = [&](const FusedConv& f) {
    const std::vector<std::string>& inputs = node(f.conv).inputs;
    Part part{step.inputs.size(), inputs.size(), {}, {}};
    step.inputs.insert(step.inputs.end(), inputs.begin() + 1, inputs.end());
    if (f.norm >= 0) {
      append_norm(f.norm, step.inputs);
      part.epsilon = operation(f.norm).norm_epsilon;
    }
    if (f.activation >= 0) part.activation = *operation(f.activation).activation;
    return part;
  };
  const Part one = add_part(first), other = add_part(second);
  step.run = [one, other, p = *operation(second.conv).convolution](Inputs x, std::int64_t) {
    const ConvTensors a = one.tensors(x), b = other.tensors(x);
    return autograd::conv_pair_activation(x[0], {a.weight, a.bias, one.activation}, b.weight, p,
                                          b.bias, other.activation);
  };
  return step;
}

Step Planner::norm_relu_step(int norm, int relu) const {
  Step step{node(norm).inputs, node(relu).output, {}, where(node(norm))};
  step.run = [epsilon = *operation(norm).norm_epsilon](Inputs x, std::int64_t) {
    return autograd::batch_norm(x[0], x[1], x[2], {x[3].value(), x[4].value()},
                                {.epsilon = epsilon, .relu = true});
  };
  return step;
}

}  // namespace

std::vector<Step> plain_steps(const Graph& graph) {
  std::vector<Step> steps;
  for (const Node& node : graph.nodes)
    steps.push_back(Planner::step_of_node(node, make_operation(node)));
  return steps;
}

std::vector<Step> fused_steps(const Graph& graph, const StateDict& tensors) {
  return Planner(graph).steps(tensors);
}

}  // namespace odin::nn::graph
