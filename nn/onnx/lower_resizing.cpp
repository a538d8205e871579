#include <algorithm>
#include <cmath>

#include "odin/nn/onnx/call.h"

// Resizing inside of a network: to nearest neighbors, which are gathered, and by linear
// interpolation, which is a product with a matrix for each dimension.

namespace odin::nn::onnx {
namespace {

/// How one dimension is resized.
struct Resizing {
  std::int64_t in, out;
  double scale;
  std::string coordinates, rounding;  ///< attributes of the operator
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

/// The matrix [out,in] whose product with a column of pixels interpolates between them.
Value interpolation(Call& c, const Resizing& r) {
  c.build().spend(r.in * r.out);
  std::vector<float> weights(static_cast<std::size_t>(r.in * r.out), 0);
  for (std::int64_t i = 0; i < r.out; ++i) {
    const double at = std::clamp(coordinate(r, i), 0.0, static_cast<double>(r.in - 1));
    const auto below = static_cast<std::int64_t>(std::floor(at));
    const double above = at - static_cast<double>(below);
    float* row = weights.data() + i * r.in;
    row[below] += static_cast<float>(1 - above);
    if (above > 0) row[below + 1] += static_cast<float>(above);
  }
  return known_value(tensor::Tensor::from(weights, {r.out, r.in}), false);
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

Target target_of(Call& c, std::size_t scales_input) {
  const Value& x = c.in(0);
  Target t;
  if (c.has(3) && numel(c.in(3).shape[0]) > 0) {
    require(c.in(3).is_known(), "its sizes depend on the images");
    t.sizes = to_integers(c.in(3).known[0]);
  } else if (c.has(scales_input)) {
    require(c.in(scales_input).is_fixed(), "its scales are not constant");
    t.scales = c.in(scales_input).known[0].to(tensor::DType::f64).to_vector<double>();
  } else if (const Attribute* scales = c.attribute("scales")) {
    t.scales = scales->numbers;
  }
  const auto count = std::max(std::ssize(t.sizes), std::ssize(t.scales));
  require(count == x.rank(), "expected one scale or size for each dimension of ", x.shape[0]);
  for (int dim = 0; dim < x.rank(); ++dim) {
    const auto d = static_cast<std::size_t>(dim);
    const auto in = static_cast<double>(x.shape[0][dim]);
    if (std::ssize(t.scales) <= dim) t.scales.push_back(static_cast<double>(t.sizes[d]) / in);
    require(t.scales[d] > 0 && t.scales[d] <= 1024, "a scale of ", t.scales[d]);
    if (std::ssize(t.sizes) <= dim)
      t.sizes.push_back(static_cast<std::int64_t>(std::floor(in * t.scales[d])));
  }
  return t;
}

std::vector<Value> resize(Call& c) {
  const bool is_old = c.opset() < 11;  // Upsample, and Resize of version 10
  const std::string mode = c.text("mode", "nearest");
  require(mode == "nearest" || mode == "linear" || mode == "bilinear", "mode '", mode,
          "' is not supported: expected nearest or linear");
  require(!c.attribute("axes") && !c.flag("antialias", false),
          "attributes 'axes' and 'antialias' are not supported");
  Resizing r{
      .in = 0,
      .out = 0,
      .scale = 1,
      .coordinates = is_old ? "asymmetric" : c.text("coordinate_transformation_mode", "half_pixel"),
      .rounding = is_old ? "floor" : c.text("nearest_mode", "round_prefer_floor")};
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
