#include "odin/nn/models/dense_layer.h"

#include <array>

#include "odin/autograd/ops/shape.h"
#include "odin/nn/fusion.h"

namespace odin::nn {

DenseLayer::DenseLayer(const DenseLayerOptions& o)
    : norm1_(o.in),
      conv1_({.in = o.in, .out = o.squeezed, .kernel = 1}),
      norm2_(o.squeezed),
      conv2_({.in = o.squeezed, .out = o.growth, .kernel = 3, .padding = 1}) {
  register_module(o.names.norm1, norm1_);
  register_module(o.names.conv1, conv1_);
  register_module(o.names.norm2, norm2_);
  register_module(o.names.conv2, conv2_);
}

Variable DenseLayer::forward(const Variable& x) const {
  const Variable squeezed = conv1_(norm1_.forward_relu(x));
  const std::array parts{x, conv2_(norm2_.forward_relu(squeezed))};
  return autograd::concat(parts, 1);
}

autograd::DenseLayer DenseLayer::parts() const {
  return {.gamma1 = norm1_.weight(),
          .beta1 = norm1_.bias(),
          .weight1 = conv1_.weight(),
          .gamma2 = norm2_.weight(),
          .beta2 = norm2_.bias(),
          .weight2 = conv2_.weight(),
          .running1 = &norm1_.running(),
          .running2 = &norm2_.running()};
}

Variable dense_block(const Variable& x, const std::vector<const DenseLayer*>& layers) {
  if (!fusion_enabled()) {
    Variable y = x;
    for (const DenseLayer* layer : layers) y = (*layer)(y);
    return y;
  }
  std::vector<autograd::DenseLayer> parts;
  for (const DenseLayer* layer : layers) parts.push_back(layer->parts());
  return autograd::dense_block(x, parts, layers.front()->norm_options());
}

}  // namespace odin::nn
