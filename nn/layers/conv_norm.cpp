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

}  // namespace

Variable conv_norm(const Conv2d& conv, const BatchNorm2d& norm, const Variable& x,
                   const tensor::Activation& f, const Variable& residual) {
  if (!can_fold(conv, norm)) return plain(conv, norm, x, f, residual);
  const Tensor bias = conv.bias().defined() ? conv.bias().value() : Tensor();
  const autograd::FoldedConv folded =
      autograd::fold_batch_norm(conv.weight().value(), bias, norm.weight().value(),
                                norm.bias().value(), norm.running(), norm.options(false).epsilon);
  return autograd::conv_activation(x, Variable(folded.weight), conv.params(), Variable(folded.bias),
                                   f, residual);
}

}  // namespace odin::nn
