#include "odin/nn/graph/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "odin/autograd/fused/conv_activation.h"
#include "odin/autograd/ops/elementwise.h"
#include "odin/tensor/ops/conv.h"

namespace odin::nn::graph {
namespace {

using autograd::RunningStats;
using tensor::Activation;
using tensor::ActivationKind;
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
  explicit Planner(const Graph& graph) : graph_(graph), covered_(graph.nodes.size(), false) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      const Node& node = graph.nodes[i];
      operations_.push_back(make_operation(node));
      made_by_[node.output] = static_cast<int>(i);
      for (const std::string& name : node.inputs) users_[name].push_back(static_cast<int>(i));
    }
    users_[graph.output].push_back(-1);  // the reader of the result
  }

  std::vector<Step> steps() {
    std::map<int, Step> at;  // by the number of their last node
    for (int i = 0; i < count(); ++i)
      if (operation(i).convolution) {
        const FusedConv fused = around(i);
        at[fused.last()] = step_of(fused);
      }
    for (int i = 0; i < count(); ++i)
      if (operation(i).norm_epsilon && !covered(i)) {
        const int relu = only_reader(i);
        if (relu < 0 || covered(relu) || !is_relu(relu)) continue;
        cover(i);
        cover(relu);
        at[relu] = norm_relu_step(i, relu);
      }
    std::vector<Step> steps;
    for (int i = 0; i < count(); ++i) {
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
  int count() const { return static_cast<int>(graph_.nodes.size()); }
  const Node& node(int i) const { return graph_.nodes[static_cast<std::size_t>(i)]; }
  const Operation& operation(int i) const { return operations_[static_cast<std::size_t>(i)]; }
  bool covered(int i) const { return covered_[static_cast<std::size_t>(i)]; }
  void cover(int i) {
    if (i >= 0) covered_[static_cast<std::size_t>(i)] = true;
  }
  bool is_relu(int i) const {
    const auto& f = operation(i).activation;
    return f && f->kind == ActivationKind::relu;
  }

  /// The node that alone reads the result of node i; -1 if there are none or several.
  int only_reader(int i) const {
    const auto& readers = users_.at(node(i).output);
    return readers.size() == 1 ? readers.front() : -1;
  }
  /// The node that makes a value; -1 for the input and for tensors.
  int maker(const std::string& name) const {
    const auto found = made_by_.find(name);
    return found == made_by_.end() ? -1 : found->second;
  }
  /// Whether node i alone reads its first input, and that is the result of a node.
  bool reads_alone(int i, int made) const { return made >= 0 && only_reader(made) == i; }

  FusedConv around(int conv) {
    FusedConv f;
    f.conv = conv;
    if (operation(conv).convolution->groups == 1) find_before(f);
    find_behind(f);
    for (const int i : {f.norm_before, f.relu_before, f.conv, f.norm, f.add, f.activation}) cover(i);
    return f;
  }

  void find_before(FusedConv& f) const {
    const int relu = maker(node(f.conv).inputs[0]);
    if (!reads_alone(f.conv, relu) || covered(relu) || !is_relu(relu)) return;
    const int norm = maker(node(relu).inputs[0]);
    if (!reads_alone(relu, norm) || covered(norm) || !operation(norm).norm_epsilon) return;
    f.relu_before = relu;
    f.norm_before = norm;
  }

  void find_behind(FusedConv& f) const {
    int last = f.conv;
    const auto next = [&] {
      const int reader = users_.contains(node(last).output) ? only_reader(last) : -1;
      return reader >= 0 && !covered(reader) ? reader : -1;
    };
    int reader = next();
    if (reader >= 0 && operation(reader).norm_epsilon && node(reader).inputs[0] == node(last).output)
      last = f.norm = std::exchange(reader, -1);
    reader = next();
    if (reader >= 0 && node(reader).op == "add" && maker(other_summand(reader, last)) >= 0)
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

  Step step_of(const FusedConv& f) const;
  Step norm_relu_step(int norm, int relu) const;

  const Graph& graph_;
  std::vector<Operation> operations_;
  std::vector<bool> covered_;
  std::map<std::string, int> made_by_;
  std::map<std::string, std::vector<int>> users_;
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
  if (f.add >= 0)
    step.inputs.push_back(other_summand(f.add, f.norm >= 0 ? f.norm : f.conv));
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
      map = autograd::batch_norm_map(n.scale, n.bias, n.running, *before, true);
      at += kNormInputs;
    }
    Variable weight = x[1], bias = own > 2 ? x[2] : Variable();
    if (behind) {
      const NormTensors n(x, at);
      const auto folded =
          autograd::fold_batch_norm(weight.value(), bias.defined() ? bias.value() : Tensor(),
                                    n.scale, n.bias, n.running, *behind);
      weight = Variable(folded.weight);
      bias = Variable(folded.bias);
      at += kNormInputs;
    }
    const Variable residual = adds ? x[at] : Variable();
    const bool same_shape =
        !adds || residual.shape() ==
                     tensor::conv2d_shape("conv2d", x[0].shape(), weight.shape(), p);
    if (same_shape) return conv_activation(x[0], map, weight, p, bias, activation, residual);
    // A summand that broadcasts, such as one number a channel.
    const Variable y =
        autograd::add(conv_activation(x[0], map, weight, p, bias, Activation()), residual);
    return activation.defined() ? autograd::activation(y, activation) : y;
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

std::vector<Step> fused_steps(const Graph& graph) { return Planner(graph).steps(); }

}  // namespace odin::nn::graph
