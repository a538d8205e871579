#include "odin/tensor/backend/cuda/carry.h"
#include "odin/tensor/backend/cuda/cuda_backend.h"
#include "odin/tensor/backend/cuda/cudnn_conv.h"

// The channel map is applied in a pass of its own before a convolution, and carried back in one after
// it; between them the products are cuDNN's.

namespace odin::tensor {
namespace {

/// Images in one piece each, as cuDNN wants them.
Tensor in_images(const Tensor& x) {
  return x.select(0, 0).is_contiguous() && x.strides()[0] >= x.numel() / x.dim(0) ? x
                                                                                  : x.contiguous();
}

Tensor mapped(const Backend& backend, const Tensor& x, const ChannelMap& map) {
  if (!map.defined()) return in_images(x);
  Tensor y = x.new_empty(x.shape());
  backend.scale_shift(x, map.scale, map.shift, map.relu, y);
  return y;
}

}  // namespace

void CudaBackend::conv2d(const Conv2dParams& p, const Tensor& x, const ChannelMap& map,
                         const Tensor& w, const Tensor& add, Tensor& y) const {
  const bool is_y = add.defined() && add.raw() == static_cast<const Tensor&>(y).raw();
  if (add.defined() && !is_y) copy(add, y);
  cuda::convolve(p, mapped(*this, x, map), w.contiguous(), y, add.defined());
}

void CudaBackend::conv2d_input_grad(const Conv2dParams& p, const Tensor& dy_any, const Tensor& w,
                                    MapGrad& through, Tensor& dx) const {
  const ChannelMap& map = through.map;
  const Tensor& add = through.add;
  const Tensor dy = in_images(dy_any);
  if (!map.defined()) {
    const bool is_dx = add.defined() && add.raw() == static_cast<const Tensor&>(dx).raw();
    if (add.defined() && !is_dx) copy(add, dx);
    return cuda::convolve_input_grad(p, dy, w.contiguous(), dx, add.defined());
  }
  Tensor g = dx.new_empty(dx.shape());
  cuda::convolve_input_grad(p, dy, w.contiguous(), g, false);
  if (through.mean.defined())
    channel_grad_sums(through.x, g, through.mean, map.scale, map.shift, map.relu, through.sum_g,
                      through.sum_gx);
  cuda::carry_back(through.x, map, g, add, dx);
}

void CudaBackend::conv2d_weight_grad(const Conv2dParams& p, const Tensor& x, const ChannelMap& map,
                                     const Tensor& dy, Tensor& dw) const {
  cuda::convolve_weight_grad(p, mapped(*this, x, map), in_images(dy), dw);
}

}  // namespace odin::tensor
