#include "odin/autograd/ops/layer_norm.h"

#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/ops/shape.h"

namespace odin::autograd {
namespace {

/// (x - mean) / sqrt(var + epsilon) over the last `dims` dimensions.
Variable standardized(const Variable& x, int dims, double epsilon) {
  Dims last;
  for (int i = x.rank() - dims; i < x.rank(); ++i) last.push_back(i);
  const Variable centered = sub(x, mean(x, last, true));
  const Variable variance = mean(square(centered), last, true);
  return div(centered, sqrt(affine(variance, 1, epsilon)));
}

}  // namespace

Variable layer_norm(const Variable& x, int dims, const Variable& gamma, const Variable& beta,
                    double epsilon) {
  require(dims >= 1 && dims <= x.rank() && gamma.rank() == dims, "layer_norm: expected 1 to ",
          x.rank(), " dimensions of ", x.shape(), ", as many as gamma has, got ", dims,
          " and gamma ", gamma.shape());
  const Variable y = mul(standardized(x, dims, epsilon), gamma);
  return beta.defined() ? add(y, beta) : y;
}

Variable group_norm(const Variable& x, std::int64_t groups, const Variable& gamma,
                    const Variable& beta, double epsilon) {
  require(x.rank() >= 3 && groups >= 1 && x.dim(1) % groups == 0,
          "group_norm: expected channels that split into ", groups, " groups, got ", x.shape());
  const Shape per_group{x.dim(0), groups, -1};
  Shape per_channel = x.shape();
  for (int i = 0; i < per_channel.rank(); ++i)
    if (i != 1) per_channel[i] = 1;
  const Variable y = reshape(standardized(reshape(x, per_group), 1, epsilon), x.shape());
  return add(mul(y, reshape(gamma, per_channel)), reshape(beta, per_channel));
}

}  // namespace odin::autograd
