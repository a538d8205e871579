#include "odin/nn/optim/weight_average.h"

#include <doctest/doctest.h>

#include "odin/nn/layers/batch_norm.h"
#include "odin/nn/models/make_model.h"
#include "odin/tensor/ops.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tensor::Shape;
using tensor::Tensor;

namespace {

std::vector<float> values(const Tensor& t) { return t.to(tensor::Device::cpu).to_vector<float>(); }

bool is_running(const std::string& name) { return name.find("running_") != std::string::npos; }

/// Returns these batches one after another.
std::function<Tensor()> in_turn(const std::vector<Tensor>& batches) {
  return [&batches, i = std::size_t{0}]() mutable {
    return i < batches.size() ? batches[i++] : Tensor();
  };
}

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("the average of state dicts is their mean, running statistics too") {
    nn::BatchNorm2d a(2), b(2), c(2), average(2);
    for (nn::Module* m : {&a, &b, &c, &average}) m->to(tests::device());
    double value = 0;
    for (nn::Module* m : {&a, &b, &c})
      for (auto [name, t] : m->state_dict()) tensor::fill_(t, value += 1.5);
    nn::load_average(average, {a.state_dict(), b.state_dict(), c.state_dict()});
    value = 0;
    for (const auto& [name, t] : average.state_dict()) {  // 4 entries apart from model to model
      value += 1.5;
      for (const float v : values(t)) CHECK(v == doctest::Approx(value + 4 * 1.5));
    }
    CHECK(values(a.weight().value())[0] != values(average.weight().value())[0]);

    nn::load_average(a, {b.state_dict(), a.state_dict(), c.state_dict()});  // its own among them
    for (const auto& [name, t] : a.state_dict())
      CHECK(tests::distance(t.to(tensor::Device::cpu),
                            average.state_dict().at(name).to(tensor::Device::cpu))
                .relative < 1e-6);

    nn::BatchNorm2d wide(3);
    const std::vector<float> before = values(average.weight().value());
    CHECK_THROWS_AS(nn::load_average(average, {b.state_dict(), wide.state_dict()}), Error);
    CHECK(values(average.weight().value()) == before);
    CHECK(tests::error_of([&] { nn::load_average(average, {}); }) ==
          "average: expected one state dict or more, got none");
  }

  TEST_CASE("running statistics measured anew are the means over all images") {
    nn::BatchNorm2d norm(3);
    norm.to(tests::device());
    auto state = norm.state_dict();
    tensor::fill_(state.at("running_mean"), 70);  // earlier statistics must have no effect
    const std::vector<Tensor> batches{tests::normal(1, {4, 3, 5, 2}),
                                      tests::normal(2, {4, 3, 5, 2}),
                                      tests::normal(3, {1, 3, 5, 2})};
    nn::measure_running_statistics(norm, in_turn(batches));
    CHECK_FALSE(norm.is_training());

    const auto running_mean = values(state.at("running_mean")),
               running_var = values(state.at("running_var"));
    std::vector<double> mean(3), var(3);
    for (const Tensor& batch : batches) {
      const auto x = values(batch);
      const auto n = static_cast<std::size_t>(batch.dim(0));
      for (std::size_t c = 0; c < 3; ++c) {
        const auto each = [&](auto f) {
          for (std::size_t i = 0; i < n; ++i)
            for (std::size_t k = 0; k < 10; ++k) f(x[(i * 3 + c) * 10 + k]);
        };
        double sum = 0, squares = 0;
        const auto count = static_cast<double>(10 * n);
        each([&](double v) { sum += v / count; });
        each([&](double v) { squares += (v - sum) * (v - sum) / (count - 1); });
        mean[c] += sum * static_cast<double>(n) / 9;
        var[c] += squares * static_cast<double>(n) / 9;
      }
    }
    for (std::size_t c = 0; c < 3; ++c) {
      CHECK(running_mean[c] == doctest::Approx(mean[c]).epsilon(1e-5));
      CHECK(running_var[c] == doctest::Approx(var[c]).epsilon(1e-5));
    }
  }

  TEST_CASE("measuring running statistics changes nothing else of a network") {
    for (const char* name : {"densenet-bc-10-2", "wrn-10-1"}) {
      CAPTURE(name);
      const auto network = nn::make_model(name, 3);
      nn::initialize(*network, 1);
      network->to(tests::device());
      const auto copies = [&] {
        nn::StateDict copy;
        for (const auto& [key, t] : network->state_dict()) copy[key] = t.clone();
        return copy;
      };
      const std::vector<Tensor> batches{tests::normal(1, {3, 3, 32, 32}),
                                        tests::normal(2, {2, 3, 32, 32})};
      const auto before = copies();
      nn::measure_running_statistics(*network, in_turn(batches));
      const auto after = copies();
      for (const auto& [key, t] : before) {
        CAPTURE_BOUND(key);
        CHECK(tests::same(t, after.at(key)) == !is_running(key));
      }

      // Training then uses the usual momentum again: a batch counts for a tenth.
      network->train();
      (*network)(autograd::Variable(batches[0]));
      (*network)(autograd::Variable(batches[0]));
      const auto moved = copies();
      nn::measure_running_statistics(*network, in_turn({batches[0]}));
      const auto own = copies();
      for (const auto& [key, t] : own)
        if (is_running(key)) {
          const Tensor expected =
              tensor::add(tensor::affine(after.at(key), 0.81, 0), tensor::affine(t, 0.19, 0));
          CAPTURE_BOUND(key);
          CHECK(tests::distance(moved.at(key).to(tensor::Device::cpu),
                                expected.to(tensor::Device::cpu))
                    .relative < 1e-4);
        }
    }
    nn::BatchNorm2d norm(1);
    CHECK(tests::error_of([&] { nn::measure_running_statistics(norm, in_turn({})); }) ==
          "batch normalization's statistics: expected images to measure them on, got none");

    norm.set_momentum(0.25);
    CHECK(tests::error_of([&] {
            nn::measure_running_statistics(norm, []() -> Tensor { fail("no more pictures"); });
          }) == "no more pictures");
    CHECK_FALSE(norm.is_training());
    CHECK(norm.momentum() == 0.25);
  }
}
