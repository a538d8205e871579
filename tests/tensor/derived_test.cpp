#include "odin/tensor/derived.h"

#include <doctest/doctest.h>

#include <memory>

#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tensor::Tensor;

namespace {

constexpr tensor::DerivedKind kSum{"sum"};

/// The cached sum of a and b, and how often it was computed.
struct Sums {
  int made = 0;
  double of(const Tensor& a, const Tensor& b, std::int64_t number = 0) {
    return *tensor::derived<double>({&a, &b}, {&kSum, {number}}, [&] {
      ++made;
      return tensor::sum(a).item() + tensor::sum(b).item();
    });
  }
};

}  // namespace

TEST_SUITE("tensor") {
  TEST_CASE("a derived value is made once, and again when one of its sources was written to") {
    Tensor a = Tensor::full({3}, 1), b = Tensor::full({2}, 10);
    Sums sums;
    CHECK(sums.of(a, b) == 23);
    CHECK(sums.of(a, b) == 23);
    CHECK(sums.made == 1);
    tensor::fill_(b, 20);
    CHECK(sums.of(a, b) == 43);
    a.write<float>()[0] = 2;
    CHECK(sums.of(a, b) == 44);
    CHECK(sums.made == 3);
    CHECK(sums.of(a, Tensor::full({2}, 1)) == 6);
    CHECK(sums.of(a.slice(0, 0, 2), b) == 43);
    CHECK(sums.made == 5);
    CHECK(sums.of(a, b, 7) == 44);  // another key
    CHECK(sums.made == 6);
  }

  TEST_CASE("nothing is kept while somebody writes") {
    Tensor a = Tensor::full({3}, 1);
    const Tensor b = Tensor::full({2}, 10);
    Sums sums;
    {
      auto elements = a.write<float>();
      elements[0] = 2;
      CHECK(sums.of(a, b) == 24);
      elements[0] = 5;
      CHECK(sums.of(a, b) == 27);
    }
    CHECK(sums.of(a, b) == 27);
    CHECK(sums.of(a, b) == 27);
    CHECK(sums.made == 3);
  }

  TEST_CASE("a convolution follows a weight that is written to between its uses" *
            tests::on_cpu_only()) {
    for (const tensor::Shape& shape : {tensor::Shape{8, 6, 1, 1}, {32, 32, 3, 3}, {8, 8, 3, 3}}) {
      const Tensor x = tensor::Random(1).normal({2, shape[1], 16, 16});
      Tensor w = tensor::Random(2).normal(shape);
      // A writer that is kept over a forward pass: its later writes must take effect too.
      auto elements = w.write<float>();
      const Tensor before = tensor::conv2d(x, w, {1, shape[2] / 2});
      for (float& v : elements) v *= 2;
      const Tensor after = tensor::conv2d(x, w, {1, shape[2] / 2});
      CHECK(tests::same(after, tensor::affine(before, 2, 0)));
    }
  }

  TEST_CASE("derived values live as long as the elements they belong to") {
    const auto value = std::make_shared<int>(7);
    {
      const Tensor a = Tensor::full({3}, 1);
      tensor::derived<std::shared_ptr<int>>({&a}, {&kSum}, [&] { return value; });
      CHECK(value.use_count() == 2);
    }
    CHECK(value.use_count() == 1);
  }
}
