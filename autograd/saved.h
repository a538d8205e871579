#pragma once

#include <cstdint>

#include "odin/tensor/tensor.h"

namespace odin::autograd {

/// A tensor that a gradient rule keeps from the forward pass until backward(). It shares the
/// elements and remembers their version, so that overwriting them in between is an error instead of
/// a wrong gradient:
///   record("exp", y, {x}, [y = Saved("exp", y)](const Tensor& dy, Gradients& into) {
///     into.add(0, tensor::mul(dy, y.get()));
///   });
/// Thread-safe.
class Saved {
 public:
  /// Nothing is kept: get() returns an undefined tensor.
  Saved() = default;
  /// `op` is the operation's name in the error message; it must outlive the object.
  Saved(const char* op, tensor::Tensor value);

  /// The tensor. Throws if its elements, or other elements of the same storage, were written to
  /// since it was saved.
  const tensor::Tensor& get() const;

 private:
  const char* op_ = "";
  tensor::Tensor value_;
  std::uint64_t version_ = 0;
};

}  // namespace odin::autograd
