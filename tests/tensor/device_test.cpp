#include "odin/tensor/device.h"

#include <doctest/doctest.h>

#include "odin/tensor/ops.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tensor::Device;
using tensor::DType;
using tensor::Tensor;
using tests::error_of;

TEST_SUITE("tensor") {
  TEST_CASE("an unknown device is an error, and one that is not there says why") {
    CHECK(error_of([] { tensor::parse_device("abacus"); }) ==
          "device: expected cpu or cuda, got 'abacus'");
    CHECK(tensor::parse_device("cpu") == Device::cpu);
    const std::string why = tensor::why_no_cuda();
    if (why.empty()) {
      CHECK(tensor::parse_device("cuda") == Device::cuda);
      CHECK_FALSE(tensor::describe(Device::cuda).empty());
    } else {
      CHECK(error_of([] { tensor::parse_device("cuda"); }) == "device: " + why);
      CHECK(error_of([] { Tensor::empty({1}, DType::f32, Device::cuda); }) == "device: " + why);
    }
  }

  TEST_CASE("elements come back from a GPU as they went, also of views" * tests::on_cuda_only()) {
    const Tensor x = tensor::Random(1).normal({3, 5, 7});
    for (const DType dtype : {DType::f32, DType::f64, DType::i64}) {
      const Tensor here = x.to(dtype), there = here.to(Device::cuda);
      CHECK(there.device() == Device::cuda);
      CHECK(tests::same(there, here));
      CHECK(tests::same(there.permute({2, 0, 1}).to(Device::cpu), here.permute({2, 0, 1}).clone()));
      CHECK(tests::same(there.slice(1, 1, 4).clone(), here.slice(1, 1, 4).clone()));
      CHECK(tests::same(here.permute({1, 2, 0}).to(Device::cuda), here.permute({1, 2, 0}).clone()));
    }
    Tensor there = Tensor::zeros({3, 7, 5}, DType::f32, Device::cuda);
    Tensor half = there.slice(0, 0, 2);
    tensor::copy_(half, x.slice(0, 1, 3).transpose(1, 2));
    CHECK(tests::same(there.slice(0, 0, 2).clone(), x.slice(0, 1, 3).transpose(1, 2).clone()));
    CHECK(tests::same(there.slice(0, 2, 3).clone(), Tensor::zeros({1, 7, 5})));
  }

  TEST_CASE("a program has no pointer to the elements on a GPU" * tests::on_cuda_only()) {
    Tensor t = Tensor::zeros({2}, DType::f32, Device::cuda);
    const std::string message = "tensor: the elements are on cuda, expected them on cpu";
    CHECK(error_of([&] { t.data<float>(); }) == message);
    CHECK(error_of([&] { t.write<float>(); }) == message);
  }

  TEST_CASE("an operation on tensors of two devices is an error" * tests::on_cuda_only()) {
    const Tensor here = Tensor::full({1, 2, 4, 4}, 1), there = here.to(Device::cuda);
    const Tensor matrix = Tensor::full({2, 2}, 1), channels = Tensor::full({2}, 1),
                 weight = Tensor::full({3, 2, 3, 3}, 1);
    CHECK(error_of([&] { tensor::add(here, there); }) == "add: operands are on cpu and cuda");
    CHECK(error_of([&] { tensor::mul(there, here); }) == "mul: operands are on cuda and cpu");
    CHECK(error_of([&] { tensor::relu_grad(there, here); }) ==
          "relu_grad: operands are on cuda and cpu");
    CHECK(error_of([&] { tensor::matmul(matrix, matrix.to(Device::cuda)); }) ==
          "matmul: operands are on cpu and cuda");
    CHECK(error_of([&] {
            tensor::conv2d(there, weight, {1, 1});
          }) == "conv2d: operands are on cuda and cpu");
    CHECK(error_of([&] { tensor::scale_shift(here, channels, channels.to(Device::cuda), true); }) ==
          "scale_shift: operands are on cpu and cuda");
    CHECK(error_of([&] {
            tensor::concat(std::vector{here, there}, 1);
          }) == "concat: operands are on cpu and cuda");
    Tensor w = there.clone(), v = there.clone();
    CHECK(error_of([&] {
            tensor::sgd_step_(w, v, here, {0.1, 0.9, 0, true});
          }) == "sgd_step: operands are on cuda and cpu");
  }

  TEST_CASE("after a label that is none, the GPU goes on" * tests::on_cuda_only()) {
    const auto one_hot = [](std::vector<std::int64_t> labels) {
      const auto rows = static_cast<std::int64_t>(labels.size());
      return tensor::one_hot(Tensor::from(labels, {rows}).to(Device::cuda), 3);
    };
    for (const std::int64_t bad : {-1, 3, 1000}) {
      const Tensor wrong = one_hot({0, bad, 1});
      CHECK(error_of([&] { wrong.to_vector<float>(); }) ==
            "one_hot: label " + std::to_string(bad) + " in row 1, expected 0 to 2");
      CHECK(one_hot({2, 0}).to_vector<float>() == std::vector<float>{0, 0, 1, 1, 0, 0});
    }
  }

  TEST_CASE("memory that a GPU has not is an error that says how much" * tests::on_cuda_only()) {
    const Tensor kept = Tensor::full({3}, 7, DType::f32, Device::cuda);
    const std::string message =
        error_of([] { Tensor::empty({std::int64_t{1} << 40}, DType::f32, Device::cuda); });
    CHECK(message.starts_with("out of memory: 4398046511104 bytes could not be allocated on cuda"));
    CHECK(tests::contains(message, "where tensors hold "));
    CHECK(tensor::add(kept, kept).to_vector<float>() == std::vector<float>{14, 14, 14});
  }
}
