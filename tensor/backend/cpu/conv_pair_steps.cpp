#include "odin/tensor/backend/conv_pair.h"
#include "odin/tensor/backend/cpu/cpu_backend.h"

// In place of conv_pair.cpp in the browser, where what it gains does not pay for downloading it.

namespace odin::tensor::cpu {

void add_conv_pair(Backend& b) {
  b.conv2d_pair = [](const Conv2dParams& p, const Tensor& x, const PointwiseConv& first,
                     const Tensor& w, const ConvEnd& end,
                     Tensor& y) { conv2d_pair_in_steps(cpu_backend(), p, x, first, w, end, y); };
}

}  // namespace odin::tensor::cpu
