#include "odin/tune.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "odin/detector.h"
#include "odin/nn/models/make_model.h"
#include "odin/tensor/backend/backend.h"
#include "odin/tensor/random.h"
#include "odin/tests/call_count.h"
#include "odin/tests/device.h"
#include "odin/tests/networks.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tensor::Tensor;
using tests::error_of;
using tests::kNormalization;
using tests::small_network;

namespace {

/// Scores of one image, one for each setting.
GridScores one_image(const std::vector<double>& scores) {
  GridScores g;
  for (const double s : scores) g.scores.push_back({s});
  g.classes = 1;
  g.logits = {0};
  return g;
}

}  // namespace

TEST_SUITE("odin") {
  TEST_CASE("the grid's scores are those of a detector with each setting") {
    const auto network = small_network();
    const TuningGrid grid{{1, 10, 1000}, {0, 0.001, 0.004}};
    const Tensor images = tests::uniform(3, {4, 3, 16, 16});
    const auto found = score_grid(*network, kNormalization, images, grid);
    REQUIRE(found.has_value());
    CHECK(found->size() == 4);
    for (std::size_t t = 0; t < 3; ++t)
      for (std::size_t e = 0; e < 3; ++e) {
        const Detector detector(
            *network, kNormalization,
            {.temperature = grid.temperatures[t], .epsilon = grid.epsilons[e], .threshold = {}});
        const auto expected = detector.detect(images);
        for (std::size_t i = 0; i < 4; ++i)
          CHECK(found->scores[grid.index(t, e)][i] ==
                doctest::Approx(expected[i].odin).epsilon(1e-9));
      }
  }

  TEST_CASE("the grid takes one forward pass, one backward a temperature, one forward an epsilon") {
    const auto network = small_network();
    const TuningGrid grid{{1, 100, 1000}, {0, 0.001, 0.002}};
    const Tensor images = tests::uniform(3, {2, 3, 16, 16});
    std::int64_t one_forward = 0, one_backward = 0;
    {
      const tests::CallCount count;
      score_grid(*network, kNormalization, images, {{1000}, {0}});
      one_forward = count["conv2d"], one_backward = count["conv2d_input_grad"];
    }
    REQUIRE(one_forward > 0);
    REQUIRE(one_backward > 0);
    std::int64_t passes = 0;
    const tests::CallCount count;
    score_grid(*network, kNormalization, images, grid, [&](std::int64_t n) {
      passes += n;
      return true;
    });
    CHECK(count["conv2d"] == one_forward * (1 + 3 * 2));
    CHECK(count["conv2d_input_grad"] == one_backward * 3);
    CHECK(count["conv2d_weight_grad"] == 0);
    CHECK(passes == 2 * grid.passes());
  }

  TEST_CASE("the default grid is the paper's") {
    const TuningGrid grid = default_grid();
    CHECK(grid.temperatures == std::vector<double>{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000});
    CHECK(grid.epsilons.size() == 21);
    CHECK(grid.epsilons[7] == 0.0014);
    CHECK(grid.epsilons.back() == 0.004);
    CHECK(grid.passes() == 1 + 10 * 21);
  }

  TEST_CASE("a grid that is stopped gives nothing") {
    const auto network = small_network();
    const Tensor images = tests::uniform(3, {1, 3, 16, 16});
    for (const int stop_at : {1, 2, 3, 4}) {
      int passes = 0;
      CHECK_FALSE(
          score_grid(*network, kNormalization, images, {{1, 1000}, {0.001}}, [&](std::int64_t) {
            return ++passes < stop_at;
          }).has_value());
      CHECK(passes == stop_at);
    }
  }

  TEST_CASE("the objective chooses, ties going to the smaller step") {
    // Three epsilons; two in-distribution and two out-of-distribution images, which are separated
    // better and better.
    const TuningGrid grid{{1000}, {0.002, 0, 0.001}};
    GridScores in, out;
    in.scores = {{3, 4}, {1, 4}, {3, 4}};
    out.scores = {{1, 2}, {2, 3}, {1, 2}};
    const auto points = measure_grid(grid, in, {out});
    REQUIRE(points.size() == 3);
    CHECK(points[0].mean.auroc == 1);
    CHECK(points[1].mean.auroc == 0.5);
    CHECK(points[1].mean_in_score == 2.5);
    CHECK(points[best_point(points, Objective::fpr95)].epsilon == 0.001);
    for (const std::string& name : objective_names()) {
      CHECK(name_of(parse_objective(name)) == name);
      CHECK(points[best_point(points, parse_objective(name))].epsilon == 0.001);
    }
    CHECK(error_of([] { parse_objective("luck"); }) ==
          "tune: objective 'luck' is none of fpr95, detection-error, auroc, aupr-in, aupr-out");
  }

  TEST_CASE("several out-sets count equally") {
    const TuningGrid grid{{1000}, {0}};
    GridScores in, far, near;
    in.scores = {{3, 4}};
    far.scores = {{1, 1, 1, 1}};
    near.scores = {{5}};
    const auto points = measure_grid(grid, in, {far, near});
    CHECK(points[0].out[0].auroc == 1);
    CHECK(points[0].out[1].auroc == 0);
    CHECK(points[0].mean.auroc == 0.5);
  }

  TEST_CASE("without an out-set the highest mean score of the in-set chooses epsilon") {
    const auto points = measure_grid({{1000}, {0, 0.001, 0.002}}, one_image({1, 3, 2}), {});
    CHECK(best_point_without_out_set(points) == 1);
    CHECK(error_of([&] { best_point(points, Objective::fpr95); }) ==
          "tune: an objective needs an out-of-distribution set");
    const auto two = measure_grid({{1, 1000}, {0}}, one_image({1, 3}), {});
    CHECK(error_of([&] { best_point_without_out_set(two); }).starts_with("tune: without out-of"));
  }

  TEST_CASE("parts of a set append to the whole") {
    const auto network = small_network();
    const TuningGrid grid{{1000}, {0, 0.001}};
    const Tensor images = tests::uniform(3, {3, 3, 16, 16});
    const auto whole = *score_grid(*network, kNormalization, images, grid);
    GridScores parts;
    parts.append(*score_grid(*network, kNormalization, images.slice(0, 0, 1), grid));
    parts.append(*score_grid(*network, kNormalization, images.slice(0, 1, 3), grid));
    REQUIRE(parts.size() == 3);
    CHECK(parts.logits_tensor().shape() == whole.logits_tensor().shape());
    for (std::size_t i = 0; i < whole.scores.size(); ++i)
      for (std::size_t k = 0; k < 3; ++k)
        CHECK(parts.scores[i][k] == doctest::Approx(whole.scores[i][k]).epsilon(1e-6));
    CHECK(error_of([&] { parts.append(one_image({1})); }) ==
          "tune: scores of another grid or network");
  }

  TEST_CASE("a grid that makes no sense is refused") {
    const auto network = small_network();
    const Tensor images = Tensor::zeros({1, 3, 16, 16});
    const auto with = [&](TuningGrid grid) {
      return error_of([&] { score_grid(*network, kNormalization, images, grid); });
    };
    CHECK(with({{}, {0}}) == "tune: no temperatures or no epsilons");
    CHECK(with({{0}, {0}}) == "tune: temperature must be positive, got 0");
    CHECK(with({{1}, {-1}}) == "tune: epsilon must be 0 or more, got -1");
  }
}
