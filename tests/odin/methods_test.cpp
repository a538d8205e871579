#include "odin/methods.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "odin/autograd/engine.h"
#include "odin/method_scorer.h"
#include "odin/nn/features.h"
#include "odin/nn/layers/linear.h"
#include "odin/nn/layers/pooling.h"
#include "odin/nn/layers/sequential.h"
#include "odin/nn/models/make_model.h"
#include "odin/score.h"
#include "odin/scores/fitter.h"
#include "odin/tensor/backend/backend.h"
#include "odin/tensor/random.h"
#include "odin/tests/call_count.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tensor::Tensor;
using tests::contains;
using tests::error_of;

namespace {

std::vector<double> scores_of(const MethodChoice& choice, const Tensor& logits) {
  return (*make_score(choice, {}))(outputs_of(logits));
}

MethodChoice with_temperature(Method method, double temperature) {
  MethodChoice choice(method);
  choice.values["t"] = temperature;
  return choice;
}

struct GradNorm {
  Tensor logits;
  std::vector<double> scores;
};

/// Of normalized images x, from one forward pass.
GradNorm gradnorm(const nn::Module& network, const Tensor& x, double temperature) {
  const MethodScorer scorer(network, {{0, 0, 0}, {1, 1, 1}}, {},
                            {.methods = {with_temperature(Method::gradnorm, temperature)}},
                            {3, x.dim(2), x.dim(3)});
  const MethodScores found = scorer.score_normalized(x);
  return {found.logits, found.scores[0]};
}

/// The same for one image by its definition: the L1 norm of the weight's gradient of the divergence
/// from the uniform distribution, d KL / d f_i = (S_i - 1 / classes) / T.
double gradnorm_by_gradients(const nn::Module& network, const Tensor& image,
                             const autograd::Variable& weight, double temperature) {
  const autograd::OnlyParameterScope only(weight);
  const autograd::Variable logits = network(autograd::Variable(image));
  const auto softmax = softmax_at(logits.value(), temperature);
  std::vector<float> seed;
  for (const double s : softmax[0])
    seed.push_back(static_cast<float>((s - 1 / static_cast<double>(logits.dim(1))) / temperature));
  const Tensor upper = Tensor::from(seed, logits.shape()).to(image.device());
  double norm = 0;
  for (const float g : autograd::grad(logits, weight, {.seed = upper}).to_vector<float>())
    norm += std::abs(static_cast<double>(g));
  return norm;
}

}  // namespace

TEST_SUITE("odin") {
  TEST_CASE("maximum logit and energy are what their papers define, without overflow") {
    const Tensor logits = tests::on_device(Tensor::from({3, 1, 0, -1, 800, 790, 0, -800}, {2, 4}));
    CHECK(scores_of(Method::max_logit, logits) == std::vector<double>{3, 800});
    const auto at_1 = scores_of(with_temperature(Method::energy, 1), logits),
               at_2 = scores_of(with_temperature(Method::energy, 2), logits);
    CHECK(
        at_1[0] ==
        doctest::Approx(std::log(std::exp(3.) + std::exp(1.) + 1 + std::exp(-1.))).epsilon(1e-14));
    CHECK(at_2[0] == doctest::Approx(2 * std::log(std::exp(1.5) + std::exp(.5) + 1 + std::exp(-.5)))
                         .epsilon(1e-14));
    CHECK(at_1[1] == doctest::Approx(800 + std::log1p(std::exp(-10.))).epsilon(1e-14));
    CHECK(contains(error_of([&] { scores_of(with_temperature(Method::energy, 0), logits); }),
                   "temperature must be positive, got 0"));
    CHECK(contains(error_of([] {
                     scores_of(Method::max_logit, Tensor::from({1, std::nanf("")}, {1, 2}));
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

  TEST_CASE("GradNorm is the norm of the gradient that it is named for") {
    const auto network = nn::make_model("densenet-bc-10-2", 3);
    nn::initialize(*network, 2);
    network->to(tests::device());
    network->eval();
    const Tensor images = tests::normal(4, {3, 3, 16, 16});
    const autograd::Variable weight =
        network->parameters()[network->parameters().size() - 2].variable;
    REQUIRE(weight.rank() == 2);
    for (const double temperature : {1.0, 3.0}) {
      const GradNorm found = gradnorm(*network, images, temperature);
      for (std::int64_t i = 0; i < 3; ++i)
        CHECK(found.scores[static_cast<std::size_t>(i)] ==
              doctest::Approx(
                  gradnorm_by_gradients(*network, images.slice(0, i, i + 1), weight, temperature))
                  .epsilon(1e-4));
    }
  }

  TEST_CASE("GradNorm needs evaluation mode and a linear layer") {
    nn::Sequential net;
    net.add<nn::GlobalAvgPool>();
    const Tensor images = Tensor::zeros({1, 3, 4, 4});
    CHECK(contains(error_of([&] { gradnorm(net, images, 1); }), "does not end in a linear layer"));
    net.add<nn::Linear>(3, 2);
    net.train();
    CHECK(contains(error_of([&] { gradnorm(net, images, 1); }), "evaluation mode"));
  }

  TEST_CASE("a step of its own raises a score along its gradient, through logits and features") {
    if (!kScoreGradients) return;  // as in the page
    // Mean pooling and a linear layer: the gradient is the same for all pixels of a channel.
    nn::Sequential net;
    net.add<nn::GlobalAvgPool>();
    net.add<nn::Linear>(3, 2);
    net.load_state_dict({{"1.weight", Tensor::from({1, -2, 3, 0.5, 0, 1}, {2, 3})},
                         {"1.bias", Tensor::from({0.25, 0}, {2})}});
    net.to(tests::device());
    net.eval();
    const Tensor training = tests::normal(5, {40, 3, 4, 4}),
                 images = tests::normal(3, {6, 3, 4, 4});
    const nn::LastLayer last = nn::last_layer(net, {3, 4, 4});
    Fitter fitter(last, {});
    const nn::FeatureRows rows = nn::predict_features(net, training);
    std::vector<std::int64_t> numbers;
    std::vector<std::optional<std::int64_t>> labels;
    for (std::int64_t i = 0; i < 40; ++i) numbers.push_back(i), labels.emplace_back(i % 2);
    fitter.add(outputs_of(rows.logits, rows.features), numbers, labels);
    const Fit fit = fitter.finish("");
    const LinearHead head(last);
    const double epsilon = 0.01;
    const std::vector<double> deviations{0.5, 0.25, 0.125};
    std::vector<MethodChoice> choices;
    for (const MethodInfo& m : methods())
      if (has_gradient(m.method) && m.method != Method::odin) choices.emplace_back(m.method);
    const MethodScorer scorer(net, {{0, 0, 0}, deviations}, fit,
                              {.methods = choices, .epsilon = epsilon, .step = Step::score},
                              {3, 4, 4});
    const MethodScores found = scorer.score_normalized(images);
    const nn::FeatureRows before = nn::predict_features(net, images);
    for (std::size_t m = 0; m < choices.size(); ++m) {
      CAPTURE(name_of(choices[m].method));
      const auto score = make_score(choices[m], {&head, &fit});
      const Outputs outputs = outputs_of(before.logits, before.features);
      const OutputGradients gradients = score->gradients(outputs);
      Outputs after = outputs;
      for (std::int64_t i = 0; i < 6; ++i)
        for (std::size_t c = 0; c < 3; ++c) {
          double slope = gradients.features.count ? gradients.features[i][c] : 0;
          for (std::int64_t k = 0; k < 2 && gradients.logits.count; ++k)
            slope += gradients.logits[i][static_cast<std::size_t>(k)] * head.weight[k][c];
          after.features[i][c] += (slope > 0 ? epsilon : -epsilon) / deviations[c];
        }
      after.logits = head.logits(after.features);
      const auto expected = (*score)(after);
      for (std::size_t i = 0; i < 6; ++i)
        CHECK(found.scores[m][i] == doctest::Approx(expected[i]).epsilon(1e-4));
    }
    CHECK(contains(error_of([&] {
                     MethodScorer(net, {{0, 0, 0}, deviations}, fit,
                                  {.methods = {Method::fdbd}, .step = Step::score}, {3, 4, 4});
                   }),
                   "fdbd: it has no gradient"));
  }

  TEST_CASE("the step of the softmax's own score is ODIN's at T = 1") {
    if (!kScoreGradients) return;
    const auto network = nn::make_model("densenet-bc-10-2", 3);
    nn::initialize(*network, 2);
    network->to(tests::device());
    network->eval();
    const Tensor images = tests::normal(4, {5, 3, 16, 16});
    const auto behind = [&](Step step) {
      const MethodScorer scorer(
          *network, {{0, 0, 0}, {1, 1, 1}}, {},
          {.methods = {Method::msp, Method::odin}, .temperature = 1, .epsilon = 0.01, .step = step},
          {3, 16, 16});
      return scorer.score_normalized(images).scores;
    };
    const auto none = behind(Step::none), odins = behind(Step::odin), own = behind(Step::score);
    for (std::size_t i = 0; i < 5; ++i) {
      CHECK(own[0][i] == doctest::Approx(odins[0][i]).epsilon(1e-5));
      CHECK(own[0][i] > none[0][i]);
      CHECK(own[1][i] == odins[1][i]);  // ODIN's step is its own
    }
  }

  TEST_CASE(
      "of all methods those are left out that need features of 0 or more and would get others") {
    nn::Model model;
    auto net = std::make_unique<nn::Sequential>();
    net->add<nn::GlobalAvgPool>();
    net->add<nn::Linear>(3, 2);
    net->load_state_dict({{"1.weight", Tensor::from({1, -2, 3, 0.5, 0, 1}, {2, 3})},
                          {"1.bias", Tensor::from({0.25, 0}, {2})}});
    net->eval();
    model.network = std::move(net);
    model.info.classes = {"a", "b"};
    model.info.input = {3, 4, 4};
    model.info.std = {1, 1, 1};
    for (const double mean : {0.0, 0.9}) {  // below it features are negative
      model.info.mean = {mean, mean, mean};
      const PossibleMethods found = possible_methods(model);
      for (const char* name : {"ash-p", "ash-b", "ash-s", "scale"}) {
        CAPTURE(name);
        CHECK(std::ranges::count(found.lacking, name) == (mean > 0));
      }
      CHECK(std::ranges::count(found.possible, MethodChoice(Method::gradnorm)) == 1);
    }
  }

  TEST_CASE("methods have names") {
    for (const std::string& name : method_names()) CHECK(name_of(parse_method(name)) == name);
    CHECK(error_of([] { parse_method("guess"); }) ==
          "method: expected odin, msp, max-logit, energy, gradnorm, temp-scale, gen, kl-matching, "
          "mahalanobis, rmds, knn, vim, residual, react, dice, ash-p, ash-b, ash-s, scale, she, "
          "fdbd or nnguide, got 'guess'");
  }
}
