#include "odin/nn/models/grow.h"

#include <algorithm>
#include <array>

namespace odin::nn {
namespace {

/// Maps the channels of one block of the trained network to channels of the same block of the
/// deeper one: first the block's input, which is wider there, then the channels that each layer
/// adds.
struct BlockChannels {
  std::int64_t input, wider_by;
  std::int64_t in_deep(std::int64_t c) const { return c < input ? c : c + wider_by; }
};

using Blocks = std::array<BlockChannels, 3>;

Blocks blocks_of(const StateDict& trained, const StateDict& deep) {
  Blocks blocks;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    const std::string first = "block" + std::to_string(b + 1) + ".layer.0.bn1.weight";
    const std::int64_t input = trained.at(first).shape()[0];
    blocks[b] = {input, deep.at(first).shape()[0] - input};
  }
  return blocks;
}

/// The block whose channels a state-dict entry refers to: the second for "block2." and "trans2.";
/// the third for "bn1." and "fc.", which come after it.
const BlockChannels& block_of(const std::string& name, const Blocks& blocks) {
  const bool numbered = name.starts_with("block") || name.starts_with("trans");
  return blocks[numbered ? static_cast<std::size_t>(name[5] - '1') : 2];
}

/// Copies an entry with one value for each channel, as in batch normalization.
void copy_channels(const Tensor& trained, const BlockChannels& channels, Tensor& deep) {
  const float* from = trained.data<float>();
  auto to_elements = deep.write<float>();
  float* to = to_elements.data();
  for (std::int64_t c = 0; c < trained.shape()[0]; ++c) to[channels.in_deep(c)] = from[c];
}

/// Copies an entry [outputs, channels]: a 1x1 convolution or the linear layer.
void copy_rows(const Tensor& trained, const BlockChannels& channels, Tensor& deep) {
  const std::int64_t known = trained.shape()[1], all = deep.shape()[1];
  const float* from = trained.data<float>();
  auto to_elements = deep.write<float>();
  float* to = to_elements.data();
  for (std::int64_t row = 0; row < trained.shape()[0]; ++row, from += known, to += all) {
    std::fill_n(to, all, 0.0f);
    for (std::int64_t c = 0; c < known; ++c) to[channels.in_deep(c)] = from[c];
  }
}

}  // namespace

void grow(DenseNetBC& trained, DenseNetBC& deep) {
  const DenseNetBCOptions &from = trained.options(), &to = deep.options();
  require(from.growth == to.growth && from.classes == to.classes && from.depth < to.depth,
          "grow: expected a densenet-bc-L-", to.growth, " of ", to.classes, " classes and L under ",
          to.depth, ", got a densenet-bc-", from.depth, "-", from.growth, " of ", from.classes,
          " classes");
  const StateDict known = trained.state_dict();
  StateDict state = deep.state_dict();
  for (auto& [name, tensor] : state) tensor = tensor.to(tensor::Device::cpu).clone();
  const Blocks blocks = blocks_of(known, state);
  for (const auto& [name, on_device] : known) {
    const Tensor values = on_device.to(tensor::Device::cpu);
    Tensor& into = state.at(name);
    if (into.shape() == values.shape())
      into = values;
    else if (values.rank() == 1)
      copy_channels(values, block_of(name, blocks), into);
    else
      copy_rows(values, block_of(name, blocks), into);
  }
  deep.load_state_dict(state);
}

}  // namespace odin::nn
