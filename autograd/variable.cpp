#include "odin/autograd/variable.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <utility>

#include "odin/autograd/observer.h"

namespace odin::autograd {
namespace {

std::uint64_t next_order() {
  static std::atomic<std::uint64_t> order{0};
  return ++order;
}

}  // namespace

Node::~Node() {
  // Releases a long chain of nodes in a loop. The members' destructors would destroy it
  // recursively, as deep as the graph is long, and overflow the stack.
  std::vector<std::shared_ptr<Node>> pending = std::move(inputs);
  while (!pending.empty()) {
    const std::shared_ptr<Node> node = std::move(pending.back());
    pending.pop_back();
    if (node && node.use_count() == 1) {
      std::move(node->inputs.begin(), node->inputs.end(), std::back_inserter(pending));
      node->inputs.clear();
    }
  }
}

Variable::Variable(Tensor value, bool requires_grad, std::string name) : value_(std::move(value)) {
  if (!requires_grad) return;
  require(tensor::is_floating(value_.dtype()), "variable: only floating tensors have gradients, '",
          name, "' is ", value_.dtype());
  node_ = std::make_shared<Node>();
  node_->name = std::move(name);
  node_->shape = value_.shape();
  node_->order = next_order();
  node_->is_leaf = true;
  node_->requires_grad = true;
}

bool Variable::requires_grad() const { return node_ && (!node_->is_leaf || node_->requires_grad); }

void Variable::set_requires_grad(bool requires_grad) {
  if (!node_ && requires_grad) {
    *this = Variable(value_, true);
  } else if (node_) {
    require(node_->is_leaf, "set_requires_grad: '", node_->name, "' is the result of an operation");
    node_->requires_grad = requires_grad;
  }
}

void Variable::move_to(tensor::Device device) {
  require(!node_ || node_->is_leaf, "move_to: '", node_ ? node_->name : "",
          "' is the result of an operation");
  value_ = value_.to(device);
  if (node_) node_->grad = node_->grad.to(device);
}

void Variable::replace_value(Tensor value) {
  require(!node_ || node_->is_leaf, "replace_value: '", node_ ? node_->name : "",
          "' is the result of an operation");
  require(value.shape() == value_.shape() && value.dtype() == value_.dtype(),
          "replace_value: expected ", name_of(value_.dtype()), " ", value_.shape(), ", got ",
          name_of(value.dtype()), " ", value.shape());
  value_ = std::move(value);
}

const Tensor& Variable::grad() const {
  static const Tensor none;
  return node_ ? node_->grad : none;
}

void Variable::zero_grad() {
  if (node_) node_->grad = Tensor();
}

Variable RecordedGradients::input(int number, const Saved& saved) const {
  Variable v(saved.get());
  v.node_ = node_->inputs[static_cast<std::size_t>(number)];
  return v;
}

Variable RecordedGradients::result(const Saved& saved) const {
  Variable v(saved.get());
  v.node_ = node_;
  return v;
}

Variable record(const char* op, Tensor value, std::span<const Variable> inputs, GradientRule rule) {
  Variable result(std::move(value));
  if (std::none_of(inputs.begin(), inputs.end(), needs_grad)) return result;
  auto node = std::make_shared<Node>();
  node->name = op;
  node->shape = result.shape();
  node->order = next_order();
  node->rule = std::move(rule);
  for (const Variable& input : inputs)
    node->inputs.push_back(needs_grad(input) ? input.node() : nullptr);
  result.node_ = std::move(node);
  if (Observer* seen_by = observer.get()) seen_by->recorded(result, inputs);
  return result;
}

Variable record(const char* op, Tensor value, std::initializer_list<Variable> inputs,
                GradientRule rule) {
  return record(op, std::move(value), std::span<const Variable>(inputs.begin(), inputs.size()),
                std::move(rule));
}

OnlyParameterScope::OnlyParameterScope(const Variable& parameter)
    : scope_(parameter_filter, {.all = false, .only = parameter.node().get()}) {}

bool needs_grad(const Variable& v) {
  if (!v.requires_grad() || !recording.get()) return false;
  if (!v.node()->is_parameter) return true;
  const ParameterFilter& filter = parameter_filter.get();
  return filter.all || filter.only == v.node().get();
}

}  // namespace odin::autograd
