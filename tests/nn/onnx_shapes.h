#pragma once

#include <doctest/doctest.h>

#include <numeric>

#include "odin/tests/close_to.h"
#include "odin/tests/nn/onnx_network.h"

namespace odin::tests {

/// Images [n,4,2,3] whose elements all differ.
inline tensor::Tensor counted_images(std::int64_t n) {
  std::vector<float> values(static_cast<std::size_t>(n * 24));
  std::iota(values.begin(), values.end(), 0.0f);
  return tensor::Tensor::from(values, {n, 4, 2, 3});
}

/// A model of images [N,4,2,3], or of `batch` of them, that ends with a Flatten of "y".
template <class F>
std::string shape_model(F&& build, std::int64_t opset = 17, std::int64_t batch = -1) {
  onnx::Model m(opset);
  m.input("x", {batch, 4, 2, 3});
  build(m);
  return m.node("Flatten", {"y"}, {"logits"}).output("logits").bytes();
}

/// Compares with f for one image and for five; `tolerance` is for sums in another order.
template <class F>
void check_shapes(const std::string& model, F&& f, double tolerance = 0) {
  const auto module = module_of(lowered(model));
  for (const std::int64_t n : {1, 5}) {
    const autograd::Variable x(counted_images(n));
    const tensor::Tensor expected = f(x).value();
    CHECK_CLOSE(module->forward(x).value(), expected.reshape({n, expected.numel() / n}), tolerance);
  }
}

}  // namespace odin::tests
