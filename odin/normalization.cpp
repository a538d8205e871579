#include "odin/normalization.h"

#include "odin/tensor/ops/elementwise.h"
#include "odin/tensor/ops/reduce.h"
#include "odin/tensor/parallel.h"

namespace odin {

using tensor::Tensor;

namespace {

/// Pixels of 0 to 255, or normalized ones, would give a result without meaning. What filters with
/// negative weights leave a little outside of [0, 1] is no such mistake.
void check_range(const Tensor& images) {
  constexpr float kMargin = 0.5f;
  if (images.numel() == 0) return;
  const auto largest = static_cast<float>(tensor::max(images).item());
  const auto smallest = -static_cast<float>(tensor::max(tensor::neg(images)).item());
  require(largest <= 1 + kMargin, "normalize: expected pixels in [0,1], got ", largest,
          ": divide those of 0 to 255 by 255");
  require(smallest >= -kMargin, "normalize: expected pixels in [0,1], got ", smallest,
          ": they must not be normalized before");
}

void check(const Tensor& images, const Normalization& n) {
  require(images.rank() == 4 && images.dtype() == tensor::DType::f32,
          "normalize: expected images [N,C,H,W] of float32, got ", images.shape(), " of ",
          images.dtype());
  const auto channels = static_cast<std::size_t>(images.dim(1));
  require(n.mean.size() == channels && n.std.size() == channels, "normalize: images have ",
          channels, " channels, the normalization has ", n.mean.size(), " means and ", n.std.size(),
          " standard deviations");
  for (double s : n.std) require(s > 0, "normalize: standard deviations must be positive, got ", s);
  require(tensor::all_finite(images), "normalize: a pixel is NaN or infinite");
  check_range(images);
}

}  // namespace

namespace {

/// The same computation with tensor operations that run on any device, rounded in the same way.
Tensor normalize_there(const Tensor& images, const Normalization& n) {
  const auto per_channel = [&](const std::vector<double>& values) {
    return Tensor::from(values, {1, images.dim(1), 1, 1}).to(images.device());
  };
  const Tensor wide = images.to(tensor::DType::f64);
  return tensor::div(tensor::sub(wide, per_channel(n.mean)), per_channel(n.std))
      .to(tensor::DType::f32);
}

}  // namespace

Tensor normalize(const Tensor& given, const Normalization& n) {
  check(given, n);
  if (given.device() != tensor::Device::cpu) return normalize_there(given, n);
  const Tensor images = given.contiguous();
  Tensor result = Tensor::empty(images.shape());
  const float* in = images.data<float>();
  auto out_elements = result.write<float>();
  float* out = out_elements.data();
  const std::int64_t channels = images.dim(1), pixels = images.dim(2) * images.dim(3);
  tensor::parallel_for(images.dim(0) * channels, 16, [&](std::int64_t first, std::int64_t last) {
    for (auto plane = first; plane < last; ++plane) {
      const auto c = static_cast<std::size_t>(plane % channels);
      for (auto i = plane * pixels; i < (plane + 1) * pixels; ++i)
        out[i] = static_cast<float>((in[i] - n.mean[c]) / n.std[c]);
    }
  });
  return result;
}

}  // namespace odin
