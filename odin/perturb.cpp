#include "odin/perturb.h"

#include <cmath>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/nn/features.h"
#include "odin/nn/inference.h"
#include "odin/score.h"
#include "odin/tensor/ops.h"

namespace odin {

using tensor::Tensor;

void require_epsilon(const char* op, double epsilon) {
  require(epsilon >= 0 && std::isfinite(epsilon), op, ": epsilon must be 0 or more, got ", epsilon);
}

FirstPass::FirstPass(const nn::Module& network, const Tensor& x, bool features)
    : input_(x, true, "image") {
  nn::require_evaluation_mode("odin", network);
  const autograd::FrozenParametersScope frozen;
  if (features) {
    const nn::Features found = nn::forward_features(network, input_);
    logits_ = found.logits;
    features_ = found.features;
  } else {
    logits_ = network(input_);
  }
  labels_ = tensor::argmax(logits(), 1);
}

Tensor FirstPass::gradient(double temperature, bool last) const {
  require_temperature("odin", temperature);
  const autograd::Variable loss = autograd::cross_entropy(
      autograd::affine(logits_, 1 / temperature, 0), labels_, autograd::Reduction::sum);
  return autograd::grad(loss, input_, {.seed = Tensor(), .retain_graph = !last});
}

Tensor FirstPass::gradient_from(const Tensor& of_logits, const Tensor& of_features,
                                bool last) const {
  const auto product = [](const autograd::Variable& a, const Tensor& b) {
    return autograd::sum(autograd::mul(a, autograd::Variable(b)));
  };
  autograd::Variable whole;
  if (of_logits.defined()) whole = product(logits_, of_logits);
  if (of_features.defined()) {
    const autograd::Variable part = product(features_, of_features);
    whole = whole.defined() ? autograd::add(whole, part) : part;
  }
  return autograd::grad(whole, input_, {.seed = Tensor(), .retain_graph = !last});
}

InputGradient input_gradient(const nn::Module& network, const Tensor& x, double temperature,
                             bool features) {
  require_temperature("odin", temperature);
  require(x.rank() > 0, "odin: expected images [N,C,H,W], got a scalar");
  const auto parts = nn::for_each_chunk(network, x.dim(0), [&](auto first, auto last) {
    const FirstPass pass(network, x.slice(0, first, last), features);
    std::vector found{pass.logits(), pass.labels(), pass.gradient(temperature)};
    if (features) found.push_back(pass.features());
    return found;
  });
  return {parts[0], parts[1], parts[2], features ? parts[3] : Tensor()};
}

Tensor perturb(const Tensor& x, const Tensor& gradient, double epsilon,
               const std::vector<double>& std, Direction direction) {
  require_epsilon("odin", epsilon);
  require(x.rank() == 4 && gradient.shape() == x.shape(), "odin: images have shape ", x.shape(),
          ", their gradient ", gradient.shape());
  require(static_cast<std::int64_t>(std.size()) == x.dim(1), "odin: images have ", x.dim(1),
          " channels, got ", std.size(), " standard deviations");
  std::vector<float> step;
  const double towards = direction == Direction::odin ? -epsilon : epsilon;
  for (double s : std) step.push_back(static_cast<float>(towards / s));
  const Tensor per_channel = Tensor::from(step, {1, x.dim(1), 1, 1}).to(x.device());
  return tensor::add(x, tensor::mul(tensor::step_sign(gradient), per_channel));
}

SecondPass second_pass(const nn::Module& network, const Tensor& x, const Tensor& logits,
                       const Tensor& gradient, double epsilon, const std::vector<double>& std,
                       Direction direction) {
  require_epsilon("odin", epsilon);
  if (epsilon == 0) return {x, logits};
  const Tensor moved = perturb(x, gradient, epsilon, std, direction);
  return {moved, nn::predict(network, moved)};
}

}  // namespace odin
