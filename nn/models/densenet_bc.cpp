#include "odin/nn/models/densenet_bc.h"

#include <array>

#include "odin/autograd/ops/pool.h"
#include "odin/autograd/ops/shape.h"
#include "odin/nn/fusion.h"

namespace odin::nn {

DenseNetBC::Bottleneck::Bottleneck(std::int64_t in, std::int64_t growth)
    : bn1_(in),
      conv1_({.in = in, .out = 4 * growth, .kernel = 1}),
      bn2_(4 * growth),
      conv2_({.in = 4 * growth, .out = growth, .kernel = 3, .padding = 1}) {
  register_module("bn1", bn1_);
  register_module("conv1", conv1_);
  register_module("bn2", bn2_);
  register_module("conv2", conv2_);
}

Variable DenseNetBC::Bottleneck::forward(const Variable& x) const {
  const Variable squeezed = conv1_(bn1_.forward_relu(x));
  const std::array parts{x, conv2_(bn2_.forward_relu(squeezed))};
  return autograd::concat(parts, 1);
}

autograd::DenseLayer DenseNetBC::Bottleneck::parts() const {
  return {.gamma1 = bn1_.weight(),
          .beta1 = bn1_.bias(),
          .weight1 = conv1_.weight(),
          .gamma2 = bn2_.weight(),
          .beta2 = bn2_.bias(),
          .weight2 = conv2_.weight(),
          .running1 = bn1_.running(),
          .running2 = bn2_.running()};
}

DenseNetBC::Block::Block(std::int64_t layers, std::int64_t in, std::int64_t growth) {
  for (std::int64_t i = 0; i < layers; ++i)
    bottlenecks_.push_back(&layer_.add<Bottleneck>(in + i * growth, growth));
  register_module("layer", layer_);
}

Variable DenseNetBC::Block::forward(const Variable& x) const {
  if (!fusion_enabled()) return layer_(x);
  std::vector<autograd::DenseLayer> layers;
  for (const Bottleneck* bottleneck : bottlenecks_) layers.push_back(bottleneck->parts());
  return autograd::dense_block(x, layers, bottlenecks_.front()->norm_options());
}

DenseNetBC::Transition::Transition(std::int64_t in, std::int64_t out)
    : bn1_(in), conv1_({.in = in, .out = out, .kernel = 1}) {
  register_module("bn1", bn1_);
  register_module("conv1", conv1_);
}

Variable DenseNetBC::Transition::forward(const Variable& x) const {
  const tensor::Pool2dParams halves{.kernel = 2, .stride = 2};
  const Variable activated = bn1_.forward_relu(x);
  return fusion_enabled() ? conv1_(autograd::avg_pool2d(activated, halves))
                          : autograd::avg_pool2d(conv1_(activated), halves);
}

DenseNetBC::Widths::Widths(const DenseNetBCOptions& o) {
  require(o.depth >= 10 && (o.depth - 4) % 6 == 0,
          "densenet-bc: depth must be 4 more than a "
          "multiple of 6 (10, 16, ..., 40, ..., 100), got ",
          o.depth);
  require(o.growth >= 1 && o.classes >= 1,
          "densenet-bc: expected growth >= 1 and classes >= 1, got ", o.growth, " and ", o.classes);
  layers = (o.depth - 4) / 6;
  stem = 2 * o.growth;
  block1 = stem + layers * o.growth;
  trans1 = block1 / 2;
  block2 = trans1 + layers * o.growth;
  trans2 = block2 / 2;
  block3 = trans2 + layers * o.growth;
}

DenseNetBC::DenseNetBC(const DenseNetBCOptions& options) : DenseNetBC(options, Widths(options)) {}

DenseNetBC::DenseNetBC(const DenseNetBCOptions& o, const Widths& w)
    : options_(o),
      conv1_({.in = 3, .out = w.stem, .kernel = 3, .padding = 1}),
      block1_(w.layers, w.stem, o.growth),
      trans1_(w.block1, w.trans1),
      block2_(w.layers, w.trans1, o.growth),
      trans2_(w.block2, w.trans2),
      block3_(w.layers, w.trans2, o.growth),
      bn1_(w.block3),
      fc_(w.block3, o.classes) {
  register_module("conv1", conv1_);
  register_module("block1", block1_);
  register_module("trans1", trans1_);
  register_module("block2", block2_);
  register_module("trans2", trans2_);
  register_module("block3", block3_);
  register_module("bn1", bn1_);
  register_module("fc", fc_);
}

Variable DenseNetBC::forward(const Variable& x) const {
  const Variable first = trans1_(block1_(conv1_(x)));
  const Variable last = block3_(trans2_(block2_(first)));
  return fc_(autograd::global_avg_pool(bn1_.forward_relu(last)));
}

std::int64_t parameter_count(const DenseNetBCOptions& o) {
  const DenseNetBC::Widths w(o);
  const std::int64_t squeezed = 4 * o.growth;
  const auto norm = [](std::int64_t channels) { return 2 * channels; };
  const auto block = [&](std::int64_t in) {
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < w.layers; ++i, in += o.growth)
      count += norm(in) + in * squeezed + norm(squeezed) + 9 * squeezed * o.growth;
    return count;
  };
  const auto transition = [&](std::int64_t in, std::int64_t out) { return norm(in) + in * out; };
  return 9 * 3 * w.stem + block(w.stem) + transition(w.block1, w.trans1) + block(w.trans1) +
         transition(w.block2, w.trans2) + block(w.trans2) + norm(w.block3) +
         (w.block3 + 1) * o.classes;
}

}  // namespace odin::nn
