#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "odin/autograd/saved.h"
#include "odin/tensor/tensor.h"

namespace odin::autograd {

using tensor::Tensor;

class Variable;
struct Node;

/// Receives the gradients of an operation's inputs from its gradient rule. Inputs are numbered as
/// in record().
class Gradients {
 public:
  virtual ~Gradients() = default;
  /// Whether this input's gradient is needed. A rule must not compute or add it otherwise; with a
  /// single input it need not ask. Throws if there is no such input.
  virtual bool wants(int input) const = 0;
  /// Adds to this input's gradient. Throws unless it has the input's shape and is wanted.
  virtual void add(int input, Tensor gradient) = 0;

  // What a rule saved of an input, or of the operation's result.
  const Tensor& input(int, const Saved& saved) const { return saved.get(); }
  const Tensor& result(const Saved& saved) const { return saved.get(); }
};

/// The same for a backward pass that is recorded itself, to be differentiated again
/// (recorded_grad() in engine.h): gradients are variables, and so are saved inputs and results.
class RecordedGradients {
 public:
  explicit RecordedGradients(std::shared_ptr<Node> node) : node_(std::move(node)) {}
  virtual ~RecordedGradients() = default;
  virtual bool wants(int input) const = 0;
  virtual void add(int input, Variable gradient) = 0;

  /// The saved value of an input as the variable that it was.
  Variable input(int number, const Saved& saved) const;
  /// The same of the operation's result.
  Variable result(const Saved& saved) const;

 private:
  std::shared_ptr<Node> node_;
};

/// Given the gradient dy of the result, adds the gradients of the inputs to `into`. It is made of a
/// function of one of two forms:
///   [...](const Tensor& dy, Gradients& into) { ... }   has no second derivative;
///   [...](const auto& dy, auto& into) { ... }          has: written with operations that both
/// tensors and variables know, and asking `into` for what it saved, it is also the rule of a
/// recorded backward pass.
class GradientRule {
 public:
  GradientRule() = default;
  template <class F>
  GradientRule(F f) : rule_(std::make_unique<RuleOf<F>>(std::move(f))) {}

  explicit operator bool() const { return rule_ != nullptr; }
  void operator()(const Tensor& dy, Gradients& into) const { rule_->run(dy, into); }
  /// Whether the backward pass through it can be recorded.
  bool differentiable() const { return rule_->differentiable(); }
  /// Only if it is differentiable.
  void operator()(const Variable& dy, RecordedGradients& into) const { rule_->run(dy, into); }
  void reset() { rule_.reset(); }

 private:
  struct Rule {
    virtual ~Rule() = default;
    virtual void run(const Tensor& dy, Gradients& into) const = 0;
    virtual bool differentiable() const = 0;
    virtual void run(const Variable& dy, RecordedGradients& into) const = 0;
  };
  template <class F>
  struct RuleOf final : Rule {
#ifdef ODIN_NO_SECOND_DERIVATIVES  // the page, which differentiates once and is downloaded
    static constexpr bool kDifferentiable = false;
#else
    static constexpr bool kDifferentiable =
        std::is_invocable_v<const F&, const Variable&, RecordedGradients&>;
#endif

    explicit RuleOf(F function) : f(std::move(function)) {}
    void run(const Tensor& dy, Gradients& into) const override { f(dy, into); }
    bool differentiable() const override { return kDifferentiable; }
    void run(const Variable& dy, RecordedGradients& into) const override {
      if constexpr (kDifferentiable) f(dy, into);
    }
    F f;
  };

  std::unique_ptr<const Rule> rule_;
};

}  // namespace odin::autograd
