#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "odin/methods.h"
#include "odin/nn/io/safetensors.h"
#include "odin/scores/feature_histogram.h"
#include "odin/scores/fitter.h"
#include "odin/scores/make_scores.h"
#include "odin/scores/nearest_rows.h"
#include "odin/scores/seeded_sample.h"
#include "odin/scores/shaping.h"
#include "odin/scores/symmetric_eigen.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/random.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tensor::Tensor;
using tests::contains;
using tests::error_of;

namespace {

using KnownLabels = std::vector<std::optional<std::int64_t>>;

/// The golden file of tests/golden/scores.py: a last layer, training and test features.
struct GoldenScores {
  GoldenScores() : file(nn::read_safetensors(tests::golden("scores.safetensors"))) {}

  const Tensor& operator[](const std::string& name) const { return file.tensors.at(name); }
  nn::LastLayer last() const { return {(*this)["weight"], (*this)["bias"]}; }
  Outputs outputs() const { return outputs_of((*this)["logits"], (*this)["features"]); }

  /// Fed to the fitter in pieces of `batch` images.
  Fit fit(std::int64_t batch, FitOptions options = {}, bool labels = true) const {
    Fitter fitter(last(), options);
    feed(fitter, batch, labels);
    return fitter.finish("{}");
  }
  void feed(Fitter& fitter, std::int64_t batch, bool with_labels = true) const {
    const Tensor h = (*this)["training/features"], f = (*this)["training/logits"];
    const auto labels = (*this)["training/labels"].to_vector<std::int64_t>();
    for (std::int64_t first = 0; first < h.dim(0); first += batch) {
      const std::int64_t end = std::min(first + batch, h.dim(0));
      std::vector<std::int64_t> numbers(static_cast<std::size_t>(end - first));
      std::iota(numbers.begin(), numbers.end(), first);
      KnownLabels known;
      for (const std::int64_t i : numbers)
        known.push_back(with_labels ? std::optional(labels[static_cast<std::size_t>(i)])
                                    : std::nullopt);
      fitter.add(outputs_of(f.slice(0, first, end), h.slice(0, first, end)), numbers, known);
    }
  }

  nn::Safetensors file;
};

std::vector<double> score_with(const std::string& choice, const GoldenScores& g, const Fit& fit,
                               const Outputs& outputs) {
  const LinearHead head(g.last());
  return (*make_score(parse_method_choice(choice), {&head, &fit, 1000}))(outputs);
}

void check_near(const std::vector<double>& actual, const std::vector<double>& expected,
                double tolerance) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i)
    CHECK(std::abs(actual[i] - expected[i]) <= tolerance * std::abs(expected[i]));
}

/// The covariance [132,132] of the features of ten images, around the mean of the first three.
Rows covariance_of_few(std::uint64_t seed) {
  constexpr std::int64_t kImages = 10, kFeatures = 132, kFirst = 3;
  const tensor::Random random(seed);
  Rows around(kImages, kFeatures);
  std::vector<double> shift(kFeatures, 0);
  for (std::size_t j = 0; j < kFeatures; ++j) {
    double mean = 0;
    for (std::int64_t i = 0; i < kImages; ++i) {
      around[i][j] =
          std::max(0.0F, random.normal_at(static_cast<std::uint64_t>(i * kFeatures) + j) +
                             random.normal_at(100'000 + j));
      if (i < kFirst) mean += around[i][j] / kFirst;
    }
    for (std::int64_t i = 0; i < kImages; ++i) {
      around[i][j] -= mean;
      shift[j] += around[i][j] / kImages;
    }
  }
  const Rows columns = transposed(around);
  Rows covariance = times_transposed(columns, columns);
  for (std::int64_t i = 0; i < kFeatures; ++i)
    for (std::size_t j = 0; j < kFeatures; ++j)
      covariance[i][j] = covariance[i][j] / kImages - shift[static_cast<std::size_t>(i)] * shift[j];
  return covariance;
}

Rows random_symmetric(std::int64_t n) {
  const auto values = tensor::Random(7).normal({n, n}).to_vector<float>();
  Rows a(n, n);
  for (std::size_t i = 0; i < values.size(); ++i) a.values[i] = values[i];
  return times_transposed(a, a);
}

}  // namespace

TEST_SUITE("odin") {
  TEST_CASE("every score is what its formula gives in float64") {
    const GoldenScores g;
    const Fit fit = g.fit(64);
    int compared = 0;
    for (const auto& [name, expected] : g.file.tensors) {
      if (!name.starts_with("score/")) continue;
      CAPTURE_BOUND(name);
      check_near(score_with(name.substr(6), g, fit, g.outputs()), expected.to_vector<double>(),
                 1e-5);
      ++compared;
    }
    CHECK(compared == 23);
  }

  TEST_CASE("the golden scores have every method but odin") {
    const GoldenScores g;
    for (const std::string& name : method_names()) {
      CAPTURE(name);
      const bool there = std::any_of(g.file.tensors.begin(), g.file.tensors.end(), [&](auto& t) {
        return t.first == "score/" + name || t.first.starts_with("score/" + name + ":");
      });
      CHECK(there == (name != "odin"));
    }
  }

  TEST_CASE("the gradients of scores are those of finite differences") {
    if (!kScoreGradients) return;  // as in the page
    const GoldenScores g;
    const Fit fit = g.fit(64);
    const LinearHead head(g.last());
    constexpr double kStep = 1e-6;
    for (const std::string& name : method_names()) {
      CAPTURE(name);
      const auto score =
          make_score(parse_method_choice(name == "knn" ? "knn:k=9" : name), {&head, &fit, 10});
      if (!has_gradient(parse_method(name))) {
        CHECK_THROWS_AS(score->gradients(g.outputs()), Error);
        continue;
      }
      const OutputGradients gradients = score->gradients(g.outputs());
      CHECK(gradients.logits.count + gradients.features.count > 0);
      for (Rows Outputs::*of : {&Outputs::logits, &Outputs::features}) {
        const Rows& claimed = of == &Outputs::logits ? gradients.logits : gradients.features;
        double largest = 0, difference = 0;
        for (std::size_t j = 0; j < static_cast<std::size_t>((g.outputs().*of).width); ++j) {
          Outputs above = g.outputs(), below = g.outputs();
          for (std::int64_t i = 0; i < (above.*of).count; ++i) {
            (above.*of)[i][j] += kStep;
            (below.*of)[i][j] -= kStep;
          }
          const auto high = (*score)(above), low = (*score)(below);
          for (std::size_t i = 0; i < high.size(); ++i) {
            const double slope = (high[i] - low[i]) / (2 * kStep);
            const double there = claimed.count == 0 ? 0 : claimed[static_cast<std::int64_t>(i)][j];
            largest = std::max(largest, std::abs(slope));
            difference = std::max(difference, std::abs(slope - there));
          }
        }
        CHECK(difference <= 1e-6 * std::max(largest, 1.0));
      }
    }
  }

  TEST_CASE("a network that is quite sure still has gradients, down to where 1 - p is 0") {
    if (!kScoreGradients) return;
    const Outputs sure = outputs_of(Tensor::from({60, 0, -3, 2000, 0, 0}, {2, 3}));
    for (const char* name : {"msp", "gen", "gen:gamma=2:m=2"}) {
      CAPTURE(name);
      const Rows gradients = make_score(parse_method_choice(name), {})->gradients(sure).logits;
      CHECK(gradients[0][0] > 0);
      CHECK(gradients[0][1] < 0);
      for (const double x : gradients.values) CHECK(std::isfinite(x));
    }
  }

  TEST_CASE("a fit does not depend on the batches, nor any score on the threads") {
    const GoldenScores g;
    const Fit one = g.fit(150), many = g.fit(7);
    for (const std::string& name : method_names()) {
      CAPTURE(name);
      const std::string choice = name == "knn" ? "knn:k=9" : name;
      const auto a = score_with(choice, g, one, g.outputs());
      check_near(score_with(choice, g, many, g.outputs()), a, 1e-9);
      const int threads = tensor::num_threads();
      tensor::set_num_threads(1);
      const auto alone = score_with(choice, g, g.fit(150), g.outputs());
      tensor::set_num_threads(threads);
      CHECK(alone == a);
    }
  }

  TEST_CASE("the scores of a batch are those of its images") {
    const GoldenScores g;
    const Fit fit = g.fit(64);
    for (const std::string& name : method_names()) {
      CAPTURE(name);
      const std::string choice = name == "knn" ? "knn:k=9" : name;
      const auto all = score_with(choice, g, fit, g.outputs());
      for (std::int64_t i = 0; i < 3; ++i)
        CHECK(
            score_with(choice, g, fit,
                       outputs_of(g["logits"].slice(0, i, i + 1), g["features"].slice(0, i, i + 1)))
                .front() == all[static_cast<std::size_t>(i)]);
    }
  }

  TEST_CASE("the bank has at most as many images as it may, the same for any order") {
    const GoldenScores g;
    const Fit small = g.fit(64, {.bank = 20, .seed = 3}),
              again = g.fit(150, {.bank = 20, .seed = 3});
    CHECK(small.tensors().at("bank").dim(0) == 20);
    CHECK(small.tensors().at("bank").to_vector<float>() ==
          again.tensors().at("bank").to_vector<float>());
    CHECK(small.tensors().at("bank").to_vector<float>() !=
          g.fit(64, {.bank = 20, .seed = 4}).tensors().at("bank").to_vector<float>());
    CHECK(contains(error_of([&] { score_with("knn", g, small, g.outputs()); }),
                   "knn: expected k from 1 to 20, the images that the fit keeps, got 50"));
    CHECK(contains(error_of([&] { g.fit(64, {.bank = 0}); }), "bank of 1 or more"));
  }

  TEST_CASE("a sample is even") {
    std::vector<int> kept(20, 0);
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
      SeededSample<int> sample(5, seed);
      for (int i = 0; i < 20; ++i) sample.offer(i, [&] { return i; });
      for (const int i : sample.take()) ++kept[static_cast<std::size_t>(i)];
    }
    for (const int count : kept) CHECK(std::abs(count - 100) < 40);
  }

  TEST_CASE("a method that needs a fit says how to get one") {
    const GoldenScores g;
    for (const MethodInfo& m : methods()) {
      CAPTURE(m.name);
      const std::string error = error_of([&] { score_with(m.name, g, {}, g.outputs()); });
      CHECK(contains(error, "odin fit --model MODEL --in SET --save FILE") == m.fit);
      CHECK((error == "no error") != m.fit);
    }
  }

  TEST_CASE("without labels a fit lacks what needs them, and has the rest") {
    const GoldenScores g;
    const Fit fit = g.fit(64, {}, false);
    for (const char* name : {"mahalanobis", "rmds", "she", "temp-scale"}) {
      CAPTURE(name);
      CHECK(contains(error_of([&] { score_with(name, g, fit, g.outputs()); }),
                     "images without labels?"));
    }
    for (const char* name : {"knn", "vim", "residual", "react", "dice", "fdbd", "nnguide"})
      CHECK_NOTHROW(score_with(name, g, fit, g.outputs()));
  }

  TEST_CASE("a fit says what it found: the ranks of singular covariances, classes without images") {
    const GoldenScores g;
    Fitter fitter(g.last(), {});
    g.feed(fitter, 64);
    fitter.finish("{}");
    CHECK(fitter.summary().images == 150);
    CHECK(fitter.summary().rank == 23);  // one feature is always 0
    CHECK(fitter.summary().rank_all == 23);
    CHECK(fitter.summary().labels);
    CHECK(fitter.summary().empty_classes.empty());

    Fitter poor(g.last(), {});
    const std::vector<std::int64_t> numbers{0, 1};
    const KnownLabels labels{0, 0};
    poor.add(outputs_of(g["logits"].slice(0, 0, 2), g["features"].slice(0, 0, 2)), numbers, labels);
    const Fit fit = poor.finish("{}");
    CHECK(poor.summary().empty_classes == std::vector<std::int64_t>{1, 2, 3, 4, 5});
    CHECK(poor.summary().rank_all == 1);
    for (const char* name : {"mahalanobis", "rmds", "kl-matching", "knn:k=2"}) {
      CAPTURE(name);
      for (const double s : score_with(name, g, fit, g.outputs())) CHECK(std::isfinite(s));
    }
    CHECK_THROWS_WITH_AS(Fitter(g.last(), {}).finish("{}"), doctest::Contains("two or more images"),
                         Error);
  }

  TEST_CASE("ViM is refused where the training images lie within the principal space") {
    const GoldenScores g;
    Fitter few(g.last(), {});
    std::vector<std::int64_t> numbers(8);
    std::iota(numbers.begin(), numbers.end(), 0);
    few.add(outputs_of(g["logits"].slice(0, 0, 8), g["features"].slice(0, 0, 8)), numbers,
            KnownLabels(8));
    const Fit fit = few.finish("{}");
    CHECK(contains(error_of([&] { score_with("vim", g, fit, g.outputs()); }),
                   "lie within 12 principal directions; fit to more images"));
    CHECK_NOTHROW(score_with("vim:d=4", g, fit, g.outputs()));
  }

  TEST_CASE("validation images give temperature and mean softmax") {
    const GoldenScores g;
    Fitter fitter(g.last(), {});
    g.feed(fitter, 64);
    std::vector<std::int64_t> numbers(16);
    std::iota(numbers.begin(), numbers.end(), 0);
    KnownLabels labels;
    for (std::int64_t i = 0; i < 16; ++i) labels.emplace_back(i % 6);
    fitter.add_validation(g.outputs(), numbers, labels);
    const Fit fit = fitter.finish("{}");
    CHECK(fitter.summary().validation_images == 16);
    CHECK(fit.number("test", "temperature") != g.fit(64).number("test", "temperature"));
    CHECK(fit.vector("test", "mean") == g.fit(64).vector("test", "mean"));
  }

  TEST_CASE("scores refuse what they cannot be computed from") {
    const GoldenScores g;
    const Fit fit = g.fit(64);
    Outputs negative = g.outputs();
    negative.features[3][5] = -0.25;
    for (const char* name : {"ash-p", "ash-b", "ash-s", "scale"}) {
      CAPTURE(name);
      CHECK(contains(error_of([&] { score_with(name, g, fit, negative); }),
                     std::string(name) + ": expected features of 0 or more"));
    }
    const Tensor nan = Tensor::full({1, 24}, std::nan(""));
    CHECK(contains(error_of([&] { outputs_of(g["logits"].slice(0, 0, 1), nan); }),
                   "a feature is NaN or infinite"));
    for (const char* wrong : {"knn:k=0", "knn:k=1.5", "react:q=101", "react:q=90.5", "dice:q=-1",
                              "ash-s:q=101", "scale:q=-1", "vim:d=24", "vim:d=-1", "gen:gamma=0",
                              "gen:m=0", "energy:t=0", "nnguide:k=0"}) {
      CAPTURE(wrong);
      CHECK_THROWS_AS(score_with(wrong, g, fit, g.outputs()), Error);
    }
  }

  TEST_CASE("features that are all 0 have finite scores") {
    const GoldenScores g;
    const Fit fit = g.fit(64);
    const Outputs zero = outputs_of(Tensor::zeros({1, 6}), Tensor::zeros({1, 24}));
    for (const std::string& name : method_names()) {
      CAPTURE(name);
      for (const double s : score_with(name, g, fit, zero)) CHECK(std::isfinite(s));
    }
  }

  TEST_CASE("a fit survives its tensors, and a damaged one is refused") {
    const GoldenScores g;
    const Fit fit = g.fit(64);
    const Fit again(fit.tensors(), fit.record(), 6);
    CHECK(score_with("vim", g, again, g.outputs()) == score_with("vim", g, fit, g.outputs()));
    for (const auto& [name, t] : fit.tensors()) {
      CAPTURE_BOUND(name);
      nn::StateDict wrong = fit.tensors();
      wrong[name] = Tensor::zeros({3, 3, 3}, t.dtype());
      CHECK_THROWS_AS(Fit(wrong, "", 6), Error);
      wrong[name] = t.clone();
      tensor::copy_(wrong[name], Tensor::full(t.shape(), std::nan(""), t.dtype()));
      CHECK_THROWS_AS(Fit(wrong, "", 6), Error);
    }
    CHECK_THROWS_AS(Fit(fit.tensors(), "", 7), Error);
    nn::StateDict without = fit.tensors();
    without.erase("mean");
    CHECK_THROWS_AS(Fit(without, "", 6), Error);
    without = fit.tensors();
    without["of a later version"] = Tensor::zeros({2});
    CHECK_NOTHROW(Fit(without, "", 6));
  }

  // Of ten images with many features, as a Fitter computes it from batches of three: all but nine
  // eigenvalues are rounding errors, among which the steps once went on without end.
  TEST_CASE("a covariance of very low rank has eigenvalues, and a pseudo-inverse of its rank") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      CAPTURE(seed);
      const SymmetricEigen e = symmetric_eigen(covariance_of_few(seed));
      CHECK(pseudo_inverse(e).rank == 9);
      CHECK(std::abs(e.values.back()) < 1e-12 * e.values.front());
    }
  }

  TEST_CASE("eigenvalues and eigenvectors of symmetric matrices") {
    for (const std::int64_t n : {1, 2, 3, 17, 70, 131}) {
      CAPTURE(n);
      const Rows a = random_symmetric(n);
      const SymmetricEigen e = symmetric_eigen(a);
      Rows scaled = e.vectors;
      for (std::int64_t i = 0; i < n; ++i)
        for (double& x : scaled[i]) x *= e.values[static_cast<std::size_t>(i)];
      const Rows again = times_transposed(transposed(scaled), transposed(e.vectors));
      const Rows product = times_transposed(e.vectors, e.vectors);
      for (std::int64_t i = 0; i < n; ++i) {
        if (i > 0)
          CHECK(e.values[static_cast<std::size_t>(i)] <= e.values[static_cast<std::size_t>(i - 1)]);
        for (std::size_t j = 0; j < static_cast<std::size_t>(n); ++j) {
          CHECK(std::abs(again[i][j] - a[i][j]) < 1e-12 * e.values.front());
          CHECK(std::abs(product[i][j] - (static_cast<std::int64_t>(j) == i)) < 1e-12);
        }
      }
    }
    Rows diagonal(4, 4);
    for (std::size_t i = 0; i < 4; ++i) diagonal[static_cast<std::int64_t>(i)][i] = double(i % 2);
    CHECK(symmetric_eigen(diagonal).values == std::vector<double>{1, 1, 0, 0});
    CHECK(pseudo_inverse(symmetric_eigen(diagonal)).rank == 2);
    CHECK(pseudo_inverse(symmetric_eigen(Rows(3, 3))).rank == 0);
    Rows wrong(2, 2);
    wrong[0][0] = std::nan("");
    CHECK_THROWS_AS(symmetric_eigen(wrong), Error);
  }

  TEST_CASE("products of matrices in double") {
    for (const auto& [n, m, d] : {std::array{1, 1, 1}, {3, 5, 7}, {6, 70, 33}, {130, 9, 64}}) {
      Rows a(n, d), b(m, d);
      for (std::size_t i = 0; i < a.values.size(); ++i) a.values[i] = double(i % 13) - 6;
      for (std::size_t i = 0; i < b.values.size(); ++i) b.values[i] = double(i % 7) - 3;
      const Rows product = times_transposed(a, b);
      bool equal = true;
      for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = 0; j < m; ++j)
          equal = equal && product[i][static_cast<std::size_t>(j)] == dot(a[i], b[j]);
      CHECK(equal);
      Rows gram(d, d);
      add_gram(a, gram);
      const Rows expected = times_transposed(transposed(a), transposed(a));
      for (std::int64_t i = 0; i < d; ++i)
        for (std::size_t j = static_cast<std::size_t>(i); j < static_cast<std::size_t>(d); ++j)
          equal = equal && gram[i][j] == expected[i][j];
      CHECK(equal);
    }
  }

  TEST_CASE("percentiles are NumPy's, and the histogram's are near") {
    CHECK(percentile({3, 1, 2, 4}, 50) == 2.5);
    CHECK(percentile({3, 1, 2, 4}, 0) == 1);
    CHECK(percentile({3, 1, 2, 4}, 100) == 4);
    CHECK(percentile({7}, 90) == 7);
    CHECK_THROWS_AS(percentile({}, 90), Error);
    FeatureHistogram histogram;
    CHECK_THROWS_AS(histogram.percentile(90), Error);
    std::vector<double> values;
    for (float v : tensor::Random(4).normal({5000}).to_vector<float>()) {
      v = v < -1 ? 0 : v;
      histogram.add(v);
      values.push_back(v);
    }
    for (const double q : {0, 1, 10, 25, 50, 85, 90, 95, 99, 100}) {
      const double exact = percentile(values, q);
      CHECK(std::abs(histogram.percentile(q) - exact) <= 5e-6 * std::abs(exact));
    }
  }

  TEST_CASE("the nearest rows are those of a search through all") {
    const auto rows = [](std::int64_t n, std::uint64_t seed) {
      Rows r(n, 20);
      const auto values = tensor::Random(seed).normal({n, 20}).to_vector<float>();
      std::copy(values.begin(), values.end(), r.values.begin());
      return unit_rows(std::move(r));
    };
    const Rows bank = rows(9000, 1), queries = rows(300, 2);
    const auto found = NearestRows(bank).find(queries, 7);
    for (const std::int64_t i : {0, 17, 255, 256, 299}) {
      std::vector<std::int64_t> order(9000);
      std::iota(order.begin(), order.end(), 0);
      std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
        return dot(queries[i], bank[a]) > dot(queries[i], bank[b]);
      });
      order.resize(7);
      CHECK(found[static_cast<std::size_t>(i)] == order);
    }
  }

  TEST_CASE("methods are chosen by name and parameters") {
    const MethodChoice c = parse_method_choice("gen:gamma=0.5:m=10");
    CHECK(c.method == Method::gen);
    CHECK(c.values == std::map<std::string, double>{{"gamma", 0.5}, {"m", 10}});
    CHECK(to_string(c) == "gen:gamma=0.5:m=10");
    CHECK(to_string(parse_method_choice("knn")) == "knn");
    CHECK(contains(error_of([] { parse_method_choice("knn:q=3"); }), "expected the parameter k"));
    CHECK(contains(error_of([] { parse_method_choice("msp:q=3"); }), "it has no parameters"));
    for (const char* wrong : {"knn:k=", "knn:k", "knn:k=x", "knn:k=3x", "knn:", "", "knn:k=nan"}) {
      CAPTURE(wrong);
      CHECK_THROWS_AS(parse_method_choice(wrong), Error);
    }
    for (std::size_t i = 0; i < methods().size(); ++i)
      CHECK(static_cast<std::size_t>(methods()[i].method) == i);
  }

  TEST_CASE("how many features stay is rounded as NumPy rounds") {
    CHECK(kept_features("test", 10, 85) == 2);  // 8.5 features out, rounded to 8
    CHECK(kept_features("test", 10, 95) == 1);  // 9.5, rounded to 10: at least one stays
    CHECK(kept_features("test", 342, 90) == 34);
    const std::vector<double> equal{1, 2, 2, 2, 0};
    CHECK(largest_features(equal, 2) == std::vector<bool>{false, true, true, false, false});
  }
}
