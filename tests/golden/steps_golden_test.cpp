#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "odin/method_scorer.h"
#include "odin/metrics.h"
#include "odin/nn/io/safetensors.h"
#include "odin/nn/models/make_model.h"
#include "odin/scores/fitter.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

// Compares scores behind ODIN's step and behind their own, and the figures of these scores, with
// PyTorch's results in float64 (tests/golden/steps.py).

using namespace odin;
using tensor::Tensor;

namespace {

constexpr std::int64_t kStepClasses = 6;

/// The golden network with the last layer of this file, fitted to the training outputs.
class SteppedGolden {
 public:
  SteppedGolden()
      : file_(nn::read_safetensors(tests::golden("steps.safetensors"))),
        network_(nn::make_model("densenet-bc-16-4", kStepClasses)) {
    nn::StateDict state;
    for (const auto& [name, t] :
         nn::read_safetensors(tests::golden("densenet_bc_16_4.safetensors")).tensors)
      if (name.starts_with("state/")) state[name.substr(6)] = t;
    state["fc.weight"] = (*this)["weight"];
    state["fc.bias"] = (*this)["bias"];
    network_->load_state_dict(state);
    network_->to(tests::device());
    network_->eval();
    Fitter fitter({(*this)["weight"], (*this)["bias"]}, {});
    const auto labels = (*this)["training/labels"].to_vector<std::int64_t>();
    std::vector<std::int64_t> numbers(labels.size());
    std::iota(numbers.begin(), numbers.end(), 0);
    fitter.add(outputs_of((*this)["training/logits"], (*this)["training/features"]), numbers,
               std::vector<std::optional<std::int64_t>>(labels.begin(), labels.end()));
    fit_ = fitter.finish("{}");
  }

  const Tensor& operator[](const std::string& name) const { return file_.tensors.at(name); }

  /// The methods that the file has scores of behind this step.
  std::vector<std::string> methods(const std::string& step) const {
    std::vector<std::string> names;
    for (const auto& [name, t] : file_.tensors)
      if (name.starts_with("score/" + step + "/")) names.push_back(name.substr(step.size() + 7));
    return names;
  }

  /// [method][image]
  std::vector<std::vector<double>> scores(const std::vector<std::string>& names, Step step) const {
    MethodScorerOptions options{{},
                                std::stod(file_.metadata.at("temperature")),
                                std::stod(file_.metadata.at("epsilon")),
                                step};
    for (const std::string& name : names) options.methods.push_back(parse_method_choice(name));
    const MethodScorer scorer(*network_, {{0, 0, 0}, {0.247, 0.243, 0.261}}, fit_, options);
    return scorer.score_normalized(tests::on_device((*this)["x"])).scores;
  }

 private:
  nn::Safetensors file_;
  std::unique_ptr<nn::Module> network_;
  Fit fit_;
};

Tensor as_tensor(const std::vector<double>& values) {
  return Tensor::from(values, {std::ssize(values)});
}

/// The first half of the images is in-distribution.
void check_figures(const std::vector<double>& scores, const Tensor& expected) {
  const auto half = scores.begin() + std::ssize(scores) / 2;
  const std::vector<double> in(scores.begin(), half), out(half, scores.end());
  std::vector<double> minus_in, minus_out;
  for (const double s : in) minus_in.push_back(-s);
  for (const double s : out) minus_out.push_back(-s);
  const Metrics m = compute_metrics(in, out);
  const double rejected = compute_metrics(minus_out, minus_in).fpr95;
  const auto figures = expected.to_vector<double>();
  const std::vector<double> actual{m.auroc, m.fpr95, rejected, m.aupr_in, m.aupr_out};
  REQUIRE(actual.size() == figures.size());
  for (std::size_t i = 0; i < actual.size(); ++i) CHECK(std::abs(actual[i] - figures[i]) < 1e-12);
}

void check_step(const SteppedGolden& g, const std::string& name, Step step) {
  const auto methods = g.methods(name);
  const auto scores = g.scores(methods, step);
  for (std::size_t m = 0; m < methods.size(); ++m) {
    CAPTURE(methods[m]);
    CHECK_CLOSE(as_tensor(scores[m]), g["score/" + name + "/" + methods[m]], 1e-5);
    check_figures(scores[m], g["figures/" + name + "/" + methods[m]]);
  }
}

}  // namespace

TEST_SUITE("golden") {
  // Some logits are so near to each other that kl-matching makes 2e-5 of the rounding of other sums.
  TEST_CASE("scores and AUROC without a step, behind ODIN's and behind their own are PyTorch's" *
            tests::on_cpu_only()) {
    if (!kScoreGradients) return;  // as in the page
    const SteppedGolden g;
    check_step(g, "none", Step::none);
    check_step(g, "odin", Step::odin);
    check_step(g, "score", Step::score);
  }

  TEST_CASE("the golden steps have every score that has a gradient") {
    if (!kScoreGradients) return;
    const SteppedGolden g;
    std::vector<Method> there;
    for (const std::string& name : g.methods("score"))
      there.push_back(parse_method_choice(name).method);
    for (const MethodInfo& m : methods()) {
      if (m.method == Method::odin) continue;  // its step is ODIN's
      CAPTURE(m.name);
      CHECK(has_gradient(m.method) == (std::count(there.begin(), there.end(), m.method) == 1));
    }
  }
}
