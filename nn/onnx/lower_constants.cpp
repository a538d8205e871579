#include <algorithm>
#include <cmath>

#include "odin/nn/onnx/call.h"
#include "odin/nn/onnx/tensor_data.h"

// Operators that make values which do not depend on the images.

namespace odin::nn::onnx {
namespace {

using tensor::DType;
using tensor::Tensor;

std::vector<Value> constant(Call& c) {
  if (const Attribute* value = c.attribute("value"); value && value->tensor) {
    const Elements elements = decode(*value->tensor, c.build().folder());
    return {known_value(elements.values, elements.integer)};
  }
  if (c.attribute("value_float")) return {scalar(c.number("value_float"))};
  if (c.attribute("value_int"))
    return {
        known_value(Tensor::scalar(static_cast<double>(c.integer("value_int")), DType::f64), true)};
  if (const auto values = c.integers("value_ints")) return {known_list(*values)};
  if (const Attribute* values = c.attribute("value_floats")) {
    const std::vector<float> floats(values->numbers.begin(), values->numbers.end());
    return {known_value(Tensor::from(floats, {std::ssize(floats)}), false)};
  }
  fail("a constant without a tensor or numbers (texts and sparse tensors are not supported)");
}

Value list_of(Builder& builder, const std::array<std::vector<std::int64_t>, 2>& values) {
  if (values[0] == values[1]) return known_list(values[0]);
  builder.spend(std::ssize(values[0]));
  return known_value({known_list(values[0]).known[0], known_list(values[1]).known[0]}, true);
}

/// From version 15 on of some of the dimensions only.
std::vector<Value> shape(Call& c) {
  const Value& x = c.in(0);
  const auto clamp = [&](std::int64_t at) {
    return std::clamp<std::int64_t>(at < 0 ? at + x.rank() : at, 0, x.rank());
  };
  const std::int64_t first = clamp(c.integer("start", 0)), last = clamp(c.integer("end", x.rank()));
  std::array<std::vector<std::int64_t>, 2> sizes;
  for (std::size_t b = 0; b < 2; ++b)
    for (std::int64_t i = first; i < last; ++i) sizes[b].push_back(x.shape[b][static_cast<int>(i)]);
  return {list_of(c.build(), sizes)};
}

std::vector<Value> size(Call& c) {
  const Value list =
      list_of(c.build(), {std::vector{numel(c.in(0).shape[0])}, {numel(c.in(0).shape[1])}});
  return {c.build().reshape(list, {Shape{}, Shape{}})};
}

std::vector<Value> constant_of_shape(Call& c) {
  require(c.in(0).is_known(), "its sizes depend on the images");
  Value value = scalar(0);
  if (const Attribute* given = c.attribute("value"); given && given->tensor) {
    const Elements elements = decode(*given->tensor, c.build().folder());
    value = known_value(elements.values, elements.integer);
  }
  std::array<Shape, 2> shape;
  for (std::size_t b = 0; b < 2; ++b) {
    const auto sizes = to_integers(c.in(0).known[b]);
    require(sizes.size() <= Shape::kMaxRank, "a result of ", sizes.size(), " dimensions");
    shape[b] = Shape(std::span(sizes));
    tensor::checked_numel("sizes", shape[b], graph::kMostElements);
  }
  return {c.build().expand(c.build().reshape(value, {Shape{}, Shape{}}), shape)};
}

std::vector<Value> range(Call& c) {
  std::array<std::vector<double>, 2> values;
  const bool integer = c.in(0).integer && c.in(1).integer && c.in(2).integer;
  for (std::size_t b = 0; b < 2; ++b) {
    double bounds[3];
    for (std::size_t i = 0; i < 3; ++i) {
      require(c.in(i).is_known() && numel(c.in(i).shape[b]) == 1,
              "expected constants as start, limit and step");
      bounds[i] = c.in(i).known[b].item();
    }
    const double count = std::ceil((bounds[1] - bounds[0]) / bounds[2]);
    constexpr double kMost = 1 << 24;
    require(count <= kMost, "a range of ", count, " numbers");
    for (double i = 0; i < count; ++i) values[b].push_back(bounds[0] + i * bounds[2]);
    c.build().spend(std::ssize(values[b]));
  }
  std::array<Tensor, 2> lists;
  for (std::size_t b = 0; b < 2; ++b)
    lists[b] =
        Tensor::from(values[b], {std::ssize(values[b])}).to(integer ? DType::f64 : DType::f32);
  if (values[0] == values[1]) lists[1] = lists[0];
  return {known_value(lists, integer)};
}

/// A copy of a constant with some of its slices replaced, as exporters write x[a:b] = c.
std::vector<Value> scatter_nd(Call& c) {
  const Value &x = c.in(0), &updates = c.in(2);
  require(x.is_fixed() && updates.is_fixed() && c.text("reduction", "none") == "none",
          "it is supported for constants only, without a reduction");
  const std::vector<std::int64_t> at = c.integers_in(1);
  const Shape& indices = c.in(1).shape[0];
  const Shape& shape = x.shape[0];
  require(indices.rank() >= 1 && indices[-1] >= 1 && indices[-1] <= x.rank(),
          "expected positions [...,k] with k up to ", x.rank(), ", got ", indices);
  const auto depth = static_cast<int>(indices[-1]);
  std::int64_t slice = 1;  // elements that a position stands for
  for (int i = depth; i < x.rank(); ++i) slice *= shape[i];
  require(numel(updates.shape[0]) == std::ssize(at) / depth * slice, "its updates ",
          updates.shape[0], " do not fit the positions ", indices);
  c.build().spend(numel(shape));
  auto values = x.known[0].to(DType::f64).to_vector<double>();
  const auto from = updates.known[0].to(DType::f64).to_vector<double>();
  for (std::size_t n = 0; n < at.size() / static_cast<std::size_t>(depth); ++n) {
    std::int64_t row = 0;
    for (int i = 0; i < depth; ++i) {
      std::int64_t position = at[n * static_cast<std::size_t>(depth) + static_cast<std::size_t>(i)];
      if (position < 0) position += shape[i];
      require(position >= 0 && position < shape[i], "position ", position, " of ", shape);
      row = row * shape[i] + position;
    }
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(n) * slice, slice,
                values.begin() + row * slice);
  }
  return {known_value(Tensor::from(values, shape).to(x.known[0].dtype()), x.integer)};
}

}  // namespace

void add_constants(LoweringTable& table) {
  table.insert({
      {"Constant", constant},
      {"Shape", shape},
      {"Size", size},
      {"ConstantOfShape", constant_of_shape},
      {"Range", range},
      {"ScatterND", scatter_nd},
  });
}

}  // namespace odin::nn::onnx
