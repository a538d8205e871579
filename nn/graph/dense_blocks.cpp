#include "odin/nn/graph/dense_blocks.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <set>

#include "odin/autograd/fused/dense_block.h"
#include "odin/tensor/derived.h"

namespace odin::nn::graph {
namespace {

using autograd::RunningStats;
using tensor::Tensor;
using Values = std::vector<std::string>;

/// relu(norm1(x)) -> conv1, 1x1 -> norm2?, relu -> conv2, 3x3. Numbers of nodes; norm2 is -1 where
/// it is already folded into conv1, which then has a bias.
struct LayerNodes {
  int norm1 = -1, relu1 = -1, conv1 = -1, norm2 = -1, relu2 = -1, conv2 = -1;
};

class Finder {
 public:
  Finder(const GraphIndex& graph, const StateDict& tensors) : graph_(graph), tensors_(tensors) {}

  std::vector<DenseBlockNodes> blocks() {
    std::vector<DenseBlockNodes> found;
    for (int i = 0; i < graph_.count(); ++i)
      if (!used_.contains(i) && graph_.is_norm(i))
        if (auto block = block_from(i)) {
          used_.insert(block->nodes.begin(), block->nodes.end());
          found.push_back(*std::move(block));
        }
    return found;
  }

 private:
  const Node& node(int i) const { return graph_.node(i); }

  /// A convolution with a kernel of this size that keeps the size of the images.
  bool is_conv(int i, std::int64_t kernel, bool with_bias) const {
    if (i < 0 || !graph_.operation(i).convolution || !graph_.has_constant_tensors(i)) return false;
    const auto& p = graph_.operation(i).convolution;
    const auto weight = tensors_.find(node(i).inputs[1]);
    return weight != tensors_.end() && weight->second.dim(2) == kernel &&
           weight->second.dim(3) == kernel && p->stride == 1 && p->padding == kernel / 2 &&
           p->dilation == 1 && p->groups == 1 && (with_bias || node(i).inputs.size() == 2);
  }
  /// The only reader of node i, if it reads that as its first input.
  int next(int i) const {
    const int reader = i < 0 ? -1 : graph_.only_reader(i);
    return reader >= 0 && node(reader).inputs[0] == node(i).output ? reader : -1;
  }

  std::optional<LayerNodes> layer_from(int norm1) const {
    LayerNodes l;
    l.norm1 = norm1;
    l.relu1 = next(norm1);
    if (l.relu1 < 0 || !graph_.is_relu(l.relu1)) return std::nullopt;
    l.conv1 = next(l.relu1);
    if (!is_conv(l.conv1, 1, true)) return std::nullopt;
    l.relu2 = next(l.conv1);
    if (l.relu2 >= 0 && graph_.is_norm(l.relu2)) {
      if (node(l.conv1).inputs.size() > 2) return std::nullopt;
      l.norm2 = l.relu2;
      l.relu2 = next(l.norm2);
    }
    if (l.relu2 < 0 || !graph_.is_relu(l.relu2)) return std::nullopt;
    l.conv2 = next(l.relu2);
    if (!is_conv(l.conv2, 3, false)) return std::nullopt;
    return l;
  }

  bool is_concat(int i) const {
    if (i < 0 || node(i).op != "concat") return false;
    const auto dim = node(i).attributes.find("dim");
    const auto* number =
        dim == node(i).attributes.end() ? nullptr : std::get_if<std::int64_t>(&dim->second);
    return number && *number == 1;
  }

  /// What a value is put together of: itself, or the parts of a concatenation of channels.
  /// At most kMostParts of them, since a hostile graph could have any number.
  Values parts_of(const std::string& value, const std::string& whole) const {
    Values parts;
    add_parts(value, whole, parts);
    return parts;
  }
  void add_parts(const std::string& value, const std::string& whole, Values& parts) const {
    if (parts.size() >= kMostParts) return;
    const int made = graph_.maker(value);
    if (value == whole || !is_concat(made)) return parts.push_back(value);
    for (const std::string& input : node(made).inputs) add_parts(input, whole, parts);
  }

  /// The concatenation of `parts`, one of the readers of the last of them.
  int concat_of(const Values& parts, const std::string& whole) const {
    for (const int reader : graph_.readers(parts.back()))
      if (is_concat(reader) && parts_of(node(reader).output, whole) == parts) return reader;
    return -1;
  }

  std::optional<DenseBlockNodes> block_from(int norm) const;
  bool nobody_else_reads(const std::vector<LayerNodes>& layers,
                         const std::vector<int>& concats) const;
  Step step_of(const std::string& x, const std::vector<LayerNodes>& layers, int last) const;

  static constexpr std::size_t kMostParts = 256;

  const GraphIndex& graph_;
  const StateDict& tensors_;
  std::set<int> used_;
};

std::optional<DenseBlockNodes> Finder::block_from(int norm) const {
  std::string x = node(norm).inputs[0];
  // An exporter may concatenate the one value that the block begins with.
  std::vector<int> single;
  if (const int made = graph_.maker(x); is_concat(made) && node(made).inputs.size() == 1) {
    single.push_back(made);
    x = node(made).inputs[0];
  }
  Values parts{x};
  std::vector<LayerNodes> layers;
  std::vector<int> concats;
  for (int at = norm; at >= 0;) {
    const auto layer = layer_from(at);
    if (!layer || graph_.operation(at).norm_epsilon != graph_.operation(norm).norm_epsilon) break;
    Values longer = parts;
    longer.push_back(node(layer->conv2).output);
    const int concat = concat_of(longer, x);
    if (concat < 0) break;
    parts = std::move(longer);
    layers.push_back(*layer);
    concats.push_back(concat);
    at = -1;
    for (const int reader : graph_.readers(node(concat).output))
      if (reader >= 0 && graph_.is_norm(reader)) at = reader;
  }
  // A norm that reads the last concatenation may belong to what follows the block.
  while (!layers.empty() && !nobody_else_reads(layers, concats)) {
    layers.pop_back();
    concats.pop_back();
  }
  if (layers.empty()) return std::nullopt;
  DenseBlockNodes block{step_of(x, layers, concats.back()), concats};
  for (const LayerNodes& l : layers)
    for (const int i : {l.norm1, l.relu1, l.conv1, l.norm2, l.relu2, l.conv2})
      if (i >= 0) block.nodes.push_back(i);
  for (const int i : single)
    if (graph_.only_reader(i) >= 0) block.nodes.push_back(i);
  return block;
}

/// Whether the values within the block are read by nobody but its own nodes.
bool Finder::nobody_else_reads(const std::vector<LayerNodes>& layers,
                               const std::vector<int>& concats) const {
  std::set<int> own(concats.begin(), concats.end());
  for (const LayerNodes& l : layers) own.insert(l.norm1);
  const auto only_own = [&](int i) {
    const auto& readers = graph_.readers(node(i).output);
    return std::all_of(readers.begin(), readers.end(), [&](int r) { return own.contains(r); });
  };
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (!only_own(layers[i].conv2)) return false;
    if (i + 1 < layers.size() && !only_own(concats[i])) return false;
  }
  return true;
}

/// Stands for a second normalization that is already folded into the convolution: scale 1, shift
/// that of the bias. Its variance leaves 1 after adding epsilon.
struct IdentityNorm {
  Tensor scale;
  RunningStats running;
};

IdentityNorm identity_norm(const Tensor& bias, double epsilon) {
  static constexpr tensor::DerivedKind kKind{"normalization that adds a bias"};
  const tensor::DerivedKey key{&kKind, {std::bit_cast<std::int64_t>(epsilon)}};
  return *tensor::derived<IdentityNorm>({&bias}, key, [&] {
    const auto filled = [&](double value) {
      return Tensor::full(bias.shape(), value, bias.dtype(), bias.device());
    };
    return IdentityNorm{filled(1), {filled(0), filled(1 - epsilon)}};
  });
}

/// Inputs: x, then for each layer the four tensors of norm1, the weight of conv1, the four of norm2
/// or the bias of conv1 (if it has one), and the weight of conv2.
Step Finder::step_of(const std::string& x, const std::vector<LayerNodes>& layers, int last) const {
  Step step;
  step.inputs = {x};
  step.output = node(last).output;
  step.where = where(node(layers.front().norm1));
  std::vector<std::size_t> middle;  // how many tensors stand for norm2
  for (const LayerNodes& l : layers) {
    const auto append = [&](const Values& names, std::size_t from) {
      step.inputs.insert(step.inputs.end(), names.begin() + static_cast<std::ptrdiff_t>(from),
                         names.end());
      return names.size() - from;
    };
    append(node(l.norm1).inputs, 1);
    step.inputs.push_back(node(l.conv1).inputs[1]);
    middle.push_back(l.norm2 >= 0 ? append(node(l.norm2).inputs, 1)
                                  : append(node(l.conv1).inputs, 2));
    step.inputs.push_back(node(l.conv2).inputs[1]);
  }
  step.run = [middle, epsilon = *graph_.operation(layers.front().norm1).norm_epsilon](
                 Inputs in, std::int64_t) {
    std::vector<RunningStats> running;
    running.reserve(2 * middle.size());  // the layers point to them
    const auto keep = [&](const RunningStats& stats) {
      running.push_back(stats);
      return &running.back();
    };
    std::vector<autograd::DenseLayer> parts;
    std::size_t at = 1;
    for (const std::size_t count : middle) {
      autograd::DenseLayer layer;
      layer.gamma1 = in[at];
      layer.beta1 = in[at + 1];
      layer.running1 = keep({in[at + 2].value(), in[at + 3].value()});
      layer.weight1 = in[at + 4];
      at += 5;
      if (count == 4) {
        layer.gamma2 = in[at];
        layer.beta2 = in[at + 1];
        layer.running2 = keep({in[at + 2].value(), in[at + 3].value()});
      } else {
        layer.beta2 = count == 1 ? in[at]
                                 : Variable(Tensor::zeros({layer.weight1.dim(0)}, in[0].dtype(),
                                                          in[0].value().device()));
        const IdentityNorm norm = identity_norm(layer.beta2.value(), epsilon);
        layer.gamma2 = Variable(norm.scale);
        layer.running2 = keep(norm.running);
      }
      layer.weight2 = in[at + count];
      at += count + 1;
      parts.push_back(layer);
    }
    return autograd::dense_block(in[0], parts, {.epsilon = epsilon});
  };
  return step;
}

}  // namespace

std::vector<DenseBlockNodes> find_dense_blocks(const GraphIndex& graph, const StateDict& tensors) {
  return Finder(graph, tensors).blocks();
}

}  // namespace odin::nn::graph
