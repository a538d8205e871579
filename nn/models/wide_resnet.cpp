#include "odin/nn/models/wide_resnet.h"

#include "odin/autograd/ops/pool.h"

namespace odin::nn {

WideResNet::Block::Block(std::int64_t in, std::int64_t out, std::int64_t stride)
    : bn1_(in),
      conv1_({.in = in, .out = out, .kernel = 3, .stride = stride, .padding = 1}),
      bn2_(out),
      conv2_({.in = out, .out = out, .kernel = 3, .padding = 1}) {
  register_module("bn1", bn1_);
  register_module("conv1", conv1_);
  register_module("bn2", bn2_);
  register_module("conv2", conv2_);
  if (in == out && stride == 1) return;
  shortcut_.emplace(Conv2dOptions{.in = in, .out = out, .kernel = 1, .stride = stride});
  register_module("convShortcut", *shortcut_);
}

Variable WideResNet::Block::forward(const Variable& x) const {
  if (!shortcut_) return bn2_.forward_relu_conv(bn1_.forward_relu_conv(x, conv1_), conv2_, x);
  const auto [inner, shortcut] = bn1_.forward_relu_convs(x, conv1_, *shortcut_);
  return bn2_.forward_relu_conv(inner, conv2_, shortcut);
}

WideResNet::Group::Group(std::int64_t blocks, std::int64_t in, std::int64_t out,
                         std::int64_t stride) {
  layer_.add<Block>(in, out, stride);
  for (std::int64_t i = 1; i < blocks; ++i) layer_.add<Block>(out, out, 1);
  register_module("layer", layer_);
}

namespace {

std::int64_t blocks_per_group(const WideResNetOptions& o) {
  require(o.depth >= 10 && (o.depth - 4) % 6 == 0,
          "wrn: depth must be 4 more than a multiple of 6 "
          "(10, 16, 22, 28, ...), got ",
          o.depth);
  require(o.width >= 1 && o.classes >= 1, "wrn: expected width >= 1 and classes >= 1, got ",
          o.width, " and ", o.classes);
  return (o.depth - 4) / 6;
}

}  // namespace

WideResNet::WideResNet(const WideResNetOptions& o)
    : conv1_({.in = 3, .out = 16, .kernel = 3, .padding = 1}),
      block1_(blocks_per_group(o), 16, 16 * o.width, 1),
      block2_(blocks_per_group(o), 16 * o.width, 32 * o.width, 2),
      block3_(blocks_per_group(o), 32 * o.width, 64 * o.width, 2),
      bn1_(64 * o.width),
      fc_(64 * o.width, o.classes) {
  register_module("conv1", conv1_);
  register_module("block1", block1_);
  register_module("block2", block2_);
  register_module("block3", block3_);
  register_module("bn1", bn1_);
  register_module("fc", fc_);
}

Variable WideResNet::forward(const Variable& x) const {
  const Variable features = block3_(block2_(block1_(conv1_(x))));
  return fc_(autograd::global_avg_pool(bn1_.forward_relu(features)));
}

std::int64_t parameter_count(const WideResNetOptions& o) {
  const std::int64_t blocks = blocks_per_group(o);
  const auto norm = [](std::int64_t channels) { return 2 * channels; };
  const auto block = [&](std::int64_t in, std::int64_t out) {
    return norm(in) + 9 * in * out + norm(out) + 9 * out * out;
  };
  std::int64_t count = 9 * 3 * 16, in = 16;
  for (const std::int64_t channels : {16, 32, 64}) {
    const std::int64_t out = channels * o.width;
    const bool shortcut = in != out || channels > 16;
    count += block(in, out) + (blocks - 1) * block(out, out) + (shortcut ? in * out : 0);
    in = out;
  }
  return count + norm(in) + (in + 1) * o.classes;
}

}  // namespace odin::nn
