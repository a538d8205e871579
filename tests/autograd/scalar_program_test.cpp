#include "odin/autograd/scalar_program.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using autograd::differentiate;
using autograd::ScalarStep;
using autograd::ScalarTape;
using tests::error_of;
using Op = ScalarStep::Op;

namespace {

ScalarStep number(Op op, double value) { return {.op = op, .value = value}; }
ScalarStep operation(Op op, std::size_t a, std::size_t b = 0) { return {.op = op, .a = a, .b = b}; }

/// The value of the last step if the step at `position` is set to `value`.
double value_at(std::vector<ScalarStep> steps, std::size_t position, double value) {
  steps[position].value = value;
  return differentiate(steps).values.back();
}

}  // namespace

TEST_SUITE("autograd") {
  TEST_CASE("a scalar program gives values, gradients and the order of the walk back") {
    // x y + exp(x), where x is read twice
    const ScalarTape tape =
        differentiate({number(Op::variable, 2), number(Op::variable, -3), operation(Op::mul, 0, 1),
                       operation(Op::exp, 0), operation(Op::add, 2, 3)});
    CHECK(tape.values == std::vector<double>{2, -3, -6, std::exp(2.0), std::exp(2.0) - 6});
    CHECK(tape.gradients == std::vector<double>{-3 + std::exp(2.0), 2, 1, 1, 1});
    CHECK(tape.order == std::vector<std::size_t>{4, 3, 2, 1, 0});
  }

  TEST_CASE("what flows along the edges of a scalar program adds up to the gradients") {
    // x x - 2 exp(x): one step is read twice, one by two others, and one is a constant
    const ScalarTape tape =
        differentiate({number(Op::variable, 3), operation(Op::mul, 0, 0), number(Op::constant, 2),
                       operation(Op::exp, 0), operation(Op::mul, 2, 3), operation(Op::sub, 1, 4)});
    const double e = std::exp(3.0);
    const std::vector<std::array<double, 3>> expected{{5, 1, 1},      {5, 4, -1}, {4, 3, -2},
                                                      {3, 0, -2 * e}, {1, 0, 3},  {1, 0, 3}};
    REQUIRE(tape.flows.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto [from, to, amount] = tape.flows[i];
      CHECK(std::array{static_cast<double>(from), static_cast<double>(to), amount} == expected[i]);
    }
    CHECK(tape.gradients[0] == 6 - 2 * e);
  }

  TEST_CASE("every scalar operation agrees with finite differences") {
    CHECK(autograd::scalar_functions().size() >= 10);
    for (const std::string& name : autograd::scalar_functions()) {
      CAPTURE(name);
      const std::vector<ScalarStep> steps{number(Op::variable, 0.7), number(Op::variable, 1.9),
                                          operation(autograd::scalar_op(name), 0, 1),
                                          operation(Op::mul, 2, 1), operation(Op::exp, 3)};
      const ScalarTape tape = differentiate(steps);
      for (const std::size_t v : {0U, 1U}) {
        const double x = steps[v].value, h = 1e-6;
        const double difference = (value_at(steps, v, x + h) - value_at(steps, v, x - h)) / (2 * h);
        CHECK(tape.gradients[v] == doctest::Approx(difference).epsilon(1e-7));
      }
    }
  }

  TEST_CASE("what the last step does not depend on has gradient 0 and is not walked") {
    const ScalarTape tape = differentiate({number(Op::variable, 5), number(Op::variable, 2),
                                           number(Op::constant, 3), operation(Op::mul, 1, 2)});
    CHECK(tape.gradients == std::vector<double>{0, 3, 0, 1});
    CHECK(tape.order == std::vector<std::size_t>{3, 1});
    CHECK(differentiate({number(Op::constant, 3)}).order.empty());
  }

  TEST_CASE("a broken scalar program is an error") {
    CHECK(error_of([] { differentiate({}); }) == "scalar program: no steps");
    CHECK(error_of([] {
            differentiate({number(Op::variable, 1), operation(Op::add, 0, 1)});
          }) == "scalar program: step 1 reads a step that is not before it");
    CHECK(error_of([] { autograd::scalar_op("sine"); }) ==
          "scalar program: unknown operation 'sine'");
  }
}
