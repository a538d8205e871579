#include "odin/tensor/print.h"

#include <doctest/doctest.h>

#include <cmath>
#include <sstream>

#include "odin/tensor/tensor.h"
#include "odin/tests/device.h"
#include "odin/tests/tensor/counting.h"

using odin::tensor::DType;
using odin::tensor::Shape;
using odin::tensor::Tensor;
using odin::tests::counting;

namespace {

std::string printed(const Tensor& t) {
  std::ostringstream text;
  text << t;
  CHECK(text.str() == to_string(t));
  return text.str();
}

}  // namespace

TEST_SUITE("tensor") {
  TEST_CASE("a tensor is printed with its shape, dtype and device, in aligned rows") {
    CHECK(printed(Tensor::from({1, -0.5, 0.25, 20, NAN, -INFINITY}, {2, 3})) ==
          "tensor [2,3] float32 cpu\n"
          "[[ 1.0000, -0.5000,  0.2500],\n"
          " [20.0000,     nan,    -inf]]");
    CHECK(printed(Tensor::scalar(3.25, DType::f64)) == "tensor [] float64 cpu\n3.2500");
    CHECK(printed(counting({4})) == "tensor [4] float32 cpu\n[0., 1., 2., 3.]");
    const std::vector<std::int64_t> labels{7, -12, 123456789012345678};
    CHECK(printed(Tensor::from(labels, {3, 1})) ==
          "tensor [3,1] int64 cpu\n"
          "[[                 7],\n"
          " [               -12],\n"
          " [123456789012345678]]");
    CHECK(printed(counting({2, 2, 2})) ==
          "tensor [2,2,2] float32 cpu\n"
          "[[[0., 1.],\n"
          "  [2., 3.]],\n"
          "\n"
          " [[4., 5.],\n"
          "  [6., 7.]]]");
    CHECK(printed(counting({2, 2}).transpose(0, 1)) ==
          "tensor [2,2] float32 cpu\n[[0., 2.],\n [1., 3.]]");
  }

  TEST_CASE("numbers that four digits do not tell apart get an exponent") {
    CHECK(printed(Tensor::from({0, 0.00001f, -2}, {3})) ==
          "tensor [3] float32 cpu\n[ 0.0000e+00,  1.0000e-05, -2.0000e+00]");
    CHECK(printed(Tensor::from({0.5, 1000}, {2})) ==
          "tensor [2] float32 cpu\n[5.0000e-01, 1.0000e+03]");
    CHECK(printed(Tensor::from({1, 1e8f}, {2})) ==
          "tensor [2] float32 cpu\n[1.0000e+00, 1.0000e+08]");
    CHECK(printed(Tensor::from({-1, 99999992, INFINITY}, {3})) ==
          "tensor [3] float32 cpu\n[      -1., 99999992.,       inf]");
  }

  TEST_CASE("of large tensors only the edges are printed") {
    CHECK(printed(counting({1001})) ==
          "tensor [1001] float32 cpu\n[   0.,    1.,    2., ...,  998.,  999., 1000.]");
    CHECK(printed(counting({8, 200})) ==
          "tensor [8,200] float32 cpu\n"
          "[[   0.,    1.,    2., ...,  197.,  198.,  199.],\n"
          " [ 200.,  201.,  202., ...,  397.,  398.,  399.],\n"
          " [ 400.,  401.,  402., ...,  597.,  598.,  599.],\n"
          " ...,\n"
          " [1000., 1001., 1002., ..., 1197., 1198., 1199.],\n"
          " [1200., 1201., 1202., ..., 1397., 1398., 1399.],\n"
          " [1400., 1401., 1402., ..., 1597., 1598., 1599.]]");
    CHECK(printed(Tensor::full({2, 2, 1, 300}, 0.5)) ==
          "tensor [2,2,1,300] float32 cpu\n"
          "[[[[0.5000, 0.5000, 0.5000, ..., 0.5000, 0.5000, 0.5000]],\n"
          "\n"
          "  [[0.5000, 0.5000, 0.5000, ..., 0.5000, 0.5000, 0.5000]]],\n"
          "\n"
          "\n"
          " [[[0.5000, 0.5000, 0.5000, ..., 0.5000, 0.5000, 0.5000]],\n"
          "\n"
          "  [[0.5000, 0.5000, 0.5000, ..., 0.5000, 0.5000, 0.5000]]]]");
  }

  TEST_CASE("long rows are wrapped") {
    CHECK(printed(counting({2, 20})) ==
          "tensor [2,20] float32 cpu\n"
          "[[ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13., 14.,\n"
          "  15., 16., 17., 18., 19.],\n"
          " [20., 21., 22., 23., 24., 25., 26., 27., 28., 29., 30., 31., 32., 33., 34.,\n"
          "  35., 36., 37., 38., 39.]]");
  }

  TEST_CASE("tensors without elements, undefined ones and those on other devices print too") {
    CHECK(printed(Tensor()) == "tensor undefined");
    CHECK(printed(Tensor::zeros({1000000, 0})) == "tensor [1000000,0] float32 cpu\n[]");
    const Tensor there = odin::tests::on_device(counting({2}));
    CHECK(printed(there) ==
          std::string("tensor [2] float32 ") + name_of(there.device()) + "\n[0., 1.]");
  }
}
