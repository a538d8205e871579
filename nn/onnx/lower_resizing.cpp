#include <algorithm>
#include <cmath>

#include "odin/nn/onnx/call.h"

// Resizing inside of a network: to nearest neighbors, which are gathered, and by linear or cubic
// interpolation, which is a product with a matrix for each dimension.

namespace odin::nn::onnx {
namespace {

/// How one dimension is resized.
struct Resizing {
  std::int64_t in, out;
  double scale;
  // Attributes of the operator.
  std::string mode, coordinates, rounding;
  double cubic_a;
  bool exclude_outside;
};

/// Where output pixel `i` lies in the input.
double coordinate(const Resizing& r, std::int64_t i) {
  const auto at = static_cast<double>(i);
  if (r.coordinates == "pytorch_half_pixel" && r.out == 1) return 0;
  if (r.coordinates == "half_pixel" || r.coordinates == "pytorch_half_pixel")
    return (at + 0.5) / r.scale - 0.5;
  if (r.coordinates == "align_corners")
    return r.out == 1 ? 0 : at * static_cast<double>(r.in - 1) / static_cast<double>(r.out - 1);
  if (r.coordinates == "asymmetric") return at / r.scale;
  fail("attribute 'coordinate_transformation_mode' is '", r.coordinates, "'");
}

std::int64_t nearest(const Resizing& r, std::int64_t i) {
  const double at = coordinate(r, i);
  double rounded = 0;
  if (r.rounding == "floor")
    rounded = std::floor(at);
  else if (r.rounding == "ceil")
    rounded = std::ceil(at);
  else if (r.rounding == "round_prefer_floor")
    rounded = std::ceil(at - 0.5);
  else if (r.rounding == "round_prefer_ceil")
    rounded = std::floor(at + 0.5);
  else
    fail("attribute 'nearest_mode' is '", r.rounding, "'");
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(rounded), 0, r.in - 1);
}

Value to_nearest(Call& c, const Value& x, int dim, const Resizing& r) {
  std::vector<std::int64_t> positions;
  for (std::int64_t i = 0; i < r.out; ++i) positions.push_back(nearest(r, i));
  return c.build().gather(x, dim, positions);
}

/// The weights of neighboring input pixels, the first of which is pixel `first`.
struct Taps {
  std::int64_t first;
  std::vector<double> weights;
};

Taps linear_taps(const Resizing& r, double at) {
  at = std::clamp(at, 0.0, static_cast<double>(r.in - 1));
  const double below = std::floor(at);
  return {static_cast<std::int64_t>(below), {1 - (at - below), at - below}};
}

/// Keys' cubic convolution (IEEE Transactions on Acoustics, Speech, and Signal Processing 29, 1981),
/// with the parameter a.
double cubic(double distance, double a) {
  const double d = std::abs(distance);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? a * (((d - 5) * d + 8) * d - 4) : 0;
}

Taps cubic_taps(const Resizing& r, double at) {
  const double below = std::floor(at);
  Taps taps{static_cast<std::int64_t>(below) - 1, {}};
  double sum = 0;
  for (std::int64_t i = 0; i < 4; ++i) {
    const std::int64_t pixel = taps.first + i;
    const bool counts = !r.exclude_outside || (pixel >= 0 && pixel < r.in);
    taps.weights.push_back(counts ? cubic(at - static_cast<double>(pixel), r.cubic_a) : 0);
    sum += taps.weights.back();
  }
  if (r.exclude_outside)
    for (double& weight : taps.weights) weight /= sum;
  return taps;
}

/// The matrix [out,in] whose product with a column of pixels interpolates between them. Pixels
/// outside are those at the border.
Value interpolation(Call& c, const Resizing& r) {
  c.build().spend(r.in * r.out);
  std::vector<double> weights(static_cast<std::size_t>(r.in * r.out), 0);
  for (std::int64_t i = 0; i < r.out; ++i) {
    const double at = coordinate(r, i);
    const Taps taps = r.mode == "cubic" ? cubic_taps(r, at) : linear_taps(r, at);
    for (std::int64_t k = 0; k < std::ssize(taps.weights); ++k) {
      const auto pixel = std::clamp<std::int64_t>(taps.first + k, 0, r.in - 1);
      weights[static_cast<std::size_t>(i * r.in + pixel)] +=
          taps.weights[static_cast<std::size_t>(k)];
    }
  }
  const auto matrix = tensor::Tensor::from(weights, {r.out, r.in});
  return known_value(matrix.to(tensor::DType::f32), false);
}

Value to_interpolated(Call& c, const Value& x, int dim, const Resizing& r) {
  require(dim >= x.rank() - 2, "it interpolates along dimension ", dim, " of ", x.shape[0]);
  const Value weights = interpolation(c, r);
  return dim == x.rank() - 1 ? c.emit("linear", {x, weights}) : c.emit("matmul", {weights, x});
}

/// The scale and the size of each dimension.
struct Target {
  std::vector<double> scales;
  std::vector<std::int64_t> sizes;
};

/// The dimensions that scales or sizes are given for, from version 18 on: all, unless said otherwise.
std::vector<int> resized_dims(const Call& c, std::int64_t count) {
  const Value& x = c.in(0);
  const auto axes = c.integers("axes");
  std::vector<int> dims;
  for (int i = 0; i < x.rank() && !axes; ++i) dims.push_back(i);
  if (axes)
    for (const std::int64_t axis : *axes) dims.push_back(checked_axis(axis, x.rank()));
  require(std::ssize(dims) == count, "expected one scale or size for each of ", dims.size(),
          " dimensions of ", x.shape[0], ", got ", count);
  return dims;
}

Target target_of(Call& c, std::size_t scales_input) {
  const Value& x = c.in(0);
  std::vector<double> scales;
  std::vector<std::int64_t> sizes;
  if (c.has(3) && numel(c.in(3).shape[0]) > 0) {
    require(c.in(3).is_known(), "its sizes depend on the images");
    sizes = to_integers(c.in(3).known[0]);
  } else if (c.has(scales_input)) {
    require(c.in(scales_input).is_fixed(), "its scales are not constant");
    scales = c.in(scales_input).known[0].to(tensor::DType::f64).to_vector<double>();
  } else if (const Attribute* given = c.attribute("scales")) {
    scales = given->numbers;
  }
  require(sizes.empty() || c.text("keep_aspect_ratio_policy", "stretch") == "stretch",
          "attribute 'keep_aspect_ratio_policy' is not supported");
  Target t{std::vector<double>(static_cast<std::size_t>(x.rank()), 1), {}};
  for (int dim = 0; dim < x.rank(); ++dim) t.sizes.push_back(x.shape[0][dim]);
  std::size_t i = 0;
  for (const int dim : resized_dims(c, std::max(std::ssize(sizes), std::ssize(scales)))) {
    const auto d = static_cast<std::size_t>(dim);
    const auto in = static_cast<double>(x.shape[0][dim]);
    t.scales[d] = scales.empty() ? static_cast<double>(sizes[i]) / in : scales[i];
    require(t.scales[d] > 0 && t.scales[d] <= 1024, "a scale of ", t.scales[d]);
    t.sizes[d] =
        scales.empty() ? sizes[i] : static_cast<std::int64_t>(std::floor(in * t.scales[d]));
    ++i;
  }
  return t;
}

std::vector<Value> resize(Call& c) {
  const bool is_old = c.opset() < 11;  // Upsample, and Resize of version 10
  const std::string mode = c.text("mode", "nearest");
  require(mode == "nearest" || mode == "linear" || mode == "bilinear" || mode == "cubic", "mode '",
          mode, "' is not supported: expected nearest, linear or cubic");
  require(!c.flag("antialias", false), "attribute 'antialias' is not supported");
  Resizing r{
      .in = 0,
      .out = 0,
      .scale = 1,
      .mode = mode,
      .coordinates = is_old ? "asymmetric" : c.text("coordinate_transformation_mode", "half_pixel"),
      .rounding = is_old ? "floor" : c.text("nearest_mode", "round_prefer_floor"),
      .cubic_a = c.number("cubic_coeff_a", -0.75),
      .exclude_outside = c.flag("exclude_outside", false)};
  const Target target = target_of(c, is_old ? 1 : 2);
  Value x = c.in(0);
  for (int dim = 0; dim < x.rank(); ++dim) {
    const auto d = static_cast<std::size_t>(dim);
    r.in = x.shape[0][dim];
    r.out = target.sizes[d];
    r.scale = target.scales[d];
    const bool is_batch = x.shape[0][dim] != x.shape[1][dim];
    if (r.out == r.in || (is_batch && r.scale == 1)) continue;
    require(!is_batch && r.in >= 1 && r.out >= 1 && r.out <= 1 << 16, "dimension ", dim, " of ",
            x.shape[0], " cannot be resized to ", r.out);
    x = mode == "nearest" ? to_nearest(c, x, dim, r) : to_interpolated(c, x, dim, r);
  }
  return {x};
}

}  // namespace

void add_resizing(LoweringTable& table) {
  table.insert({{"Resize", resize}, {"Upsample", resize}});
}

}  // namespace odin::nn::onnx
