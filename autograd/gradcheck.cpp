#include "odin/autograd/gradcheck.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "odin/autograd/engine.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"

namespace odin::autograd {
namespace {

using Function = std::function<Variable(const std::vector<Variable>&)>;

/// sum(f(inputs) * weights), without recording.
double evaluate(const Function& f, const std::vector<Tensor>& inputs, const Tensor& weights) {
  const NoGradScope no_grad;
  const std::vector<Variable> variables(inputs.begin(), inputs.end());
  return tensor::sum(tensor::mul(f(variables).value(), weights)).item();
}

/// The central difference for `element`, a one-element view of an input, which is restored
/// afterwards.
double numeric_gradient(const Function& f, const std::vector<Tensor>& inputs, const Tensor& weights,
                        Tensor element, double step) {
  const double kept = element.item();
  const double h = step * std::max(1.0, std::abs(kept));
  tensor::fill_(element, kept + h);
  const double above = evaluate(f, inputs, weights);
  tensor::fill_(element, kept - h);
  const double below = evaluate(f, inputs, weights);
  tensor::fill_(element, kept);
  return (above - below) / (2 * h);
}

/// The analytic gradients of the inputs in a subset, bit i of `subset` for input i: the others need
/// none, as constants do.
std::vector<Tensor> analytic_gradients(const Function& f, const std::vector<Tensor>& inputs,
                                       std::uint32_t subset, Tensor& weights) {
  std::vector<Variable> variables, wanted;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool needed = subset >> i & 1;
    variables.emplace_back(inputs[i], needed);
    if (needed) wanted.push_back(variables.back());
  }
  const Variable result = f(variables);
  if (!weights.defined())
    weights = tensor::Random(7).normal(result.shape()).to(DType::f64).to(result.value().device());
  return grad(result, wanted, {.seed = weights, .retain_graph = false});
}

/// All subsets of `count` inputs but the empty one and all of them; from six inputs on those of one
/// input, and of all but one.
std::vector<std::uint32_t> proper_subsets(std::size_t count) {
  const std::uint32_t all = (std::uint32_t{1} << count) - 1;
  std::vector<std::uint32_t> subsets;
  if (count < 6)
    for (std::uint32_t s = 1; s < all; ++s) subsets.push_back(s);
  else
    for (std::size_t i = 0; i < count; ++i)
      subsets.insert(subsets.end(), {std::uint32_t{1} << i, all ^ std::uint32_t{1} << i});
  return subsets;
}

/// The largest difference between two gradients, relative to the larger of them.
double difference(const Tensor& a, const Tensor& b) {
  const double size =
      std::max(tensor::max(tensor::abs(a)).item(), tensor::max(tensor::abs(b)).item());
  const double apart = tensor::max(tensor::abs(tensor::sub(a, b))).item();
  return apart == 0 ? 0 : apart / std::max(size, 1e-8);
}

/// Whether the gradients stay what they are when only some of the inputs need one. A rule that
/// ignores wants(), or saves too little, is found here.
GradcheckResult check_subsets(const Function& f, const std::vector<Tensor>& inputs,
                              const std::vector<Tensor>& expected, Tensor& weights,
                              double tolerance) {
  for (const std::uint32_t subset : proper_subsets(inputs.size())) {
    const auto found = analytic_gradients(f, inputs, subset, weights);
    std::size_t next = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!(subset >> i & 1)) continue;
      const double apart = inputs[i].numel() > 0 ? difference(found[next++], expected[i]) : 0;
      if (apart <= tolerance) continue;
      std::ostringstream text;
      text << "input " << i << " " << inputs[i].shape()
           << ": another gradient where only some of the inputs need one (subset " << subset << ')';
      return {false, apart, text.str()};
    }
  }
  return {true, 0, ""};
}

}  // namespace

GradcheckResult gradcheck(const Function& f, const std::vector<Tensor>& given, double tolerance,
                          double step) {
  require(given.size() < 32, "gradcheck: expected at most 31 inputs, got ", given.size());
  std::vector<Tensor> inputs;
  for (const Tensor& t : given) {
    require(t.dtype() == DType::f64, "gradcheck: expected float64 inputs, got ", t.dtype());
    inputs.push_back(t.clone());
  }
  Tensor weights;
  const std::vector<Tensor> analytic =
      analytic_gradients(f, inputs, (std::uint32_t{1} << inputs.size()) - 1, weights);

  GradcheckResult outcome{true, 0, "no elements"};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::vector<double> gradient = analytic[i].to_vector<double>();
    double largest = 0;
    for (double g : gradient) largest = std::max(largest, std::abs(g));
    const Tensor elements = inputs[i].reshape({-1});
    for (std::size_t j = 0; j < gradient.size(); ++j) {
      const auto at = static_cast<std::int64_t>(j);
      const double numeric =
          numeric_gradient(f, inputs, weights, elements.slice(0, at, at + 1), step);
      const double size = std::max({std::abs(numeric), std::abs(gradient[j]), largest / 100, 1e-8});
      const double error = std::abs(numeric - gradient[j]) / size;
      if (error <= outcome.worst_error && !std::isnan(error)) continue;
      std::ostringstream text;
      text << "input " << i << " " << inputs[i].shape() << ", element " << j << ": analytic "
           << gradient[j] << ", numeric " << numeric;
      outcome = {outcome.ok && error <= tolerance, error, text.str()};
    }
  }
  if (!outcome.ok) return outcome;
  const GradcheckResult some = check_subsets(f, inputs, analytic, weights, tolerance);
  return some.ok ? outcome : some;
}

}  // namespace odin::autograd
