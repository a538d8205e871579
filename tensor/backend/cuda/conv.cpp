#include "odin/tensor/backend/cuda/carry.h"
#include "odin/tensor/backend/cuda/cuda_backend.h"
#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/backend/cuda/cudnn_conv.h"

// The channel map is not fused here: it is applied in a separate pass before cuDNN's convolution,
// and its gradient in a pass after it.

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

void conv2d(const Conv2dParams& p, const Tensor& x, const ChannelMap& map, const Tensor& w,
            const Tensor& add, Tensor& y) {
  const bool is_y = add.defined() && add.raw() == static_cast<const Tensor&>(y).raw();
  if (add.defined() && !is_y) cuda_backend().copy(add, y);
  convolve(p, mapped(x, map), w.contiguous(), y, add.defined());
}

void conv2d_input_grad(const Conv2dParams& p, const Tensor& dy_any, const Tensor& w,
                       const MapGrad& through, Tensor& dx, Tensor& sum_g, Tensor& sum_gx) {
  const ChannelMap& map = through.map;
  const Tensor& add = through.add;
  const Tensor dy = in_images(dy_any);
  if (!map.defined()) {
    const bool is_dx = add.defined() && add.raw() == static_cast<const Tensor&>(dx).raw();
    if (add.defined() && !is_dx) cuda_backend().copy(add, dx);
    return convolve_input_grad(p, dy, w.contiguous(), dx, add.defined());
  }
  Tensor g = dx.new_empty(dx.shape());
  convolve_input_grad(p, dy, w.contiguous(), g, false);
  if (through.mean.defined())
    cuda_backend().channel_grad_sums(through.x, g, through.mean, map.scale, map.shift, map.relu,
                                     sum_g, sum_gx);
  carry_back(through.x, map, g, add, dx);
}

void conv2d_weight_grad(const Conv2dParams& p, const Tensor& x, const ChannelMap& map,
                        const Tensor& dy, Tensor& dw) {
  convolve_weight_grad(p, mapped(x, map), in_images(dy), dw);
}

}  // namespace

void add_conv(Backend& b) {
  b.conv2d = conv2d;
  b.conv2d_input_grad = conv2d_input_grad;
  b.conv2d_weight_grad = conv2d_weight_grad;
}

}  // namespace odin::tensor::cuda
