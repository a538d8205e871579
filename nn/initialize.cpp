#include "odin/nn/initialize.h"

#include <cmath>

#include "odin/nn/module.h"
#include "odin/tensor/ops/elementwise.h"
#include "odin/tensor/random.h"

namespace odin::nn {
namespace {

Tensor initial_value(const std::string& name, const Shape& shape, const tensor::Random& random,
                     const StateDict& all) {
  if (shape.rank() == 4)
    return tensor::affine(random.normal(shape),
                          std::sqrt(2.0 / static_cast<double>(shape[0] * shape[2] * shape[3])), 0);
  // A linear layer's bias has the range of the weight beside it.
  const std::string weight = name.substr(0, name.rfind('.') + 1) + "weight";
  const auto beside = all.find(weight);
  if (beside != all.end() && beside->second.rank() == 2) {
    const double bound = 1 / std::sqrt(static_cast<double>(beside->second.dim(1)));
    return tensor::affine(random.uniform(shape), 2 * bound, -bound);
  }
  return Tensor::full(shape, name.ends_with("weight") ? 1 : 0);
}

}  // namespace

void initialize(Module& module, std::uint64_t seed) {
  const StateDict all = module.state_dict();
  std::uint64_t stream = 0;
  for (const Module::Parameter& p : module.parameters()) {
    Tensor value = p.variable.value();
    tensor::copy_(value, initial_value(p.name, value.shape(), tensor::Random(seed, stream++), all));
  }
  for (Module::Buffer b : module.buffers())
    tensor::fill_(b.tensor, b.name.ends_with("running_var") ? 1 : 0);
}

}  // namespace odin::nn
