#include "odin/detector.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "odin/model_options.h"
#include "odin/nn/layers/linear.h"
#include "odin/nn/layers/pooling.h"
#include "odin/nn/layers/sequential.h"
#include "odin/nn/models/make_model.h"
#include "odin/perturb.h"
#include "odin/score.h"
#include "odin/tensor/backend/backend.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"
#include "odin/tests/call_count.h"
#include "odin/tests/device.h"
#include "odin/tests/networks.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/threshold.h"
#include "odin/tune.h"

using namespace odin;
using tensor::Tensor;
using tests::error_of;
using tests::kNormalization;
using tests::on_device;
using tests::small_network;

TEST_SUITE("odin") {
  TEST_CASE("a model brings its settings, and its threshold for these alone") {
    nn::ModelInfo info;
    CHECK(options_for(info).temperature == 1000);
    CHECK(options_for(info).epsilon == 0.0014);
    info.threshold = 0.3;  // its T and epsilon are unknown
    CHECK_FALSE(options_for(info).threshold.has_value());
    info.temperature = 500;
    info.epsilon = 0.002;
    CHECK(options_for(info).temperature == 500);
    CHECK(options_for(info).epsilon == 0.002);
    CHECK(options_for(info).threshold == 0.3);
    CHECK(options_for(info, 500).threshold == 0.3);
    CHECK_FALSE(options_for(info, 10).threshold.has_value());
    CHECK_FALSE(options_for(info, {}, 0).threshold.has_value());
    CHECK(options_for(info, 10, 0, 0.7).threshold == 0.7);
    CHECK_FALSE(options_for(info, {}, {}, {}, Direction::fgsm).threshold.has_value());
    CHECK(options_for(info, {}, {}, 0.7, Direction::fgsm).threshold == 0.7);
  }

  TEST_CASE("scores keep their digits at T = 1000 and do not overflow at small T") {
    const Tensor logits = on_device(Tensor::from({3, 1, 0, -1, 800, 0, 0, -800}, {2, 4}));
    const auto at_1000 = max_softmax(logits, 1000);
    const double sum = std::exp(-0.002) + std::exp(-0.003) + std::exp(-0.004) + 1;
    CHECK(std::abs(at_1000[0] - 1 / sum) < 1e-16);
    CHECK(max_softmax(logits, 0.01)[1] == 1);
    const auto all = softmax_at(logits, 2);
    for (const auto& row : all) {
      double total = 0;
      for (double s : row) total += s;
      CHECK(total == doctest::Approx(1).epsilon(1e-14));
    }
  }

  TEST_CASE("the step goes against the gradient, by epsilon / std a channel, and has no zero") {
    const Tensor x = on_device(Tensor::full({1, 3, 1, 3}, 2));
    const Tensor gradient =
        on_device(Tensor::from({1, 0, -1, 5, -0.0f, -5, 1e-30f, 0, -1e-30f}, {1, 3, 1, 3}));
    const auto moved = perturb(x, gradient, 0.1, {1, 0.5, 0.25}).to_vector<float>();
    const std::vector<float> expected{1.9f, 1.9f, 2.1f, 1.8f, 1.8f, 2.2f, 1.6f, 1.6f, 2.4f};
    for (std::size_t i = 0; i < expected.size(); ++i)
      CHECK(moved[i] == doctest::Approx(expected[i]).epsilon(1e-6));
  }

  TEST_CASE("FGSM's step is the same the other way, and lowers the score") {
    const Tensor x = on_device(Tensor::full({1, 3, 1, 1}, 2));
    const Tensor gradient = on_device(Tensor::from({1, 0, -1}, {1, 3, 1, 1}));
    const auto moved = perturb(x, gradient, 0.25, {1, 0.5, 0.25}, Direction::fgsm);
    CHECK(moved.to_vector<float>() == std::vector<float>{2.25f, 2.5f, 1});

    const auto network = small_network();
    const Tensor images = tests::uniform(3, {4, 3, 16, 16});
    const auto score_after = [&](double epsilon, Direction direction) {
      const DetectorOptions options{
          .temperature = 1000, .epsilon = epsilon, .threshold = {}, .direction = direction};
      return Detector(*network, kNormalization, options).detect(images);
    };
    const auto up = score_after(0.0014, Direction::odin), none = score_after(0, Direction::odin),
               down = score_after(0.0014, Direction::fgsm);
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(up[i].odin > none[i].odin);
      CHECK(none[i].odin > down[i].odin);
    }
    const TuningGrid grid{{1000}, {0.0014}, Direction::fgsm};
    const auto swept = score_grid(*network, kNormalization, images, grid)->scores.front();
    for (std::size_t i = 0; i < 4; ++i) CHECK(swept[i] == doctest::Approx(down[i].odin));
  }

  TEST_CASE("an inspection shows what the detections were made of") {
    const auto network = small_network();
    const Tensor images = tests::uniform(4, {2, 3, 16, 16});
    const Detector detector(*network, kNormalization);
    const Inspection seen = detector.inspect(images);
    const auto detections = detector.detect(images);
    CHECK(max_softmax(seen.logits, 1)[1] == detections[1].msp);
    CHECK(max_softmax(seen.moved_logits, 1000)[1] == detections[1].odin);
    CHECK(seen.gradient.shape() == images.shape());
    CHECK(tests::same(seen.moved, perturb(seen.x, seen.gradient, 0.0014, kNormalization.std)));
  }

  TEST_CASE("the step raises the score of a linear classifier by what calculus says") {
    nn::Sequential net;
    net.add<nn::GlobalAvgPool>();
    net.add<nn::Linear>(3, 2);
    net.load_state_dict(
        {{"1.weight", Tensor::from({1, -2, 3, 0, 0, 0}, {2, 3})}, {"1.bias", Tensor::zeros({2})}});
    net.to(tests::device());
    const Detector detector(net, {{0, 0, 0}, {1, 1, 1}},
                            {.temperature = 10, .epsilon = 0.01, .threshold = {}});
    const Tensor image = Tensor::full({1, 3, 2, 2}, 0.5);
    // f = (w . x, 0) with w . x = 1 and |w|_1 = 6: the step adds 6 eps to the first logit.
    const auto d = detector.detect(image).front();
    CHECK(d.label == 0);
    CHECK(d.msp == doctest::Approx(1 / (1 + std::exp(-1.0))).epsilon(1e-7));
    CHECK(d.odin == doctest::Approx(1 / (1 + std::exp(-1.06 / 10))).epsilon(1e-7));
    CHECK_FALSE(d.in_distribution.has_value());
  }

  TEST_CASE("T = 1 and epsilon = 0 are the baseline, without a second pass") {
    const auto network = small_network();
    const Detector detector(*network, kNormalization,
                            {.temperature = 1, .epsilon = 0, .threshold = {}});
    for (const Detection& d : detector.detect(tests::uniform(1, {3, 3, 16, 16})))
      CHECK(d.odin == d.msp);
  }

  TEST_CASE("a batch gives the scores of single images") {
    const auto network = small_network();
    const Detector detector(*network, kNormalization);
    const Tensor images = tests::uniform(3, {64, 3, 20, 12});
    const auto batch = detector.detect(images);
    for (std::int64_t i = 0; i < 64; ++i) {
      const auto one = detector.detect(images.slice(0, i, i + 1)).front();
      CHECK(one.label == batch[static_cast<std::size_t>(i)].label);
      CHECK(std::abs(one.msp - batch[static_cast<std::size_t>(i)].msp) <= 1e-6);
      CHECK(std::abs(one.odin - batch[static_cast<std::size_t>(i)].odin) <= 1e-6);
    }
  }

  TEST_CASE("no images give no detections") {
    const auto network = small_network();
    CHECK(Detector(*network, kNormalization).detect(Tensor::zeros({0, 3, 32, 32})).empty());
  }

  TEST_CASE("one thread equals several exactly" * tests::on_cpu_only()) {
    const auto network = small_network();
    const Detector detector(*network, kNormalization);
    const Tensor images = tests::uniform(4, {5, 3, 32, 32});
    tensor::set_num_threads(1);
    const auto one = detector.detect(images);
    tensor::set_num_threads(2);
    const auto two = detector.detect(images);
    tensor::set_num_threads(0);
    for (std::size_t i = 0; i < one.size(); ++i) {
      CHECK(one[i].msp == two[i].msp);
      CHECK(one[i].odin == two[i].odin);
    }
  }

  TEST_CASE("detection computes no weight gradient") {
    const auto network = small_network();
    const Detector detector(*network, kNormalization);
    const tests::CallCount count;
    detector.detect(tests::uniform(1, {1, 3, 16, 16}));
    CHECK(count["conv2d"] > 0);
    CHECK(count["conv2d_input_grad"] > 0);
    CHECK(count["conv2d_weight_grad"] == 0);
    CHECK(count["channel_grad_sums"] == 0);
  }

  TEST_CASE("a threshold gives verdicts, above it being in") {
    const auto network = small_network();
    const Tensor image = tests::uniform(1, {1, 3, 16, 16});
    const double score = Detector(*network, kNormalization).detect(image).front().odin;
    const auto verdict = [&](double threshold) {
      const Detector d(*network, kNormalization,
                       {.temperature = 1000, .epsilon = 0.0014, .threshold = threshold});
      return d.detect(image).front().in_distribution.value();
    };
    CHECK(verdict(score - 1e-9));
    CHECK_FALSE(verdict(score));
  }

  TEST_CASE("the threshold at a true positive rate lets just that share through") {
    const std::vector<double> scores{0.4, 0.1, 0.3, 0.2, 0.5};
    const auto above = [&](double threshold) {
      return std::count_if(scores.begin(), scores.end(), [&](double s) { return s > threshold; });
    };
    CHECK(above(threshold_at_tpr(scores, 1)) == 5);
    CHECK(above(threshold_at_tpr(scores, 0.8)) == 4);
    CHECK(above(threshold_at_tpr(scores, 0.61)) == 4);
    CHECK(threshold_at_tpr(scores, 0.8) == doctest::Approx(0.2));
    CHECK(threshold_at_tpr(scores, 0.8) < 0.2);
    CHECK(error_of([] { threshold_at_tpr({}, 0.95); }) == "threshold: no scores");
    CHECK(error_of([&] { threshold_at_tpr(scores, 0); }) ==
          "threshold: expected 0 < TPR <= 1, got 0");
    CHECK(error_of([] { threshold_at_tpr({std::nan("")}, 0.95); }) == "threshold: a score is nan");
  }

  TEST_CASE("pixels of 0 to 255, and normalized ones, are refused") {
    const auto network = small_network();
    const Detector detector(*network, kNormalization);
    const auto refusal = [&](float pixel) {
      return error_of([&] { detector.detect(on_device(Tensor::full({1, 3, 32, 32}, pixel))); });
    };
    CHECK(refusal(255) ==
          "normalize: expected pixels in [0,1], got 255: divide those of 0 to 255 by 255");
    CHECK(refusal(-2) ==
          "normalize: expected pixels in [0,1], got -2: they must not be normalized before");
    CHECK(refusal(1.1f) == "no error");  // as filters with negative weights give
    CHECK(refusal(-0.1f) == "no error");
  }

  TEST_CASE("bad settings and bad pixels are refused") {
    const auto network = small_network();
    const double nan = std::nan("");
    const auto with = [&](double t, double e) {
      return error_of([&] {
        Detector(*network, kNormalization, {.temperature = t, .epsilon = e, .threshold = {}});
      });
    };
    CHECK(with(0, 0) == "odin: temperature must be positive, got 0");
    CHECK(with(-3, 0) == "odin: temperature must be positive, got -3");
    CHECK(with(nan, 0) == "odin: temperature must be positive, got nan");
    CHECK(with(1, -0.1) == "odin: epsilon must be 0 or more, got -0.1");
    CHECK(with(1, nan) == "odin: epsilon must be 0 or more, got nan");
    const Detector detector(*network, kNormalization);
    Tensor image = Tensor::full({1, 3, 16, 16}, 0.5);
    image.write<float>()[7] = std::numeric_limits<float>::quiet_NaN();
    CHECK(error_of([&] { detector.detect(on_device(image)); }) ==
          "normalize: a pixel is NaN or infinite");
    CHECK(error_of([&] {
            detector.detect(Tensor::zeros({1, 1, 16, 16}));
          }) ==
          "normalize: images have 1 channels, the normalization has 3 means and 3 standard "
          "deviations");
  }
}
