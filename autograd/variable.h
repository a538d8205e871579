#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "odin/autograd/recording.h"
#include "odin/tensor/tensor.h"

/// Reverse-mode automatic differentiation, define by run.
///
/// Every operation (odin/autograd/ops/*.h) computes its value at once and, if any input needs a
/// gradient, leaves a Node: who its inputs were, and how to carry a gradient back to them. The nodes
/// that hang together under a result are its graph (the "tape"); backward() and grad() in engine.h
/// walk it from the result to the leaves.
namespace odin::autograd {

using tensor::Dims;
using tensor::DType;
using tensor::Shape;
using tensor::Tensor;

/// Where a gradient rule puts the gradients of an operation's inputs.
class Gradients {
 public:
  virtual ~Gradients() = default;
  /// Whether anybody asked for this input's gradient: a rule must not compute it otherwise.
  virtual bool wants(int input) const = 0;
  /// Adds to this input's gradient.
  virtual void add(int input, Tensor gradient) = 0;
};

/// Given the gradient of the result, adds those of the inputs.
using GradientRule = std::function<void(const Tensor& dy, Gradients& into)>;

/// One operation of the graph, or a leaf: a variable that the user made.
struct Node {
  std::string name;  ///< the operation, or the leaf's label
  Shape shape;
  std::vector<std::shared_ptr<Node>> inputs;  ///< null where no gradient is needed
  GradientRule rule;
  std::uint64_t order = 0;  ///< increases from inputs to results
  bool is_leaf = false;
  bool requires_grad = false;  ///< leaves only
  bool is_parameter = false;   ///< of a network; leaves only
  bool released = false;       ///< its rule ran and what it had saved is gone
  Tensor grad;                 ///< leaves only: what backward() collected

  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();
};

/// A tensor that may know where it came from. Copies are handles to the same value and node.
class Variable {
 public:
  Variable() = default;
  /// A leaf. With `requires_grad`, backward() leaves its gradient in grad().
  Variable(Tensor value, bool requires_grad = false, std::string name = "leaf");

  bool defined() const { return value_.defined(); }
  const Tensor& value() const { return value_; }
  const Shape& shape() const { return value_.shape(); }
  std::int64_t dim(int i) const { return value_.dim(i); }
  int rank() const { return value_.rank(); }
  DType dtype() const { return value_.dtype(); }

  /// Whether an operation on this variable must be recorded: true for leaves made so, and for
  /// everything computed from one outside a NoGradScope (recording.h).
  bool requires_grad() const;
  /// Leaves only.
  void set_requires_grad(bool requires_grad);

  /// Moves the value, and the gradient if there is one, to a device; leaves only.
  void move_to(tensor::Device device);

  /// Undefined before the first backward() and after zero_grad().
  const Tensor& grad() const;
  void zero_grad();

  /// The same value cut off from the graph.
  Variable detach() const { return Variable(value_); }

  const std::shared_ptr<Node>& node() const { return node_; }

 private:
  friend Variable record(const char* op, Tensor value, std::initializer_list<Variable> inputs,
                         GradientRule rule);
  friend Variable record(const char* op, Tensor value, std::span<const Variable> inputs,
                         GradientRule rule);
  Tensor value_;
  std::shared_ptr<Node> node_;
};

/// The result of an operation: `value`, tied to its inputs if any of them needs a gradient.
Variable record(const char* op, Tensor value, std::initializer_list<Variable> inputs,
                GradientRule rule);
Variable record(const char* op, Tensor value, std::span<const Variable> inputs, GradientRule rule);

}  // namespace odin::autograd
