#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "odin/tensor/random.h"
#include "odin/tensor/tensor.h"

// Where this run of the tests computes: on the device that ODIN_TEST_DEVICE names, "cpu" if it is not
// set, or "cuda".

namespace odin::tests {

tensor::Device device();

/// Why it cannot compute there: "no GPU (...)"; empty if it can.
std::string why_skipped();

/// For test cases that say nothing about the other device: TEST_CASE("..." * on_cpu_only()).
doctest::skip on_cpu_only();
doctest::skip on_cuda_only();

/// Puts a tensor where the tests compute.
inline tensor::Tensor on_device(const tensor::Tensor& t) { return t.to(device()); }

/// tensor::Random(seed)'s numbers, on that device.
inline tensor::Tensor normal(std::uint64_t seed, const tensor::Shape& shape) {
  return on_device(tensor::Random(seed).normal(shape));
}
inline tensor::Tensor uniform(std::uint64_t seed, const tensor::Shape& shape) {
  return on_device(tensor::Random(seed).uniform(shape));
}

}  // namespace odin::tests
