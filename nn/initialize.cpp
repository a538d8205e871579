#include "odin/nn/initialize.h"

#include <cmath>

#include "odin/nn/module.h"
#include "odin/tensor/ops/elementwise.h"

namespace odin::nn {

Initial Initial::he_normal(const tensor::Shape& weight) {
  require(weight.rank() == 4, "he_normal: expected a weight [O,C,KH,KW], got ", weight);
  return normal(std::sqrt(2.0 / static_cast<double>(weight[0] * weight[2] * weight[3])));
}

Initial Initial::by_inputs(std::int64_t in) {
  return uniform(1 / std::sqrt(static_cast<double>(in)));
}

void Initial::fill(Tensor parameter, const tensor::Random& random) const {
  switch (kind_) {
    case Kind::kept: return;
    case Kind::constant: return tensor::fill_(parameter, number_);
    case Kind::normal:
      return tensor::copy_(parameter, tensor::affine(random.normal(parameter.shape()), number_, 0));
    case Kind::uniform:
      return tensor::copy_(
          parameter, tensor::affine(random.uniform(parameter.shape()), 2 * number_, -number_));
  }
}

void initialize(Module& module, std::uint64_t seed) {
  std::uint64_t stream = 0;
  for (const Module::Parameter& p : module.parameters())
    p.initial.fill(p.variable.value(), tensor::Random(seed, stream++));
  for (Module::Buffer b : module.buffers()) tensor::fill_(b.tensor, b.initial);
}

}  // namespace odin::nn
