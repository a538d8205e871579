#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include "odin/tensor/random.h"
#include "odin/tensor/tensor.h"

// The device on which the tests compute: ODIN_TEST_DEVICE, "cpu" (the default) or "cuda".

namespace odin::tests {

tensor::Device device();

/// The reason why the device cannot be used: "no GPU (...)"; empty if it can.
std::string why_skipped();

/// For test cases that apply only to the CPU: TEST_CASE("..." * on_cpu_only()).
doctest::skip on_cpu_only();
doctest::skip on_cuda_only();
/// For test cases that start threads of their own: a WebAssembly module may have none.
doctest::skip with_threads_only();

/// Moves a tensor to the device of the tests.
inline tensor::Tensor on_device(const tensor::Tensor& t) { return t.to(device()); }

/// Random numbers from tensor::Random(seed), on that device.
inline tensor::Tensor normal(std::uint64_t seed, const tensor::Shape& shape) {
  return on_device(tensor::Random(seed).normal(shape));
}
inline tensor::Tensor uniform(std::uint64_t seed, const tensor::Shape& shape) {
  return on_device(tensor::Random(seed).uniform(shape));
}

}  // namespace odin::tests
