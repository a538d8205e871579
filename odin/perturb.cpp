#include "odin/perturb.h"

#include <cmath>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/nn/inference.h"
#include "odin/tensor/ops.h"

namespace odin {

using tensor::Tensor;

InputGradient input_gradient(nn::Module& network, const Tensor& x, double temperature) {
  require(temperature > 0 && std::isfinite(temperature), "odin: temperature must be positive, got ",
          temperature);
  require(!network.is_training(), "odin: the network must be in evaluation mode");
  require(x.rank() > 0, "odin: expected images [N,C,H,W], got a scalar");
  const nn::FrozenScope frozen(network);
  const auto parts =
      nn::for_each_chunk(network, x.dim(0), [&](std::int64_t first, std::int64_t last) {
        const autograd::Variable input(x.slice(0, first, last), true, "image");
        const autograd::Variable logits = network(input);
        const Tensor labels = tensor::argmax(logits.value(), 1);
        const autograd::Variable loss = autograd::cross_entropy(
            autograd::affine(logits, 1 / temperature, 0), labels, autograd::Reduction::sum);
        return std::vector{logits.value(), labels, autograd::grad(loss, input)};
      });
  return {parts[0], parts[1], parts[2]};
}

Tensor perturb(const Tensor& x, const Tensor& gradient, double epsilon,
               const std::vector<double>& std, Direction direction) {
  require(epsilon >= 0 && std::isfinite(epsilon), "odin: epsilon must be 0 or more, got ", epsilon);
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

}  // namespace odin
