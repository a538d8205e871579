#include "odin/autograd/fused/dense_block.h"

#include <memory>

#include "odin/autograd/ops/batch_norm_state.h"
#include "odin/autograd/saved.h"
#include "odin/tensor/ops.h"

namespace odin::autograd {
namespace {

using tensor::ChannelGradSums;
using tensor::ChannelMap;
using tensor::ChannelStats;
using tensor::MapGrad;

constexpr int kInputsPerLayer = 6;
const tensor::Conv2dParams kPadded{.stride = 1, .padding = 1};

Tensor channels(const Tensor& t, std::int64_t first, std::int64_t last) {
  return t.slice(t.rank() == 1 ? 0 : 1, first, last);
}

/// What a layer saves in the forward pass for its gradient.
struct LayerState {
  std::int64_t first, last;  ///< it writes channels [first, last) and reads [0, first)
  BatchNormState norm1, norm2;
  Tensor squeezed;  ///< the first convolution's result
  Saved weight1, weight2;
};

/// Which gradients of a layer's six parameters, numbered as in DenseLayer, are needed.
struct Wanted {
  const Gradients& into;
  int base;
  bool operator()(int i) const { return into.wants(base + i); }
  bool norm(int i) const { return (*this)(i) || (*this)(i + 1); }
};

class Block {
 public:
  Block(const Tensor& x, std::int64_t total, const BatchNormOptions& options)
      : options_(options),
        channels_(x.new_empty({x.dim(0), total, x.dim(2), x.dim(3)})),
        written_(x.dim(1)) {
    Tensor head = channels(channels_, 0, written_);
    tensor::copy_(head, x);
    if (!options.training) return;
    stats_ = {x.new_empty({total}), x.new_empty({total})};
    measure(0, written_);
  }

  void add_layer(const DenseLayer& l, bool keep) {
    const Shape& w = l.weight1.shape();
    const std::int64_t first = written_, last = first + l.weight2.dim(0);
    const Tensor in = channels(channels_, 0, first);
    LayerState s{first,
                 last,
                 {},
                 {},
                 {},
                 Saved("dense_block", l.weight1.value()),
                 Saved("dense_block", l.weight2.value())};
    s.norm1 = batch_norm_state(in, l.gamma1.value(), l.beta1.value(), *l.running1, options_,
                               stats(first));
    s.squeezed = in.new_empty({in.dim(0), w[0], in.dim(2), in.dim(3)});
    tensor::conv2d_into(s.squeezed, in, s.norm1.map(true), l.weight1.value());
    s.norm2 =
        batch_norm_state(s.squeezed, l.gamma2.value(), l.beta2.value(), *l.running2, options_);
    Tensor out = channels(channels_, first, last);
    tensor::conv2d_into(out, s.squeezed, s.norm2.map(true), l.weight2.value(), kPadded,
                        {.differentiated = keep});
    if (options_.training) measure(first, last);
    written_ = last;
    if (keep) layers_.push_back(std::move(s));
  }

  const Tensor& value() const { return channels_; }

  void backward(const Tensor& dy_any, Gradients& into) const {
    // Nobody else sees a gradient that no other handle shares: then the sum is made in its place.
    const bool in_place = dy_any.is_unique() && dy_any.is_contiguous();
    const Tensor dy = dy_any.contiguous();
    Tensor grad = in_place ? dy : channels_.new_empty(channels_.shape());
    // The part of the gradient that comes from the statistics (statistics_grad) is a channel map of
    // the channels, and so is its sum over all layers. The sum is accumulated here and applied once
    // to each channel.
    ChannelMap from_stats;
    if (options_.training)
      from_stats = {Tensor::zeros({channels_.dim(1)}, DType::f64, channels_.device()),
                    Tensor::zeros({channels_.dim(1)}, DType::f64, channels_.device())};
    Tensor so_far = dy;  // of the channels, including the layers done so far
    for (std::size_t i = layers_.size(); i-- > 0;) {
      const LayerState& s = layers_[i];
      const Wanted wanted{into, 1 + kInputsPerLayer * static_cast<int>(i)};
      Tensor out = channels(so_far, s.first, s.last);
      if (i + 1 < layers_.size()) add_from_stats(from_stats, s.first, s.last, out);
      const Tensor squeezed = squeezed_grad(s, out, wanted, into);
      layer_grad(s, squeezed, so_far, grad, from_stats, wanted, into);
      so_far = grad;
    }
    if (!into.wants(0)) return;
    Tensor dx = channels(so_far, 0, layers_.front().first);
    add_from_stats(from_stats, 0, dx.dim(1), dx);
    into.add(0, dx);
  }

 private:
  void measure(std::int64_t first, std::int64_t last) {
    const ChannelStats s = tensor::channel_stats(channels(channels_, first, last));
    Tensor mean = channels(stats_.mean, first, last), var = channels(stats_.var, first, last);
    tensor::copy_(mean, s.mean);
    tensor::copy_(var, s.var);
  }

  ChannelStats stats(std::int64_t count) const {
    if (!options_.training) return {};
    return {channels(stats_.mean, 0, count), channels(stats_.var, 0, count)};
  }

  void add_from_stats(const ChannelMap& from_stats, std::int64_t first, std::int64_t last,
                      Tensor& grad) const {
    if (!from_stats.defined()) return;
    tensor::add_scale_shift_(grad, channels(channels_, first, last),
                             channels(from_stats.scale, first, last).to(grad.dtype()),
                             channels(from_stats.shift, first, last).to(grad.dtype()));
  }

  /// Returns the gradient of the first convolution's result; adds those of the second
  /// normalization's and convolution's parameters to `into`.
  Tensor squeezed_grad(const LayerState& s, const Tensor& dy, const Wanted& wanted,
                       Gradients& into) const {
    if (wanted(5))
      into.add(wanted.base + 5, tensor::conv2d_weight_grad(s.squeezed, dy, s.weight2.get().shape(),
                                                           kPadded, s.norm2.map(true)));
    Tensor dx = dy.new_empty(s.squeezed.shape());
    MapGrad through{.x = s.squeezed, .map = s.norm2.map(true)};
    if (options_.training || wanted.norm(3)) through.mean = s.norm2.mean;
    const ChannelGradSums sums =
        tensor::conv2d_input_grad_into(dx, dy, s.weight2.get(), through, kPadded);
    add_norm_grads(s.norm2, sums, 3, wanted, into);
    if (options_.training) {
      const ChannelMap more = statistics_grad(s.norm2, sums.sum_g, sums.sum_gx);
      tensor::add_scale_shift_(dx, s.squeezed, more.scale, more.shift);
    }
    return dx;
  }

  /// grad = so_far + the gradient of the channels that the layer read; adds the gradients of the
  /// first normalization's and convolution's parameters to `into`.
  void layer_grad(const LayerState& s, const Tensor& squeezed, const Tensor& so_far, Tensor& grad,
                  ChannelMap& from_stats, const Wanted& wanted, Gradients& into) const {
    const Tensor in = channels(channels_, 0, s.first);
    if (wanted(2))
      into.add(wanted.base + 2, tensor::conv2d_weight_grad(in, squeezed, s.weight1.get().shape(),
                                                           {}, s.norm1.map(true)));
    Tensor dx = channels(grad, 0, s.first);
    MapGrad through{.x = in, .map = s.norm1.map(true), .add = channels(so_far, 0, s.first)};
    if (options_.training || wanted.norm(0)) through.mean = s.norm1.mean;
    const ChannelGradSums sums =
        tensor::conv2d_input_grad_into(dx, squeezed, s.weight1.get(), through);
    add_norm_grads(s.norm1, sums, 0, wanted, into);
    if (!options_.training) return;
    const ChannelMap more = statistics_grad_f64(s.norm1, sums.sum_g, sums.sum_gx);
    Tensor scale = channels(from_stats.scale, 0, s.first);
    Tensor shift = channels(from_stats.shift, 0, s.first);
    tensor::add_(scale, more.scale);
    tensor::add_(shift, more.shift);
  }

  static void add_norm_grads(const BatchNormState& n, const ChannelGradSums& sums, int first,
                             const Wanted& wanted, Gradients& into) {
    if (wanted(first)) into.add(wanted.base + first, tensor::mul(sums.sum_gx, n.constants.inv_std));
    if (wanted(first + 1)) into.add(wanted.base + first + 1, sums.sum_g);
  }

  BatchNormOptions options_;
  Tensor channels_;
  std::int64_t written_;
  ChannelStats stats_;
  std::vector<LayerState> layers_;
};

}  // namespace

Variable dense_block(const Variable& x, const std::vector<DenseLayer>& layers,
                     const BatchNormOptions& options) {
  require(x.rank() == 4, "dense_block: expected input [N,C,H,W], got ", x.shape());
  require(!layers.empty(), "dense_block: there are no layers");
  std::int64_t total = x.dim(1);
  std::vector<Variable> inputs{x};
  bool keep = needs_grad(x);
  for (const DenseLayer& l : layers) {
    require(l.weight2.rank() == 4, "dense_block: expected weights [O,C,KH,KW], got ",
            l.weight2.shape());
    total += l.weight2.dim(0);
    for (const Variable* v : {&l.gamma1, &l.beta1, &l.weight1, &l.gamma2, &l.beta2, &l.weight2}) {
      inputs.push_back(*v);
      keep = keep || needs_grad(*v);
    }
  }
  const auto block = std::make_shared<Block>(x.value(), total, options);
  for (const DenseLayer& l : layers) block->add_layer(l, keep);
  return record(
      "dense_block", block->value(), inputs,
      [block, result = Saved("dense_block", block->value())](const Tensor& dy, Gradients& into) {
        result.get();  // throws if the channels, which the layers read, were overwritten
        block->backward(dy, into);
      });
}

}  // namespace odin::autograd
