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

void accumulate(Variable& sum, Variable gradient) {
  sum = sum.defined() ? add(sum, gradient) : std::move(gradient);
}

/// The gradients accumulated so far of nodes that the pass has not reached yet: tensors, or in a
/// recorded pass variables.
template <class V>
using Pending = std::unordered_map<const Node*, V>;

/// Adds a node's input gradients to `pending`, for the inputs on the way to a target.
template <class V, class Base>
class InputGradients final : public Base {
 public:
  template <class... ForBase>
  InputGradients(const Node& node, const std::unordered_set<const Node*>& on_the_way,
                 Pending<V>& pending, ForBase&&... for_base)
      : Base(std::forward<ForBase>(for_base)...),
        node_(node),
        on_the_way_(on_the_way),
        pending_(pending) {}

  bool wants(int input) const override { return wanted(target(input)); }
  bool wants_any() const {
    return std::any_of(node_.inputs.begin(), node_.inputs.end(),
                       [this](const NodePtr& node) { return wanted(node); });
  }

  void add(int input, V gradient) override {
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
  Pending<V>& pending_;
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

/// The seed that was given, or 1 for a scalar output.
template <class V>
V seed_for(const Variable& output, const V& given) {
  require(output.requires_grad(), "backward: the output depends on nothing that needs a gradient");
  if (given.defined()) {
    require(given.shape() == output.shape(), "backward: seed has shape ", given.shape(),
            ", the output has ", output.shape());
    return given;
  }
  require(output.value().numel() == 1, "backward: the output has shape ", output.shape(),
          "; a seed is needed unless it is a scalar");
  return V(Tensor::full(output.shape(), 1, output.dtype(), output.value().device()));
}

void require_walkable(const Node& node) {
  require(!node.released,
          "backward: this graph was walked before and its saved values are gone;"
          " set retain_graph to walk it again");
}

/// One node of the pass: adds to the gradients of its inputs.
void pass(Node& node, const std::unordered_set<const Node*>& on_the_way,
          const std::unordered_set<const Node*>& targets, const BackwardOptions& options,
          Pending<Tensor>& pending) {
  const auto found = pending.find(&node);
  if (found == pending.end() || !on_the_way.contains(&node)) return;
  if (Observer* seen_by = observer.get()) seen_by->reached(node, found->second);
  InputGradients<Tensor, Gradients> into(node, on_the_way, pending);
  if (!into.wants_any()) return;  // a leaf, or a target with nothing wanted behind it
  require_walkable(node);
  const Tensor dy = targets.contains(&node) ? found->second : std::move(found->second);
  if (!targets.contains(&node)) pending.erase(found);
  node.rule(dy, into);
  if (!options.retain_graph) {
    node.rule.reset();
    node.released = true;
  }
}

/// Adds the gradients of leaves to their grad() as soon as a pass is done with all that add to them.
class Completion {
 public:
  Completion(const std::vector<NodePtr>& nodes, const std::unordered_set<const Node*>& leaves,
             const std::function<void(Node&)>& completed)
      : completed_(completed) {
    if (!completed) return;  // then all are taken at the end
    for (const NodePtr& node : nodes)
      for (const NodePtr& input : node->inputs)
        if (input && leaves.contains(input.get())) ++readers_[input.get()];
  }

  void passed(const Node& node, Pending<Tensor>& gradients) {
    for (const NodePtr& input : node.inputs)
      if (const auto left = readers_.find(input.get()); left != readers_.end())
        if (--left->second == 0) take(*input, gradients);
  }
  void take(Node& leaf, Pending<Tensor>& gradients) const {
    const auto found = gradients.find(&leaf);
    if (found == gradients.end()) return;
    accumulate(leaf.grad, std::move(found->second));
    gradients.erase(found);
    if (completed_) completed_(leaf);
  }

 private:
  /// Of each leaf, how many inputs of operations may still add to its gradient.
  std::unordered_map<const Node*, int> readers_;
  const std::function<void(Node&)>& completed_;
};

/// The backward pass from output to `targets`. Returns the gradients of the targets, but those that
/// `completion`, if there is one, has taken.
Pending<Tensor> walk(const Variable& output, const std::vector<NodePtr>& nodes,
                     const std::unordered_set<const Node*>& targets, const BackwardOptions& options,
                     Completion* completion = nullptr) {
  const auto on_the_way = ways_to(nodes, targets);
  Pending<Tensor> pending;
  pending[output.node().get()] = seed_for(output, options.seed);
  for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
    Node& node = **it;
    pass(node, on_the_way, targets, options, pending);
    if (completion) completion->passed(node, pending);
  }
  return pending;
}

/// The same pass, recorded.
Pending<Variable> walk_recorded(const Variable& output, const std::vector<NodePtr>& nodes,
                                const std::unordered_set<const Node*>& targets,
                                const Variable& seed) {
  const auto on_the_way = ways_to(nodes, targets);
  Pending<Variable> pending;
  pending[output.node().get()] = seed_for(output, seed);
  for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
    const NodePtr& node = *it;
    const auto found = pending.find(node.get());
    if (found == pending.end() || !on_the_way.contains(node.get())) continue;
    InputGradients<Variable, RecordedGradients> into(*node, on_the_way, pending, node);
    if (!into.wants_any()) continue;
    require_walkable(*node);
    require(node->rule.differentiable(), "recorded_grad: '", node->name, "' has no second ",
            "derivative; fused operations have the plain path (nn::FusionScope)");
    const Variable dy = found->second;
    node->rule(dy, into);
  }
  return pending;
}

std::unordered_set<const Node*> targets_of(const char* op, std::span<const Variable> inputs) {
  std::unordered_set<const Node*> targets;
  for (const Variable& input : inputs) {
    require(input.requires_grad(), op, ": an input needs no gradient (requires_grad is false)");
    targets.insert(input.node().get());
  }
  return targets;
}

template <class V>
std::vector<V> gradients_of(const char* op, std::span<const Variable> inputs,
                            const Pending<V>& gradients) {
  std::vector<V> result;
  for (const Variable& input : inputs) {
    const auto found = gradients.find(input.node().get());
    require(found != gradients.end(), op, ": the output does not depend on input '",
            input.node()->name, "' ", input.shape());
    result.push_back(found->second);
  }
  return result;
}

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
  Completion completion(nodes, leaves, options.completed);
  Pending<Tensor> gradients =
      walk(output, nodes, leaves, options, options.completed ? &completion : nullptr);
  for (const NodePtr& node : nodes)
    if (leaves.contains(node.get())) completion.take(*node, gradients);
}

std::vector<Tensor> grad(const Variable& output, std::span<const Variable> inputs,
                         const BackwardOptions& options) {
  const auto targets = targets_of("grad", inputs);
  return gradients_of("grad", inputs, walk(output, tape(output), targets, options));
}

std::vector<Variable> recorded_grad(const Variable& output, std::span<const Variable> inputs,
                                    const Variable& seed) {
  const auto targets = targets_of("recorded_grad", inputs);
  return gradients_of("recorded_grad", inputs, walk_recorded(output, tape(output), targets, seed));
}

Tensor grad(const Variable& output, const Variable& input, const BackwardOptions& options) {
  return grad(output, std::span(&input, 1), options).front();
}

}  // namespace odin::autograd
