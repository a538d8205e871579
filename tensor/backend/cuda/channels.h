#pragma once

#include "odin/tensor/backend/cuda/layout.h"

// The channel of an element of [N,C,H,W], and the offsets of a channel's elements.

namespace odin::tensor::cuda {

/// The channel of element i of [N,C,H,W], numbered in row-major order.
struct Channels {
  Divider pixels, count, row;

  explicit Channels(const Shape& x)
      : pixels(at_least_one(x[2] * x[3])), count(at_least_one(x[1])), row(at_least_one(x[3])) {}
  static std::uint32_t at_least_one(std::int64_t n) {
    return n > 0 ? static_cast<std::uint32_t>(n) : 1;
  }

  __device__ std::uint32_t of(std::uint32_t i) const {
    const std::uint32_t plane = pixels.quotient(i);
    return plane - count.quotient(plane) * count.divisor();
  }
};

/// The offset of element i of a channel in a tensor [N,C,H,W] of any strides; i is numbered over
/// images, rows and columns.
struct ChannelElements {
  Channels channels;
  std::int64_t n, c, h, w;

  explicit ChannelElements(const Tensor& x)
      : channels(x.shape()),
        n(x.strides()[0]),
        c(x.strides()[1]),
        h(x.strides()[2]),
        w(x.strides()[3]) {}

  __device__ std::int64_t operator()(std::uint32_t channel, std::uint32_t i) const {
    const std::uint32_t image = channels.pixels.quotient(i);
    const std::uint32_t pixel = i - image * channels.pixels.divisor();
    const std::uint32_t row = channels.row.quotient(pixel);
    return image * n + channel * c + row * h + (pixel - row * channels.row.divisor()) * w;
  }
};

inline std::uint32_t channel_count(const Tensor& x) { return static_cast<std::uint32_t>(x.dim(1)); }
inline std::uint32_t channel_size(const Tensor& x) {
  return element_count(x.shape()) / channel_count(x);
}

/// One value per channel, with any stride.
template <class T>
struct PerChannel {
  const T* values;
  std::int64_t stride;

  PerChannel(const char* op, const Tensor& t)
      : values(elements<T>(op, t)), stride(t.strides()[0]) {}
  __device__ T operator()(std::uint32_t c) const { return values[c * stride]; }
};

}  // namespace odin::tensor::cuda
