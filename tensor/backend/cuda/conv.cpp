#include "odin/tensor/backend/conv_pair.h"
#include "odin/tensor/backend/cuda/carry.h"
#include "odin/tensor/backend/cuda/cuda_backend.h"
#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/backend/cuda/cudnn_conv.h"

// The channel map is not fused here: it is applied in a separate pass before cuDNN's convolution,
// and its gradient in a pass after it;
// so are bias and activation after the convolution.

namespace odin::tensor::cuda {
namespace {

/// x, or a copy if its images are not contiguous, as cuDNN requires.
Tensor in_images(const Tensor& x) {
  return x.select(0, 0).is_contiguous() && x.strides()[0] >= x.numel() / x.dim(0) ? x
                                                                                  : x.contiguous();
}

Tensor mapped(const Tensor& x, const ChannelMap& map) {
  if (!map.defined()) return in_images(x);
  Tensor y = x.new_empty(x.shape());
  cuda_backend().scale_shift(x, map.scale, map.shift, map.relu, y);
  return y;
}

/// Padding that is not symmetric becomes part of the image: a copy of x with zeros around it.
class Padded {
 public:
  Padded(const Conv2dParams& p, const Shape& x) : params_(p), image_(x) {
    if (p.padding.symmetric()) return;
    padding_ = p.padding;
    params_.padding = 0;
    padded_ = x;
    padded_[2] += padding_.top + padding_.bottom;
    padded_[3] += padding_.left + padding_.right;
  }

  const Conv2dParams& params() const { return params_; }
  bool needed() const { return !padded_.empty(); }
  const Shape& shape() const { return padded_; }
  Tensor around(const Tensor& x) const {
    if (!needed()) return x;
    Tensor wide = x.new_empty(padded_);
    cuda_backend().fill(wide, 0);
    Tensor place = inside(wide);
    cuda_backend().copy(x, place);
    return wide;
  }
  /// The image without its padding, a view.
  Tensor inside(const Tensor& wide) const {
    return wide.slice(2, padding_.top, padding_.top + image_[2])
        .slice(3, padding_.left, padding_.left + image_[3]);
  }

 private:
  Conv2dParams params_;
  Padding2d padding_ = 0;
  Shape image_, padded_;
};

void conv2d(const Conv2dParams& p, const Tensor& x, const ChannelMap& map, const Tensor& w,
            const ConvEnd& end, Tensor& y) {
  const Backend& cuda = cuda_backend();
  const Tensor& add = end.add;
  const bool is_y = add.defined() && add.raw() == static_cast<const Tensor&>(y).raw();
  if (add.defined() && !is_y) cuda.copy(add, y);
  const Padded padded(p, x.shape());
  convolve(padded.params(), padded.around(mapped(x, map)), w.contiguous(), y, add.defined());
  if (end.bias.defined())
    cuda.binary(BinaryOp::add, y, end.bias.reshape({1, y.dim(1), 1, 1}).expand(y.shape()), y);
  if (end.activation.defined()) cuda.activation(end.activation, y, y);
}

void conv2d_pair(const Conv2dParams& p, const Tensor& x, const PointwiseConv& first,
                 const Tensor& w, const ConvEnd& end, Tensor& y) {
  conv2d_pair_in_steps(cuda_backend(), p, x, first, w, end, y);
}

/// The gradient with respect to x, written into dx; with `add`, added to its old values.
void input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w, Tensor& dx, bool add) {
  const Padded padded(p, dx.shape());
  if (!padded.needed()) return convolve_input_grad(p, dy, w, dx, add);
  Tensor wide = dx.new_empty(padded.shape());
  convolve_input_grad(padded.params(), dy, w, wide, false);
  if (add)
    cuda_backend().binary(BinaryOp::add, dx, padded.inside(wide), dx);
  else
    cuda_backend().copy(padded.inside(wide), dx);
}

void conv2d_input_grad(const Conv2dParams& p, const Tensor& dy_any, const Tensor& w,
                       const MapGrad& through, Tensor& dx, Tensor& sum_g, Tensor& sum_gx) {
  const ChannelMap& map = through.map;
  const Tensor& add = through.add;
  const Tensor dy = in_images(dy_any);
  if (!map.defined()) {
    const bool is_dx = add.defined() && add.raw() == static_cast<const Tensor&>(dx).raw();
    if (add.defined() && !is_dx) cuda_backend().copy(add, dx);
    return input_grad(p, dy, w.contiguous(), dx, add.defined());
  }
  Tensor g = dx.new_empty(dx.shape());
  input_grad(p, dy, w.contiguous(), g, false);
  if (through.mean.defined())
    cuda_backend().channel_grad_sums(through.x, g, through.mean, map.scale, map.shift, map.relu,
                                     sum_g, sum_gx);
  carry_back(through.x, map, g, add, dx);
}

void conv2d_weight_grad(const Conv2dParams& p, const Tensor& x, const ChannelMap& map,
                        const Tensor& dy, Tensor& dw) {
  const Padded padded(p, x.shape());
  convolve_weight_grad(padded.params(), padded.around(mapped(x, map)), in_images(dy), dw);
}

}  // namespace

void add_conv(Backend& b) {
  b.conv2d = conv2d;
  b.conv2d_pair = conv2d_pair;
  b.conv2d_input_grad = conv2d_input_grad;
  b.conv2d_weight_grad = conv2d_weight_grad;
}

}  // namespace odin::tensor::cuda
