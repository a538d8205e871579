#include "odin/methods.h"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>

#include "odin/nn/layers/linear.h"
#include "odin/nn/layers/pooling.h"
#include "odin/nn/layers/sequential.h"
#include "odin/nn/models/make_model.h"
#include "odin/score.h"
#include "odin/tensor/backend/backend.h"
#include "odin/tensor/random.h"
#include "odin/tests/call_count.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tensor::Tensor;
using tests::contains;
using tests::error_of;

TEST_SUITE("odin") {
  TEST_CASE("maximum logit and energy are what their papers define, without overflow") {
    const Tensor logits = tests::on_device(Tensor::from({3, 1, 0, -1, 800, 790, 0, -800}, {2, 4}));
    CHECK(max_logit(logits) == std::vector<double>{3, 800});
    const auto at_1 = energy(logits, 1), at_2 = energy(logits, 2);
    CHECK(
        at_1[0] ==
        doctest::Approx(std::log(std::exp(3.) + std::exp(1.) + 1 + std::exp(-1.))).epsilon(1e-14));
    CHECK(at_2[0] == doctest::Approx(2 * std::log(std::exp(1.5) + std::exp(.5) + 1 + std::exp(-.5)))
                         .epsilon(1e-14));
    CHECK(at_1[1] == doctest::Approx(800 + std::log1p(std::exp(-10.))).epsilon(1e-14));
    CHECK(contains(error_of([&] { energy(logits, 0); }), "temperature must be positive, got 0"));
    CHECK(contains(error_of([] {
                     max_logit(Tensor::from({1, std::nanf("")}, {1, 2}));
                   }),
                   "a logit is NaN or infinite"));
  }

  TEST_CASE("GradNorm is |features|_1 times |S - 1/C|_1 / T for a linear last layer") {
    nn::Sequential net;
    net.add<nn::GlobalAvgPool>();
    net.add<nn::Linear>(3, 2);
    net.load_state_dict({{"1.weight", Tensor::from({1, -2, 3, 0.5, 0, 0}, {2, 3})},
                         {"1.bias", Tensor::from({0.25, 0}, {2})}});
    net.to(tests::device());
    const Tensor images = tests::normal(3, {5, 3, 4, 4});
    for (const double temperature : {1.0, 4.0}) {
      const GradNorm found = gradnorm(net, images, temperature);
      REQUIRE(found.scores.size() == 5);
      const auto softmax = softmax_at(found.logits, temperature);
      for (std::int64_t i = 0; i < 5; ++i) {
        double features = 0, divergence = 0;
        for (std::int64_t c = 0; c < 3; ++c) {
          double mean = 0;
          for (float v : images.select(0, i).select(0, c).to_vector<float>()) mean += v / 16;
          features += std::abs(mean);
        }
        for (double s : softmax[static_cast<std::size_t>(i)]) divergence += std::abs(s - 0.5);
        CHECK(found.scores[static_cast<std::size_t>(i)] ==
              doctest::Approx(features * divergence / temperature).epsilon(1e-5));
      }
    }
  }

  TEST_CASE("GradNorm of a batch is that of its images, and leaves the network as it was") {
    const auto network = nn::make_model("densenet-bc-10-2", 3);
    nn::initialize(*network, 2);
    network->to(tests::device());
    const Tensor images = tests::normal(3, {4, 3, 16, 16});
    const tests::CallCount count;
    const GradNorm batch = gradnorm(*network, images, 1);
    CHECK(count["conv2d_input_grad"] == 0);
    CHECK(count["conv2d_weight_grad"] == 0);
    for (std::int64_t i = 0; i < 4; ++i) {
      const GradNorm one = gradnorm(*network, images.slice(0, i, i + 1), 1);
      CHECK(one.scores[0] ==
            doctest::Approx(batch.scores[static_cast<std::size_t>(i)]).epsilon(1e-4));
    }
    for (const auto& parameter : network->parameters()) {
      CHECK(parameter.variable.requires_grad());
      CHECK_FALSE(parameter.variable.grad().defined());
    }
  }

  TEST_CASE("GradNorm needs evaluation mode and a linear layer") {
    nn::Sequential net;
    net.add<nn::GlobalAvgPool>();
    const Tensor images = Tensor::zeros({1, 3, 4, 4});
    CHECK(contains(error_of([&] { gradnorm(net, images, 1); }), "no linear layer"));
    net.add<nn::Linear>(3, 2);
    net.train();
    CHECK(contains(error_of([&] { gradnorm(net, images, 1); }), "evaluation mode"));
  }

  TEST_CASE("methods have names") {
    for (const std::string& name : method_names()) CHECK(name_of(parse_method(name)) == name);
    CHECK(error_of([] { parse_method("guess"); }) ==
          "method: expected odin, msp, max-logit, energy, gradnorm, temp-scale, gen, kl-matching, "
          "mahalanobis, rmds, knn, vim, residual, react, dice, ash-p, ash-b, ash-s, scale, she, "
          "fdbd or nnguide, got 'guess'");
  }
}
