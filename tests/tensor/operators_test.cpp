#include "odin/tensor/operators.h"

#include <doctest/doctest.h>

#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using odin::tensor::DType;
using odin::tensor::Shape;
using odin::tensor::Tensor;
using odin::tests::on_device;

namespace {

using Floats = std::vector<float>;

Floats values(const Tensor& t) { return t.to_vector<float>(); }

}  // namespace

TEST_SUITE("tensor") {
  TEST_CASE("operators on tensors compute what the functions of those names do") {
    const Tensor a = on_device(Tensor::from({1, 2, 3}, {3}));
    const Tensor b = on_device(Tensor::from({4, 8, -16}, {3}));
    CHECK(values(a + b) == Floats{5, 10, -13});
    CHECK(values(a - b) == Floats{-3, -6, 19});
    CHECK(values(a * b) == Floats{4, 16, -48});
    CHECK(values(a / b) == Floats{0.25, 0.25, -0.1875});
    CHECK(values(-a) == Floats{-1, -2, -3});
    CHECK(values(a * b + exp(a * 0)) == Floats{5, 17, -47});  // exp by ADL too
    CHECK(values(a) == Floats{1, 2, 3});
  }

  TEST_CASE("a number may stand on either side of an operator") {
    const Tensor a = on_device(Tensor::from({1, 2, 5}, {3}));
    CHECK(values(a + 1) == Floats{2, 3, 6});
    CHECK(values(1 + a) == Floats{2, 3, 6});
    CHECK(values(a - 0.5) == Floats{0.5, 1.5, 4.5});
    CHECK(values(0.5 - a) == Floats{-0.5, -1.5, -4.5});
    CHECK(values(a * 2) == Floats{2, 4, 10});
    CHECK(values(2 * a) == Floats{2, 4, 10});
    CHECK(values(a / 3) == Floats{1.0f / 3, 2.0f / 3, 5.0f / 3});  // rounded once
    CHECK(values(10 / a) == Floats{10, 5, 2});
    CHECK((a.to(DType::f64) / 3).dtype() == DType::f64);
    CHECK((1 - a / 2 + a * a).shape() == Shape{3});
  }

  TEST_CASE("operators broadcast, and refuse what the functions refuse") {
    const Tensor column = on_device(Tensor::from({1, 2}, {2, 1}));
    const Tensor row = on_device(Tensor::from({10, 20, 30}, {3}));
    CHECK((column + row).shape() == Shape{2, 3});
    CHECK(values(column * row) == Floats{10, 20, 30, 20, 40, 60});
    const auto sum_of = [&](const Tensor& x) { return odin::tests::error_of([&] { x + row; }); };
    CHECK(sum_of(Tensor::zeros({2}).to(row.device())) ==
          "add: shapes [2] and [3] do not broadcast");
    CHECK(sum_of(Tensor::zeros({3}, DType::f64).to(row.device())).starts_with("add: "));
  }
}
