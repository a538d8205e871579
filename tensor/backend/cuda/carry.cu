#include "odin/tensor/backend/cuda/carry.h"

#include "odin/tensor/backend/cuda/channels.h"
#include "odin/tensor/backend/cuda/launch.h"

namespace odin::tensor::cuda {
namespace {

template <class T>
void carry_back_as(const Tensor& x, const ChannelMap& map, const Tensor& g, const Tensor& add,
                   Tensor& dx) {
  const char* op = "conv2d_input_grad";
  const bool adds = add.defined();
  const Tensor& summand = adds ? add : g;
  const T* in = elements<T>(op, x);
  const T* grad = elements<T>(op, g);
  const T* more = elements<T>(op, summand);
  T* out = mutable_elements<T>(op, dx);
  const PerChannel<T> a(op, map.scale), b(op, map.shift);
  const bool relu = map.relu;
  const auto place =
      make_layout<4>(dx.shape(), {x.strides(), g.strides(), summand.strides(), dx.strides()});
  const Channels channels(dx.shape());
  for_each(op, element_count(dx.shape()), [=] __device__(std::uint32_t i) {
    const auto offsets = place(i);
    const std::uint32_t c = channels.of(i);
    const bool passes = !relu || a(c) * in[offsets.at[0]] + b(c) > 0;
    const T carried = passes ? a(c) * grad[offsets.at[1]] : T{0};
    out[offsets.at[3]] = adds ? carried + more[offsets.at[2]] : carried;
  });
}

}  // namespace

void carry_back(const Tensor& x, const ChannelMap& map, const Tensor& g, const Tensor& add,
                Tensor& dx) {
  visit_floating(dx.dtype(), "conv2d_input_grad",
                 [&]<class T>(T) { carry_back_as<T>(x, map, g, add, dx); });
}

}  // namespace odin::tensor::cuda
