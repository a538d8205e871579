#include "odin/tensor/tensor.h"

#include <doctest/doctest.h>

#include "odin/tensor/ops.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/tests/tensor/counting.h"

using namespace odin;
using tensor::DType;
using tensor::Shape;
using tensor::Tensor;
using tests::error_of;

namespace {

Tensor counting_here(const Shape& shape) { return tests::on_device(tests::counting(shape)); }

using Floats = std::vector<float>;

}  // namespace

TEST_SUITE("tensor") {
  TEST_CASE("a tensor knows its shape, strides and elements") {
    const Tensor t = counting_here({2, 3});
    CHECK(t.shape() == Shape{2, 3});
    CHECK(t.strides() == Shape{3, 1});
    CHECK(t.numel() == 6);
    CHECK(t.is_contiguous());
    CHECK(t.to_vector<float>() == Floats{0, 1, 2, 3, 4, 5});
    CHECK(Tensor::scalar(2.5).item() == 2.5);
    CHECK(Tensor::full({2}, 7, DType::i64).to_vector<std::int64_t>() ==
          std::vector<std::int64_t>{7, 7});
    CHECK_FALSE(Tensor().defined());
  }

  TEST_CASE("views share elements") {
    const Tensor t = counting_here({2, 3, 4});
    CHECK(t.transpose(0, 2).shape() == Shape{4, 3, 2});
    CHECK(t.permute({2, 0, 1}).slice(0, 1, 2).to_vector<float>() == Floats{1, 5, 9, 13, 17, 21});
    CHECK(t.select(0, -1).slice(1, 0, 4, 3).to_vector<float>() == Floats{12, 15, 16, 19, 20, 23});
    CHECK(t.slice(1, -1, 99).to_vector<float>() == Floats{8, 9, 10, 11, 20, 21, 22, 23});
    CHECK(t.slice(2, 3, 1).numel() == 0);
    CHECK(t.reshape({-1, 8}).shape() == Shape{3, 8});
    CHECK(t.unsqueeze(1).shape() == Shape{2, 1, 3, 4});
    CHECK(counting_here({3, 1}).expand({2, 3, 2}).to_vector<float>() ==
          Floats{0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2});

    Tensor row = t.select(0, 0).select(0, 1);
    tensor::fill_(row, -1);
    CHECK(t.slice(1, 1, 2).to_vector<float>() == Floats{-1, -1, -1, -1, 16, 17, 18, 19});
    CHECK_FALSE(t.is_unique());
    CHECK(t.clone().is_unique());
  }

  TEST_CASE("a reshape of a permuted view copies and keeps the order of elements") {
    const Tensor t = counting_here({2, 3}).transpose(0, 1);
    CHECK_FALSE(t.is_contiguous());
    CHECK(t.reshape({6}).to_vector<float>() == Floats{0, 3, 1, 4, 2, 5});
    CHECK(t.contiguous().is_contiguous());
  }

  TEST_CASE("types convert") {
    const Tensor t = tests::on_device(Tensor::from({1.75f, -2.5f}, {2}));
    CHECK(t.to(DType::f64).to_vector<double>() == std::vector<double>{1.75, -2.5});
    CHECK(t.to(DType::i64).to_vector<std::int64_t>() == std::vector<std::int64_t>{1, -2});
    CHECK(t.transpose(0, 0).to(DType::f32).to_vector<float>() == Floats{1.75f, -2.5f});
  }

  TEST_CASE("empty tensors go through operations") {
    const Tensor none = tests::on_device(Tensor::zeros({0, 3}));
    CHECK(tensor::add(none, none).shape() == Shape{0, 3});
    CHECK(tensor::sum(none, {0}).to_vector<float>() == Floats{0, 0, 0});
    CHECK(tensor::relu(none).numel() == 0);
    CHECK(tensor::all_finite(none));
    CHECK(none.clone().shape() == Shape{0, 3});
    CHECK(tensor::matmul(none.new_zeros({2, 0}), none).to_vector<float>() == Floats(6, 0));
    const Tensor images = none.new_zeros({0, 3, 8, 8}), weight = counting_here({4, 3, 3, 3});
    const Tensor y = tensor::conv2d(images, weight, {1, 1});
    CHECK(y.shape() == Shape{0, 4, 8, 8});
    CHECK(tensor::conv2d_input_grad(y, weight, images.shape(), {1, 1}).numel() == 0);
    CHECK(tensor::conv2d_weight_grad(images, y, weight.shape(), {1, 1}).to_vector<float>() ==
          Floats(108, 0));
    CHECK(tensor::avg_pool2d(images).shape() == Shape{0, 3, 4, 4});
  }

  TEST_CASE("errors name the operation, what was expected and the shapes") {
    const Tensor t = counting_here({2, 3});
    CHECK(error_of([&] { t.reshape({4}); }) == "reshape: [2,3] (6 elements) does not fit [4]");
    CHECK(error_of([&] { t.select(1, 3); }) == "select: position 3 of a dimension of size 3");
    CHECK(error_of([&] { t.slice(2, 0, 1); }) == "slice: dimension 2 of a tensor of rank 2");
    CHECK(error_of([&] { t.item(); }) == "item: expected a tensor of one element, got shape [2,3]");
    CHECK(error_of([] { Tensor::zeros({1}).data<double>(); }) ==
          "tensor: expected float64, this one is float32");
    CHECK(error_of([&] { t.permute({0, 0}); }) == "permute: dimension 0 twice in [0,0]");
    CHECK(error_of([&] { tensor::add(t, counting_here({4})); }) ==
          "add: shapes [2,3] and [4] do not broadcast");
    CHECK(error_of([&] { tensor::add(t, t.to(DType::f64)); }) ==
          "add: operands are float32 and float64");
    CHECK(error_of([&] { tensor::matmul(t, t); }) ==
          "matmul: expected [...,m,k] and [...,k,n], got [2,3] and [2,3]");
    CHECK(error_of([&] { tensor::sum(t, {0, 0}); }) == "sum: dimension 0 twice in [0,0]");
    CHECK(error_of([&] {
            tensor::conv2d(counting_here({1, 3, 4, 4}), counting_here({2, 4, 3, 3}));
          }) ==
          "conv2d: input has 3 channels, weight expects 4 (input [1,3,4,4], weight [2,4,3,3])");
    CHECK(error_of([&] {
            tensor::conv2d(counting_here({1, 1, 2, 2}), counting_here({1, 1, 3, 3}));
          }) ==
          "conv2d: kernel is larger than the padded input, padding 0 (input [1,1,2,2], weight "
          "[1,1,3,3])");
    CHECK(
        error_of([&] {
          // A GPU reports the error when the program next waits for it.
          tensor::one_hot(Tensor::full({1}, 3, DType::i64, tests::device()), 3).to_vector<float>();
        }) == "one_hot: label 3 in row 0, expected 0 to 2");
    CHECK(error_of([&] {
            tensor::conv2d(counting_here({1, 1, 2, 2}), Tensor::empty({1, 1, 0, 1}));
          }) == "conv2d: the kernel is empty (input [1,1,2,2], weight [1,1,0,1])");
    CHECK(error_of([] { tensor::relu(Tensor()); }) == "relu: undefined tensor");
    const Tensor pairs = counting_here({3, 2});
    CHECK(
        error_of([&] {
          tensor::scale_shift(counting_here({1, 3, 1, 1}), pairs.select(1, 0), pairs.select(1, 1));
        }) == "scale_shift: the parameters must be contiguous, got strides [2]");
    CHECK(error_of([] {
            Tensor::from(Floats{1, 2}, {3});
          }) == "tensor: shape [3] holds 3 elements, got 2");
    constexpr std::int64_t kHuge = std::int64_t{1} << 62;
    CHECK(error_of([] { Tensor::zeros({kHuge}); }) ==
          "tensor: shape [4611686018427387904] has too many elements");
    CHECK(error_of([] {
            Tensor::zeros({0, kHuge, 8});
          }) == "tensor: shape [0,4611686018427387904,8] has too many elements");
    CHECK(error_of([&] { pairs.reshape({-2, -3}); }) == "reshape: negative size in [-2,-3]");
    CHECK(error_of([&] {
            Tensor::empty({0, 3}).reshape({0, -1});
          }) == "reshape: what -1 stands for in [0,-1] is not clear, for [0,3]");
  }
}
