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

}  // namespace

GradcheckResult gradcheck(const Function& f, const std::vector<Tensor>& given, double tolerance,
                          double step) {
  std::vector<Tensor> inputs;
  std::vector<Variable> variables;
  for (const Tensor& t : given) {
    require(t.dtype() == DType::f64, "gradcheck: expected float64 inputs, got ", t.dtype());
    inputs.push_back(t.clone());
    variables.emplace_back(inputs.back(), true);
  }
  const Variable result = f(variables);
  const Tensor weights =
      tensor::Random(7).normal(result.shape()).to(DType::f64).to(result.value().device());
  const std::vector<Tensor> analytic =
      grad(result, variables, {.seed = weights, .retain_graph = false});

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
  return outcome;
}

}  // namespace odin::autograd
