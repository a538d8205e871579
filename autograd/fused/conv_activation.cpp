#include "odin/autograd/fused/conv_activation.h"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "odin/autograd/saved.h"
#include "odin/tensor/derived.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {
namespace {

Tensor value_of(const Variable& x) { return x.defined() ? x.value() : Tensor(); }

/// The gradient with respect to the activation's argument. `kept` is the argument, or the result of
/// an activation whose derivative can be computed from it.
Tensor through(const Activation& f, const Tensor& kept, const Tensor& dy) {
  if (!f.defined()) return dy;
  if (f.kind == tensor::ActivationKind::relu) return tensor::relu_grad(dy, kept);
  return tensor::activation_grad(kept, dy, f);
}

}  // namespace

Variable conv_activation(const Variable& x, const Variable& weight, const Conv2dParams& p,
                         const Variable& bias, const Activation& f, const Variable& residual) {
  return conv_activation(x, {}, weight, p, bias, f, residual);
}

Variable conv_activation(const Variable& x, const tensor::ChannelMap& map, const Variable& weight,
                         const Conv2dParams& p, const Variable& bias, const Activation& f,
                         const Variable& residual) {
  const char* op = "conv_activation";
  const bool has_bias = bias.defined(), adds = residual.defined();
  std::vector<Variable> inputs{x, weight};
  if (has_bias) inputs.push_back(bias);
  if (adds) inputs.push_back(residual);
  bool recorded = false;
  for (const Variable& input : inputs) recorded = recorded || needs_grad(input);
  // The gradient of other activations needs their argument, so they come in a step of their own.
  const bool fused = !recorded || f.derivative_from_result();
  Tensor z = x.value().new_empty(tensor::conv2d_shape(op, x.shape(), weight.shape(), p));
  tensor::conv2d_into(z, x.value(), map, weight.value(), p,
                      {.bias = value_of(bias),
                       .add = adds ? residual.value().contiguous() : Tensor(),
                       .activation = fused ? f : Activation(),
                       .differentiated = recorded});
  const Tensor y = fused ? z : tensor::activation(z, f);
  return record(op, y, inputs,
                [=, kept = Saved(op, f.defined() ? z : Tensor()),
                 xv = Saved(op, needs_grad(weight) || map.defined() ? x.value() : Tensor()),
                 wv = Saved(op, needs_grad(x) ? weight.value() : Tensor()), xs = x.shape(),
                 ws = weight.shape()](const Tensor& dy, Gradients& into) {
                  const int of_bias = 2, of_residual = has_bias ? 3 : 2;
                  const Tensor dz = through(f, kept.get(), dy);
                  if (into.wants(0)) {
                    Tensor dx = dz.new_empty(xs);
                    tensor::conv2d_input_grad_into(dx, dz, wv.get(), {.x = xv.get(), .map = map},
                                                   p);
                    into.add(0, dx);
                  }
                  if (into.wants(1))
                    into.add(1, tensor::conv2d_weight_grad(xv.get(), dz, ws, p, map));
                  if (has_bias && into.wants(of_bias))
                    into.add(of_bias, tensor::sum(dz, {0, 2, 3}));
                  if (adds && into.wants(of_residual)) into.add(of_residual, dz);
                });
}

Variable conv_pair_activation(const Variable& x, const PointwiseConv& first, const Variable& weight,
                              const Conv2dParams& p, const Variable& bias, const Activation& f) {
  if constexpr (kConvPairIsOnePass) {
    const auto recorded = [](const Variable* v) { return v->defined() && needs_grad(*v); };
    const std::array inputs{&x, &first.weight, &first.bias, &weight, &bias};
    if (std::ranges::none_of(inputs, recorded))
      return Variable(tensor::conv2d_pair(
          x.value(), {first.weight.value(), value_of(first.bias), first.activation}, weight.value(),
          p, {.bias = value_of(bias), .activation = f}));
  }
  return conv_activation(conv_activation(x, first.weight, {}, first.bias, first.activation), weight,
                         p, bias, f);
}

FoldedConv fold_batch_norm(const Tensor& weight, const Tensor& bias, const Tensor& gamma,
                           const Tensor& beta, const RunningStats& running, double epsilon) {
  static constexpr tensor::DerivedKind kFolded{
      "convolution with the batch normalization behind it"};
  const tensor::DerivedKey key{&kFolded, {std::bit_cast<std::int64_t>(epsilon)}};
  const auto fold = [&] {
    const tensor::ChannelMap map =
        tensor::batch_norm_constants(running.mean, running.var, gamma, beta, epsilon).map;
    FoldedConv folded{tensor::mul(weight, map.scale.reshape({-1, 1, 1, 1})), map.shift};
    if (bias.defined()) folded.bias = tensor::add(map.shift, tensor::mul(map.scale, bias));
    return folded;
  };
  if (!bias.defined())
    return *tensor::derived<FoldedConv>({&weight, &gamma, &beta, &running.mean, &running.var}, key,
                                        fold);
  return *tensor::derived<FoldedConv>({&weight, &bias, &gamma, &beta, &running.mean, &running.var},
                                      key, fold);
}

}  // namespace odin::autograd
