#include "odin/calibration.h"

#include <doctest/doctest.h>

#include <cmath>

#include "odin/tensor/random.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tensor::Tensor;
using tests::error_of;

TEST_SUITE("odin") {
  TEST_CASE("the reliability diagram counts each image in the bin of its confidence") {
    // Softmax of (log 9, 0) is (0.9, 0.1); of (log 1.5, 0) it is (0.6, 0.4).
    const auto a = static_cast<float>(std::log(9.0)), b = static_cast<float>(std::log(1.5));
    const Tensor logits = Tensor::from({a, 0, a, 0, 0, a, b, 0}, {4, 2});
    const auto bins = reliability(logits, {0, 1, 1, 0}, 1, 4);
    REQUIRE(bins.size() == 4);
    CHECK(bins[0].count + bins[1].count == 0);
    CHECK(bins[2].count == 1);
    CHECK(bins[2].confidence == doctest::Approx(0.6).epsilon(1e-6));
    CHECK(bins[2].accuracy == 1);
    CHECK(bins[3].count == 3);
    CHECK(bins[3].confidence == doctest::Approx(0.9).epsilon(1e-6));
    CHECK(bins[3].accuracy == doctest::Approx(2.0 / 3));
    // (3 |2/3 - 0.9| + 1 |1 - 0.6|) / 4
    CHECK(expected_calibration_error(bins) == doctest::Approx(0.275).epsilon(1e-6));
  }

  TEST_CASE("the negative log-likelihood is the mean of -log of the label's softmax") {
    const auto a = static_cast<float>(std::log(9.0));
    const Tensor logits = Tensor::from({a, 0, a, 0}, {2, 2});
    CHECK(negative_log_likelihood(logits, {0, 1}, 1) ==
          doctest::Approx(-(std::log(0.9) + std::log(0.1)) / 2).epsilon(1e-6));
    CHECK(std::isfinite(negative_log_likelihood(Tensor::from({9000, 0}, {1, 2}), {1}, 1)));
  }

  TEST_CASE("logits that are k times too large are calibrated by T = k") {
    // Labels drawn from the softmax of the logits themselves: then T = 1 is right.
    constexpr std::int64_t kImages = 20000;
    const tensor::Random random(7);
    std::vector<float> logits, larger;
    std::vector<std::int64_t> labels;
    for (std::uint64_t i = 0; i < kImages; ++i) {
      double weights[3], sum = 0;
      for (std::uint64_t c = 0; c < 3; ++c) {
        logits.push_back(2 * random.normal_at(4 * i + c));
        larger.push_back(2.5f * logits.back());
        sum += weights[c] = std::exp(static_cast<double>(logits.back()));
      }
      const double u = random.uniform_at(4 * (kImages + i)) * sum;
      labels.push_back(u < weights[0] ? 0 : u < weights[0] + weights[1] ? 1 : 2);
    }
    const Tensor right = Tensor::from(logits, {kImages, 3}),
                 sure = Tensor::from(larger, {kImages, 3});
    CHECK(calibrated_temperature(right, labels) == doctest::Approx(1).epsilon(0.03));
    const double t = calibrated_temperature(sure, labels);
    CHECK(t == doctest::Approx(2.5 * calibrated_temperature(right, labels)).epsilon(1e-5));
    for (const double other : {0.9 * t, 1.1 * t})
      CHECK(negative_log_likelihood(sure, labels, t) <
            negative_log_likelihood(sure, labels, other));
    CHECK(expected_calibration_error(reliability(sure, labels, t)) < 0.02);
    CHECK(expected_calibration_error(reliability(sure, labels, 1)) > 0.05);
  }

  TEST_CASE("labels that do not fit are refused") {
    const Tensor logits = Tensor::zeros({2, 3});
    CHECK(error_of([&] { reliability(logits, {0}, 1); }) ==
          "calibration: expected logits [N, classes] and N labels, got [2,3] and 1");
    CHECK(error_of([&] {
            negative_log_likelihood(logits, {0, 3}, 1);
          }) == "calibration: label 3 of 3 classes");
    CHECK(error_of([&] {
            calibrated_temperature(Tensor::full({1, 2}, NAN), {0});
          }) == "score: a logit is NaN or infinite");
  }
}
