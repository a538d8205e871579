#include "odin/methods.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "odin/autograd/engine.h"
#include "odin/nn/inference.h"
#include "odin/score.h"
#include "odin/tensor/ops/reduce.h"

namespace odin {

using autograd::Variable;
using tensor::Tensor;

namespace {

/// score(row) for each row of the logits.
template <class F>
std::vector<double> score_rows(const Tensor& logits, F&& score) {
  const std::vector<double> values = finite_logits(logits);
  const auto classes = static_cast<std::size_t>(logits.dim(1));
  std::vector<double> scores;
  for (std::size_t at = 0; at < values.size(); at += classes)
    scores.push_back(score(std::span(values).subspan(at, classes)));
  return scores;
}

Variable last_layer_weight(const nn::Module& network) {
  const auto parameters = network.parameters();
  const auto found = std::find_if(parameters.rbegin(), parameters.rend(),
                                  [](const auto& p) { return p.variable.rank() == 2; });
  require(found != parameters.rend(),
          "gradnorm: the network has no linear layer (a parameter of shape [classes, features])");
  return found->variable;
}

double l1_norm(const Tensor& t) {
  double sum = 0;
  for (float v : t.to_vector<float>()) sum += std::abs(static_cast<double>(v));
  return sum;
}

/// The gradient d KL(uniform || softmax(f / T)) / d f_i = (S_i - 1 / classes) / T of one image, in
/// that image's row of an otherwise zero tensor.
Tensor uniform_divergence_gradient(const std::vector<double>& softmax, double temperature,
                                   const tensor::Shape& shape, std::int64_t row) {
  Tensor gradient = Tensor::zeros(shape);
  auto to_elements = gradient.write<float>();
  float* to = to_elements.data() + row * shape[1];
  const double uniform = 1 / static_cast<double>(softmax.size());
  for (double s : softmax) *to++ = static_cast<float>((s - uniform) / temperature);
  return gradient;
}

}  // namespace

std::vector<double> max_logit(const Tensor& logits) {
  return score_rows(logits, [](auto row) { return *std::max_element(row.begin(), row.end()); });
}

std::vector<double> energy(const Tensor& logits, double temperature) {
  require_temperature("score", temperature);
  return score_rows(logits, [temperature](auto row) {
    const double largest = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (double f : row) sum += std::exp((f - largest) / temperature);
    return largest + temperature * std::log(sum);
  });
}

GradNorm gradnorm(const nn::Module& network, const Tensor& x, double temperature) {
  nn::require_evaluation_mode("gradnorm", network);
  require(x.rank() > 0, "gradnorm: expected images [N,C,H,W], got a scalar");
  const Variable weight = last_layer_weight(network);
  const autograd::OnlyParameterScope only(weight);
  const Tensor there = x.to(network.device());
  const auto found =
      nn::for_each_chunk(network, x.dim(0), [&](std::int64_t first, std::int64_t last) {
        const Variable logits = network(Variable(there.slice(0, first, last)));
        const auto softmax = softmax_at(logits.value(), temperature);
        std::vector<double> scores;
        // A weight's gradient sums over the images, so each image needs a backward pass of its own,
        // which ends at the last layer.
        for (std::size_t i = 0; i < softmax.size(); ++i) {
          const Tensor seed = uniform_divergence_gradient(softmax[i], temperature, logits.shape(),
                                                          static_cast<std::int64_t>(i));
          scores.push_back(l1_norm(autograd::grad(
              logits, weight, {.seed = seed.to(there.device()), .retain_graph = true})));
        }
        return std::vector{logits.value(), Tensor::from(scores, {last - first})};
      });
  return {found[0], found[1].to_vector<double>()};
}

}  // namespace odin
