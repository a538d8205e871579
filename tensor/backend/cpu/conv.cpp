#include "odin/tensor/backend/cpu/conv.h"

#include <algorithm>

#include "odin/tensor/backend/cpu/column_winograd.h"
#include "odin/tensor/backend/cpu/cpu_backend.h"
#include "odin/tensor/backend/cpu/depthwise.h"
#include "odin/tensor/backend/cpu/winograd.h"
#include "odin/tensor/parallel.h"

// Convolution. The algorithms:
//   1x1, no padding: a matrix product, [O,C] times [C,pixels of all images]
//   3x3, stride 1, padding 1, at least 32 input and output channels: Winograd (winograd.h)
//   3x3, stride 1, padding 1, fewer channels, rows that fill vectors: Winograd along columns
//     (column_winograd.h)
//   everything else: a matrix product over shifted copies of bands (conv_windows.h)
// Several groups run one after another, each as one of these; a depthwise convolution, where each
// channel is a group, has an algorithm of its own (depthwise.h).
// The channel map is fused: it is applied while the input is copied or transformed.

namespace odin::tensor::cpu {

BatchOutput::BatchOutput(Tensor& y, const ConvEnd& end)
    : y_(y.backend_data<float>()),
      y_stride_(y.strides()[0]),
      images_(y.dim(0)),
      channels_(y.dim(1)),
      pixels_(y.dim(2) * y.dim(3)),
      add_(end.add),
      bias_(end.bias.defined() ? end.bias.data<float>() : nullptr),
      activation_(end.activation) {}

BatchOutput::BatchOutput(Tensor& dx, const MapGrad& through, const Tensor& x)
    : BatchOutput(dx, ConvEnd{.add = through.add}) {
  if (!through.map.defined()) return;
  carry_ = true;
  x_ = Images(x);
  const MapPointers map = pointers(through.map);
  scale_ = map.scale;
  shift_ = map.shift;
  relu_ = map.relu;
  if (!through.mean.defined()) return;
  mean_ = through.mean.data<float>();
  sums_ = std::make_shared<double[]>(static_cast<std::size_t>(2 * images_ * channels_));
}

Output BatchOutput::operator[](std::int64_t n) const {
  Output output{.y = y_ + n * y_stride_,
                .add = add_[n],
                .stride = pixels_,
                .bias = bias_,
                .activation = activation_,
                .carry = carry_,
                .map = {}};
  if (!carry_) return output;
  output.map.x = x_[n];
  output.map.scale = scale_;
  output.map.shift = shift_;
  output.map.relu = relu_;
  output.map.mean = mean_;
  if (sums_) {
    output.map.sum_g = sums_.get() + 2 * n * channels_;
    output.map.sum_gx = output.map.sum_g + channels_;
  }
  return output;
}

void BatchOutput::finish(Tensor& to_sum_g, Tensor& to_sum_gx) const {
  if (!sums_) return;
  float* sum_g = to_sum_g.backend_data<float>();
  float* sum_gx = to_sum_gx.backend_data<float>();
  for (std::int64_t c = 0; c < channels_; ++c) {
    double g = 0, gx = 0;
    for (std::int64_t n = 0; n < images_; ++n) {
      g += sums_[static_cast<std::size_t>(2 * n * channels_ + c)];
      gx += sums_[static_cast<std::size_t>((2 * n + 1) * channels_ + c)];
    }
    sum_g[c] = static_cast<float>(g);
    sum_gx[c] = static_cast<float>(gx);
  }
}

std::int64_t parts_of_image(std::int64_t images, std::int64_t most, bool whole) {
  if (whole) return 1;
  const std::int64_t wanted = (num_threads() + images - 1) / images;
  return std::clamp<std::int64_t>(wanted, 1, most);
}

std::int64_t one_range_a_thread(std::int64_t n) { return (n + num_threads() - 1) / num_threads(); }

std::int64_t grain_of_parts(std::int64_t images, std::int64_t n) {
  return images < num_threads() ? one_range_a_thread(n) : 1;
}

namespace {

/// A larger weight of a 1x1 convolution is not kept a second time in the order of tiles: those of a
/// ResNet-50 would take 70 MB.
constexpr std::int64_t kMostPacked = 512 * 1024;

/// The convolution of one group, whose number is `group`.
void convolve_group(const Conv2dParams& p, const Tensor& x, const ChannelMap& map, const Tensor& w,
                    const ConvEnd& end, std::int64_t group, Tensor& y) {
  const BatchOutput output(y, end);
  if (Winograd::suits(p, w.shape(), x.dim(2), x.dim(3), end.differentiated)) {
    const auto weight =
        derived<Winograd>({&w}, {&kForwardWinograd, {group}}, [&] { return Winograd(w, false); });
    return weight->convolve(Images(x), pointers(map), x.dim(0), x.dim(2), x.dim(3), output);
  }
  if (ColumnWinograd::suits(p, w.shape(), x.dim(3))) {
    const auto weight = derived<ColumnWinograd>({&w}, {&kForwardColumns, {group}},
                                                [&] { return ColumnWinograd(w, false); });
    return weight->convolve(Images(x), pointers(map), x.dim(0), x.dim(2), x.dim(3), output);
  }
  const std::int64_t depth = w.dim(1) * w.dim(2) * w.dim(3);
  const bool pointwise = is_pointwise(p, w.shape());
  const auto multiply = [&](const PackedRows& weight) {
    if (!pointwise)
      return multiply_windows(weight, Windows::forward(p, x.shape(), w.shape()), Images(x),
                              pointers(map), x.dim(0), output);
    const Tensor pixels = pick_pixels(x, p.stride);
    multiply_pixels(weight, Images(pixels), pointers(map), x.dim(0), y.dim(2) * y.dim(3), output);
  };
  const float* from = w.data<float>();
  if (pointwise && w.numel() > kMostPacked)
    return multiply(PackedRows::row_major(from, w.dim(0), depth));
  multiply(*derived<PackedRows>({&w}, {&kForwardRows, {group}}, [&] {
    return PackedRows(w.dim(0), depth, [&](auto o, auto k) { return from[o * depth + k]; });
  }));
}

void conv2d(const Conv2dParams& p, const Tensor& x_any, const ChannelMap& map, const Tensor& w_any,
            const ConvEnd& end, Tensor& y) {
  if (x_any.dtype() != DType::f32) return reference_backend().conv2d(p, x_any, map, w_any, end, y);
  const Tensor x = with_contiguous_images(x_any), w = w_any.contiguous();
  if (is_depthwise(p, w.shape()) && !map.defined()) return depthwise(p, x, w, end, y);
  for (std::int64_t g = 0; g < p.groups; ++g) {
    const Group group(p, g);
    Tensor part = group.of_channels(y);
    convolve_group(group.params(), group.of_channels(x), group.of(map), group.of_outputs(w),
                   {.bias = group.of_outputs(end.bias),
                    .add = group.of_channels(end.add),
                    .activation = end.activation,
                    .differentiated = end.differentiated},
                   g, part);
  }
}

}  // namespace

void add_conv(Backend& b) { b.conv2d = conv2d; }

}  // namespace odin::tensor::cpu
