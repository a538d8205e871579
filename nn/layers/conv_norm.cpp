#include "odin/nn/layers/conv_norm.h"

#include "odin/autograd/fused/conv_activation.h"
#include "odin/autograd/ops/elementwise.h"
#include "odin/nn/fusion.h"

namespace odin::nn {
namespace {

bool trains(const Variable& parameter) {
  return parameter.defined() && autograd::needs_grad(parameter);
}

bool can_fold(const Conv2d& conv, const BatchNorm2d& norm) {
  return fusion_enabled() && !norm.is_training() && !trains(conv.weight()) &&
         !trains(conv.bias()) && !trains(norm.weight()) && !trains(norm.bias());
}

Variable plain(const Conv2d& conv, const BatchNorm2d& norm, const Variable& x,
               const tensor::Activation& f, const Variable& residual) {
  const bool relu = f.kind == tensor::ActivationKind::relu;
  const Variable convolved = conv(x);
  if (relu && !residual.defined()) return norm.forward_relu(convolved);
  Variable y = norm(convolved);
  if (residual.defined()) y = autograd::add(y, residual);
  if (relu) return autograd::relu(y);
  return f.defined() ? autograd::activation(y, f) : y;
}

autograd::FoldedConv folded(const Conv2d& conv, const BatchNorm2d& norm) {
  const Tensor bias = conv.bias().defined() ? conv.bias().value() : Tensor();
  return autograd::fold_batch_norm(conv.weight().value(), bias, norm.weight().value(),
                                   norm.bias().value(), norm.running(),
                                   norm.options(false).epsilon);
}

}  // namespace

Variable conv_norm(const Conv2d& conv, const BatchNorm2d& norm, const Variable& x,
                   const tensor::Activation& f, const Variable& residual) {
  if (!can_fold(conv, norm)) return plain(conv, norm, x, f, residual);
  const autograd::FoldedConv one = folded(conv, norm);
  return autograd::conv_activation(x, Variable(one.weight), conv.params(), Variable(one.bias), f,
                                   residual);
}

Variable conv_norm_pair(const ConvNorm& first, const ConvNorm& second, const Variable& x) {
  if (!autograd::kConvPairIsOnePass || !can_fold(first.conv, first.norm) ||
      !can_fold(second.conv, second.norm))
    return conv_norm(second.conv, second.norm,
                     conv_norm(first.conv, first.norm, x, first.activation), second.activation);
  const autograd::FoldedConv one = folded(first.conv, first.norm),
                             other = folded(second.conv, second.norm);
  return autograd::conv_pair_activation(
      x, {Variable(one.weight), Variable(one.bias), first.activation}, Variable(other.weight),
      second.conv.params(), Variable(other.bias), second.activation);
}

}  // namespace odin::nn
