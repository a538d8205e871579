#include "odin/autograd/engine.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "odin/autograd/observer.h"
#include "odin/autograd/ops/elementwise.h"
#include "odin/tensor/ops/elementwise.h"

namespace odin::autograd {
namespace {

using NodePtr = std::shared_ptr<Node>;

/// Whether t can be changed in place: no other tensor shares its elements, and none is repeated by
/// a stride of 0.
bool may_overwrite(const Tensor& t) {
  if (!t.is_unique()) return false;
  for (int i = 0; i < t.rank(); ++i)
    if (t.dim(i) > 1 && t.strides()[i] == 0) return false;
  return true;
}

void accumulate(Tensor& sum, Tensor gradient) {
  if (!sum.defined())
    sum = std::move(gradient);
  else if (may_overwrite(sum))
    tensor::add_(sum, gradient);
  else
    sum = tensor::add(sum, gradient);
}

/// The gradients accumulated so far of nodes that the pass has not reached yet.
using Pending = std::unordered_map<const Node*, Tensor>;

/// Adds a node's input gradients to `pending`, for the inputs on the way to a target.
class InputGradients final : public Gradients {
 public:
  InputGradients(const Node& node, const std::unordered_set<const Node*>& on_the_way,
                 Pending& pending)
      : node_(node), on_the_way_(on_the_way), pending_(pending) {}

  bool wants(int input) const override { return wanted(target(input)); }
  bool wants_any() const {
    return std::any_of(node_.inputs.begin(), node_.inputs.end(),
                       [this](const NodePtr& node) { return wanted(node); });
  }

  void add(int input, Tensor gradient) override {
    const NodePtr& target = this->target(input);
    require(wanted(target), node_.name, ": the rule added a gradient of input ", input,
            ", which nobody needs; it has to ask wants(", input, ") first");
    require(gradient.shape() == target->shape, node_.name, ": gradient of input ", input,
            " has shape ", gradient.shape(), ", expected ", target->shape);
    accumulate(pending_[target.get()], std::move(gradient));
  }

 private:
  const NodePtr& target(int input) const {
    require(input >= 0 && input < std::ssize(node_.inputs), node_.name,
            ": the rule speaks of input ", input, ", and there are ", node_.inputs.size());
    return node_.inputs[static_cast<std::size_t>(input)];
  }
  bool wanted(const NodePtr& target) const { return target && on_the_way_.contains(target.get()); }

  const Node& node_;
  const std::unordered_set<const Node*>& on_the_way_;
  Pending& pending_;
};

/// The nodes of `tape` from which one of `targets` can be reached.
std::unordered_set<const Node*> ways_to(const std::vector<NodePtr>& tape,
                                        const std::unordered_set<const Node*>& targets) {
  std::unordered_set<const Node*> found;
  for (const NodePtr& node : tape) {
    const bool leads = std::any_of(node->inputs.begin(), node->inputs.end(),
                                   [&](const NodePtr& i) { return i && found.contains(i.get()); });
    if (leads || targets.contains(node.get())) found.insert(node.get());
  }
  return found;
}

Tensor seed_for(const Variable& output, const BackwardOptions& options) {
  require(output.requires_grad(), "backward: the output depends on nothing that needs a gradient");
  if (options.seed.defined()) {
    require(options.seed.shape() == output.shape(), "backward: seed has shape ",
            options.seed.shape(), ", the output has ", output.shape());
    return options.seed;
  }
  require(output.value().numel() == 1, "backward: the output has shape ", output.shape(),
          "; a seed is needed unless it is a scalar");
  return Tensor::full(output.shape(), 1, output.dtype(), output.value().device());
}

/// The backward pass from output to `targets`. Returns the gradients of the targets.
Pending walk(const Variable& output, const std::vector<NodePtr>& nodes,
             const std::unordered_set<const Node*>& targets, const BackwardOptions& options) {
  const auto on_the_way = ways_to(nodes, targets);
  Pending pending;
  pending[output.node().get()] = seed_for(output, options);
  for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
    Node& node = **it;
    const auto found = pending.find(&node);
    if (found == pending.end() || !on_the_way.contains(&node)) continue;
    if (Observer* seen_by = observer.get()) seen_by->reached(node, found->second);
    InputGradients into(node, on_the_way, pending);
    if (!into.wants_any()) continue;  // a leaf, or a target with nothing wanted behind it
    require(!node.released,
            "backward: this graph was walked before and its saved values are gone;"
            " set retain_graph to walk it again");
    const Tensor dy = targets.contains(&node) ? found->second : std::move(found->second);
    if (!targets.contains(&node)) pending.erase(found);
    node.rule(dy, into);
    if (!options.retain_graph) {
      node.rule.reset();
      node.released = true;
    }
  }
  return pending;
}

/// The input gradients of a node in a recorded backward pass.
class RecordedInputGradients final : public RecordedGradients {
 public:
  using Pending = std::unordered_map<const Node*, Variable>;

  RecordedInputGradients(const NodePtr& node, const std::unordered_set<const Node*>& on_the_way,
                         Pending& pending)
      : RecordedGradients(node), node_(*node), on_the_way_(on_the_way), pending_(pending) {}

  bool wants(int input) const override {
    const NodePtr& target = node_.inputs.at(static_cast<std::size_t>(input));
    return target && on_the_way_.contains(target.get());
  }
  bool wants_any() const {
    return std::any_of(node_.inputs.begin(), node_.inputs.end(), [this](const NodePtr& target) {
      return target && on_the_way_.contains(target.get());
    });
  }
  void add(int input, Variable gradient) override {
    Variable& sum = pending_[node_.inputs.at(static_cast<std::size_t>(input)).get()];
    sum = sum.defined() ? autograd::add(sum, gradient) : std::move(gradient);
  }

 private:
  const Node& node_;
  const std::unordered_set<const Node*>& on_the_way_;
  Pending& pending_;
};

}  // namespace

std::vector<NodePtr> tape(const Variable& output) {
  std::vector<NodePtr> nodes, todo;
  std::unordered_set<const Node*> seen;
  if (output.node()) todo.push_back(output.node());
  while (!todo.empty()) {
    NodePtr node = std::move(todo.back());
    todo.pop_back();
    if (!seen.insert(node.get()).second) continue;
    for (const NodePtr& input : node->inputs)
      if (input) todo.push_back(input);
    nodes.push_back(std::move(node));
  }
  std::sort(nodes.begin(), nodes.end(),
            [](const NodePtr& a, const NodePtr& b) { return a->order < b->order; });
  return nodes;
}

void backward(const Variable& output, const BackwardOptions& options) {
  const auto nodes = tape(output);
  std::unordered_set<const Node*> leaves;
  for (const NodePtr& node : nodes)
    if (node->is_leaf && node->requires_grad) leaves.insert(node.get());
  Pending gradients = walk(output, nodes, leaves, options);
  for (const NodePtr& node : nodes)
    if (const auto found = gradients.find(node.get()); found != gradients.end() && node->is_leaf)
      accumulate(node->grad, std::move(found->second));
}

std::vector<Tensor> grad(const Variable& output, std::span<const Variable> inputs,
                         const BackwardOptions& options) {
  std::unordered_set<const Node*> targets;
  for (const Variable& input : inputs) {
    require(input.requires_grad(), "grad: an input needs no gradient (requires_grad is false)");
    targets.insert(input.node().get());
  }
  Pending gradients = walk(output, tape(output), targets, options);
  std::vector<Tensor> result;
  for (const Variable& input : inputs) {
    const auto found = gradients.find(input.node().get());
    require(found != gradients.end(), "grad: the output does not depend on input '",
            input.node()->name, "' ", input.shape());
    result.push_back(found->second);
  }
  return result;
}

std::vector<Variable> recorded_grad(const Variable& output, std::span<const Variable> inputs,
                                    const Variable& seed) {
  std::unordered_set<const Node*> targets;
  for (const Variable& input : inputs) {
    require(input.requires_grad(),
            "recorded_grad: an input needs no gradient (requires_grad is "
            "false)");
    targets.insert(input.node().get());
  }
  const auto nodes = tape(output);
  const auto on_the_way = ways_to(nodes, targets);
  RecordedInputGradients::Pending pending;
  pending[output.node().get()] =
      seed.defined() ? seed : Variable(seed_for(output, BackwardOptions()));
  for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
    const NodePtr& node = *it;
    const auto found = pending.find(node.get());
    if (found == pending.end() || !on_the_way.contains(node.get())) continue;
    RecordedInputGradients into(node, on_the_way, pending);
    if (!into.wants_any()) continue;
    require(!node->released,
            "recorded_grad: this graph was walked before and its saved values are "
            "gone; set retain_graph to walk it again");
    require(node->rule.differentiable(), "recorded_grad: '", node->name, "' has no second ",
            "derivative; fused operations have the plain path (nn::FusionScope)");
    const Variable dy = found->second;
    node->rule(dy, into);
  }
  std::vector<Variable> result;
  for (const Variable& input : inputs) {
    const auto found = pending.find(input.node().get());
    require(found != pending.end(), "recorded_grad: the output does not depend on input '",
            input.node()->name, "' ", input.shape());
    result.push_back(found->second);
  }
  return result;
}

Tensor grad(const Variable& output, const Variable& input, const BackwardOptions& options) {
  return grad(output, std::span(&input, 1), options).front();
}

}  // namespace odin::autograd
