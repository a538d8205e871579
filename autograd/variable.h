#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "odin/autograd/recording.h"
#include "odin/autograd/rule.h"
#include "odin/tensor/tensor.h"

/// Reverse-mode automatic differentiation, define-by-run.
///
/// Every operation (odin/autograd/ops/*.h) computes its value at once. If any input needs a
/// gradient, it also records a Node with its inputs and its gradient rule, which computes the
/// inputs' gradients from the result's. All nodes that a result depends on are its graph (the
/// "tape"); backward() and grad() in engine.h traverse it from the result to the leaves.
namespace odin::autograd {

using tensor::Dims;
using tensor::DType;
using tensor::Shape;
using tensor::Tensor;

/// One operation of the graph, or a leaf: a variable that the user created.
struct Node {
  std::string name;  ///< of the operation or the leaf
  Shape shape;
  std::vector<std::shared_ptr<Node>> inputs;  ///< null for those that need no gradient
  GradientRule rule;
  std::uint64_t order = 0;  ///< increases from inputs to results
  bool is_leaf = false;
  bool requires_grad = false;  ///< leaves only
  bool is_parameter = false;   ///< of a network; leaves only
  bool released = false;       ///< the rule has run, and its saved tensors were freed
  Tensor grad;                 ///< leaves only: the gradient accumulated by backward()

  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node();
};

/// A tensor together with the node that it was computed by, if it needs a gradient. Copies are
/// handles to the same value and node.
class Variable {
 public:
  Variable() = default;
  /// A leaf. With `requires_grad`, backward() adds its gradient to grad(). Throws for a dtype that
  /// is not floating.
  Variable(Tensor value, bool requires_grad = false, std::string name = "leaf");

  bool defined() const { return value_.defined(); }
  const Tensor& value() const { return value_; }
  const Shape& shape() const { return value_.shape(); }
  std::int64_t dim(int i) const { return value_.dim(i); }
  int rank() const { return value_.rank(); }
  DType dtype() const { return value_.dtype(); }

  /// True for leaves created with `requires_grad`, and for recorded results: those computed from
  /// such a leaf outside a NoGradScope (recording.h).
  bool requires_grad() const;
  /// Leaves only; throws for other variables.
  void set_requires_grad(bool requires_grad);

  /// Moves the value, and the gradient if there is one, to a device. Leaves only; throws for other
  /// variables.
  void move_to(tensor::Device device);
  /// Puts another tensor of the same shape and dtype in the place of the value; copies made before keep
  /// the old one. Leaves only; throws for other variables.
  void replace_value(Tensor value);

  /// The gradient accumulated by backward(); undefined before the first and after zero_grad().
  const Tensor& grad() const;
  void zero_grad();

  /// The same value as a constant, without the graph.
  Variable detach() const { return Variable(value_); }

  const std::shared_ptr<Node>& node() const { return node_; }

 private:
  friend class RecordedGradients;
  friend Variable record(const char* op, Tensor value, std::initializer_list<Variable> inputs,
                         GradientRule rule);
  friend Variable record(const char* op, Tensor value, std::span<const Variable> inputs,
                         GradientRule rule);
  Tensor value_;
  std::shared_ptr<Node> node_;
};

/// Returns `value` as the result of operation `op`; records a node with its inputs and gradient
/// rule if any input needs a gradient (recording.h). Custom operations are written with it. A rule
/// that keeps tensors from the forward pass does so in a Saved (saved.h).
Variable record(const char* op, Tensor value, std::initializer_list<Variable> inputs,
                GradientRule rule);
Variable record(const char* op, Tensor value, std::span<const Variable> inputs, GradientRule rule);

}  // namespace odin::autograd
