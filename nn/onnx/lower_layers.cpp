#include <algorithm>

#include "odin/nn/onnx/call.h"
#include "odin/tensor/params.h"

namespace odin::nn::onnx {
namespace {

std::vector<Extent> list(std::initializer_list<std::int64_t> values) {
  std::vector<Extent> out;
  for (const std::int64_t value : values) out.push_back({value});
  return out;
}

/// Two numbers of an attribute, one for rows and one for columns.
tensor::Size2d pair(const Call& c, const char* name) {
  const auto values = c.integers(name).value_or(std::vector<std::int64_t>{1, 1});
  require(values.size() == 2, "expected 2 numbers as attribute '", name, "', got ", values.size(),
          " (pictures have two dimensions)");
  for (const std::int64_t value : values)
    require(value >= 1 && value <= 1 << 20, "attribute '", name, "' has a ", value);
  return {values[0], values[1]};
}

/// Strides, dilations and padding of a convolution or pooling of windows of this size.
Attributes window(const Call& c, const Value& x, const tensor::Size2d& kernel) {
  require(x.rank() == 4, "expected an input [N,C,H,W], got ", x.shape[0],
          " (only two-dimensional windows are supported)");
  const tensor::Size2d stride = pair(c, "strides"), dilation = pair(c, "dilations");
  const std::string rule = c.text("auto_pad", "NOTSET");
  std::vector<std::int64_t> pads(4, 0);
  if (rule == "NOTSET") {
    pads = c.integers("pads").value_or(pads);
  } else if (rule == "SAME_UPPER" || rule == "SAME_LOWER") {
    for (int i = 0; i < 2; ++i) {
      const std::int64_t in = x.shape[0][2 + i], step = i ? stride.w : stride.h;
      const std::int64_t extent =
          ((i ? kernel.w : kernel.h) - 1) * (i ? dilation.w : dilation.h) + 1;
      const std::int64_t out = (in + step - 1) / step;
      const std::int64_t all = std::max<std::int64_t>(0, (out - 1) * step + extent - in);
      const std::int64_t less = all / 2, more = all - less;
      pads[static_cast<std::size_t>(i)] = rule == "SAME_UPPER" ? less : more;
      pads[static_cast<std::size_t>(i) + 2] = rule == "SAME_UPPER" ? more : less;
    }
  } else {
    require(rule == "VALID", "attribute 'auto_pad' is '", rule, "'");
  }
  require(pads.size() == 4, "expected 4 numbers as attribute 'pads', got ", pads.size());
  return {{"stride", list({stride.h, stride.w})},
          {"dilation", list({dilation.h, dilation.w})},
          {"padding", list({pads[0], pads[1], pads[2], pads[3]})}};
}

std::vector<Value> conv(Call& c) {
  const Value &x = c.in(0), &weight = c.in(1);
  require(weight.rank() == 4, "expected a weight [O,C,KH,KW], got ", weight.shape[0],
          " (only two-dimensional convolutions are supported)");
  Attributes attributes = window(c, x, {weight.shape[0][2], weight.shape[0][3]});
  attributes["groups"] = c.integer("group", 1);
  std::vector<Value> inputs{x, weight};
  if (c.has(2)) inputs.push_back(c.in(2));
  return {c.emit("conv2d", inputs, attributes)};
}

Attributes pool_attributes(const Call& c) {
  require(!c.in(0).is_known(), "its input does not depend on the images");
  const tensor::Size2d kernel = pair(c, "kernel_shape");
  Attributes attributes = window(c, c.in(0), kernel);
  attributes["kernel"] = list({kernel.h, kernel.w});
  attributes["ceil"] = c.flag("ceil_mode", false);
  return attributes;
}

std::vector<Value> max_pool(Call& c) {
  return {c.emit("max_pool2d", {c.in(0)}, pool_attributes(c))};
}

std::vector<Value> average_pool(Call& c) {
  Attributes attributes = pool_attributes(c);
  attributes["count_padding"] = c.flag("count_include_pad", false);
  return {c.emit("avg_pool2d", {c.in(0)}, attributes)};
}

/// Over all positions of [N,C,...], which stay with size 1.
std::vector<Value> global_pool(Call& c, const char* op) {
  require(c.in(0).rank() > 2, "expected an input [N,C,...], got ", c.in(0).shape[0]);
  std::vector<Extent> dims;
  for (int i = 2; i < c.in(0).rank(); ++i) dims.push_back({i});
  return {c.emit(op, {c.in(0)}, {{"dims", dims}, {"keepdim", true}})};
}

std::vector<Value> global_average_pool(Call& c) { return global_pool(c, "mean"); }
std::vector<Value> global_max_pool(Call& c) { return global_pool(c, "max"); }

/// [N,C] and [N,C,L] are treated as images.
std::vector<Value> batch_normalization(Call& c) {
  require(c.flag("spatial", true), "normalization of single positions (spatial = 0)");
  require(!c.flag("training_mode", false),
          "it is in training mode: export the model in evaluation mode");
  const Value& x = c.in(0);
  require(x.rank() >= 2 && x.rank() <= 4, "expected an input [N,C,H,W], got ", x.shape[0]);
  std::array<Shape, 2> image = x.shape;
  for (Shape& shape : image)
    while (shape.rank() < 4) shape.push_back(1);
  const Value y =
      c.emit("batch_norm", {c.build().reshape(x, image), c.in(1), c.in(2), c.in(3), c.in(4)},
             {{"epsilon", c.number("epsilon", 1e-5)}});
  return {c.build().reshape(y, x.shape)};
}

std::vector<Value> instance_normalization(Call& c) {
  const Value& x = c.in(0);
  require(x.rank() >= 3, "expected an input [N,C,...], got ", x.shape[0]);
  return {c.emit("group_norm", {x, c.in(1), c.in(2)},
                 {{"groups", x.shape[0][1]}, {"epsilon", c.number("epsilon", 1e-5)}})};
}

/// A number for each group, up to version 20, becomes one for each of its channels.
Value for_channels(Call& c, const Value& of_groups, std::int64_t groups, std::int64_t channels) {
  if (c.opset() >= 21 || numel(of_groups.shape[0]) == channels) return of_groups;
  Builder& b = c.build();
  const Shape column{groups, 1}, table{groups, channels / groups}, flat{channels};
  const Value repeated = b.expand(b.reshape(of_groups, {column, column}), {table, table});
  return b.reshape(repeated, {flat, flat});
}

std::vector<Value> group_normalization(Call& c) {
  const Value& x = c.in(0);
  const std::int64_t groups = c.integer("num_groups");
  require(x.rank() >= 3 && groups >= 1 && x.shape[0][1] % groups == 0, "expected ", groups,
          " groups of channels in ", x.shape[0]);
  const std::int64_t channels = x.shape[0][1];
  return {c.emit(
      "group_norm",
      {x, for_channels(c, c.in(1), groups, channels), for_channels(c, c.in(2), groups, channels)},
      {{"groups", groups}, {"epsilon", c.number("epsilon", 1e-5)}})};
}

std::vector<Value> layer_normalization(Call& c) {
  const Value& x = c.in(0);
  const int axis = checked_axis(c.integer("axis", -1), x.rank());
  Shape last;
  for (int i = axis; i < x.rank(); ++i) {
    require(x.shape[0][i] == x.shape[1][i], "it normalizes over several images");
    last.push_back(x.shape[0][i]);
  }
  Builder& b = c.build();
  const Value bias = c.has(2) ? c.in(2) : known_value(tensor::Tensor::zeros(last), false);
  return {c.emit("layer_norm", {x, b.expand(c.in(1), {last, last}), b.expand(bias, {last, last})},
                 {{"epsilon", c.number("epsilon", 1e-5)}})};
}

/// x / (bias + alpha / size * sum of x^2 over neighboring channels)^beta.
std::vector<Value> local_response_normalization(Call& c) {
  const Value& x = c.in(0);
  require(x.rank() == 4, "expected an input [N,C,H,W], got ", x.shape[0]);
  const std::int64_t size = c.integer("size");
  require(size >= 1 && size <= 1 << 10, "attribute 'size' is ", size);
  std::array<Shape, 2> columns;
  for (std::size_t b = 0; b < 2; ++b)
    columns[b] = {x.shape[b][0], 1, x.shape[b][1], x.shape[b][2] * x.shape[b][3]};
  const Value squares = c.build().reshape(c.emit("mul", {x, x}), columns);
  const std::int64_t before = (size - 1) / 2, after = size - 1 - before;
  const Value means = c.emit("avg_pool2d", {squares},
                             {{"kernel", list({size, 1})},
                              {"padding", list({before, 0, after, 0})},
                              {"count_padding", true}});
  const Value scaled =
      c.emit("mul", {c.build().reshape(means, x.shape), scalar(c.number("alpha", 1e-4))});
  const Value base = c.emit("add", {scaled, scalar(c.number("bias", 1))});
  return {c.emit("div", {x, c.emit("pow", {base, scalar(c.number("beta", 0.75))})})};
}

Value transposed(Call& c, const Value& x) {
  std::vector<std::int64_t> order;
  for (int i = 0; i < x.rank(); ++i) order.push_back(i);
  require(order.size() >= 2, "expected a matrix, got ", x.shape[0]);
  std::swap(order[order.size() - 2], order[order.size() - 1]);
  return c.build().transpose(x, order);
}

/// alpha A B + beta C.
std::vector<Value> gemm(Call& c) {
  const double alpha = c.number("alpha", 1), beta = c.number("beta", 1);
  const Value a = c.flag("transA", false) ? transposed(c, c.in(0)) : c.in(0);
  require(a.rank() == 2 && c.in(1).rank() == 2, "expected matrices, got ", a.shape[0], " and ",
          c.in(1).shape[0]);
  const auto times = [&](const Value& x, double factor) {
    return factor == 1 ? x : c.emit("mul", {x, scalar(factor)});
  };
  // As the weight of a linear layer, [out,in].
  const Value weight = times(c.flag("transB", false) ? c.in(1) : transposed(c, c.in(1)), alpha);
  const bool is_linear = weight.is_fixed();
  const Shape out{weight.shape[0][0]};
  const bool has_vector = is_linear && c.has(2) && c.in(2).is_fixed() &&
                          (numel(c.in(2).shape[0]) == out[0] && c.in(2).shape[0][-1] == out[0]);
  if (has_vector)
    return {c.emit("linear", {a, weight, c.build().reshape(times(c.in(2), beta), {out, out})})};
  const Value product =
      is_linear ? c.emit("linear", {a, weight}) : c.emit("matmul", {a, transposed(c, weight)});
  return {c.has(2) ? c.emit("add", {product, times(c.in(2), beta)}) : product};
}

std::vector<Value> matmul(Call& c) {
  const Value &a = c.in(0), &b = c.in(1);
  if (b.is_fixed() && b.rank() == 2 && !a.is_known())
    return {c.emit("linear", {a, transposed(c, b)})};
  return {c.emit("matmul", {a, b})};
}

}  // namespace

void add_layers(LoweringTable& table) {
  table.insert({
      {"Conv", conv},
      {"MaxPool", max_pool},
      {"AveragePool", average_pool},
      {"GlobalAveragePool", global_average_pool},
      {"GlobalMaxPool", global_max_pool},
      {"BatchNormalization", batch_normalization},
      {"InstanceNormalization", instance_normalization},
      {"GroupNormalization", group_normalization},
      {"LayerNormalization", layer_normalization},
      {"LRN", local_response_normalization},
      {"Gemm", gemm},
      {"MatMul", matmul},
  });
}

}  // namespace odin::nn::onnx
