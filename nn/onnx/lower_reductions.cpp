#include <algorithm>

#include "odin/nn/onnx/call.h"

namespace odin::nn::onnx {
namespace {

/// Axes are an attribute up to version 12 (ReduceSum) or 17, an input after that.
std::optional<std::vector<Extent>> axes(const Call& c, int rank) {
  const auto given = c.list("axes", 1);
  std::vector<Extent> dims;
  if (!given || given->empty()) {
    if (c.flag("noop_with_empty_axes", false)) return std::nullopt;
    for (int i = 0; i < rank; ++i) dims.push_back({i});
    return dims;
  }
  std::vector<int> sorted;
  for (const std::int64_t axis : *given) sorted.push_back(checked_axis(axis, rank));
  std::sort(sorted.begin(), sorted.end());
  require(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end(), "an axis is repeated");
  for (const int dim : sorted) dims.push_back({dim});
  return dims;
}

Value reduce(Call& c, const char* op, const Value& x) {
  const auto dims = axes(c, x.rank());
  if (!dims || dims->empty()) return x;
  return c.emit(op, {x}, {{"dims", *dims}, {"keepdim", c.flag("keepdims", true)}});
}

std::vector<Value> sum(Call& c) { return {reduce(c, "sum", c.in(0))}; }
std::vector<Value> mean(Call& c) { return {reduce(c, "mean", c.in(0))}; }
std::vector<Value> max(Call& c) { return {reduce(c, "max", c.in(0))}; }
std::vector<Value> min(Call& c) { return {reduce(c, "min", c.in(0))}; }

std::vector<Value> sum_of_squares(Call& c) {
  return {reduce(c, "sum", c.emit("mul", {c.in(0), c.in(0)}))};
}

std::vector<Value> l1(Call& c) { return {reduce(c, "sum", c.emit("abs", {c.in(0)}))}; }

std::vector<Value> l2(Call& c) { return {c.emit("sqrt", {sum_of_squares(c).front()})}; }

std::vector<Value> log_sum(Call& c) { return {c.emit("log", {reduce(c, "sum", c.in(0))})}; }

std::vector<Value> log_sum_exp(Call& c) {
  return {c.emit("log", {reduce(c, "sum", c.emit("exp", {c.in(0)}))})};
}

/// The product of sizes; of values that depend on the images it is not supported.
std::vector<Value> product(Call& c) {
  const Value& x = c.in(0);
  const auto dims = axes(c, x.rank());
  require(x.is_known() && x.rank() == 1 && dims && dims->size() == 1,
          "it is supported for lists of constants only");
  std::array<tensor::Tensor, 2> results;
  for (std::size_t b = 0; b < 2; ++b) {
    double value = 1;
    for (const double factor : x.known[b].to(tensor::DType::f64).to_vector<double>())
      value *= factor;
    const Shape shape = c.flag("keepdims", true) ? Shape{1} : Shape{};
    results[b] = tensor::Tensor::full(shape, value, x.known[b].dtype());
  }
  return {known_value(results, x.integer)};
}

/// Before version 13 all dimensions from the axis on are one.
std::vector<Value> softmax_like(Call& c, const char* op) {
  const Value& x = c.in(0);
  const bool is_old = c.opset() < 13;
  const int axis = checked_axis(c.integer("axis", is_old ? 1 : -1), x.rank());
  if (!is_old || axis == x.rank() - 1) return {c.emit(op, {x}, {{"dim", std::int64_t{axis}}})};
  std::array<Shape, 2> rows;
  for (std::size_t b = 0; b < 2; ++b) {
    rows[b] = {1, 1};
    for (int i = 0; i < x.rank(); ++i) rows[b][i < axis ? 0 : 1] *= x.shape[b][i];
  }
  const Value y = c.emit(op, {c.build().reshape(x, rows)}, {{"dim", std::int64_t{1}}});
  return {c.build().reshape(y, x.shape)};
}

std::vector<Value> softmax(Call& c) { return softmax_like(c, "softmax"); }
std::vector<Value> log_softmax(Call& c) { return softmax_like(c, "log_softmax"); }

}  // namespace

void add_reductions(LoweringTable& table) {
  table.insert({
      {"ReduceSum", sum},
      {"ReduceMean", mean},
      {"ReduceMax", max},
      {"ReduceMin", min},
      {"ReduceProd", product},
      {"ReduceSumSquare", sum_of_squares},
      {"ReduceL1", l1},
      {"ReduceL2", l2},
      {"ReduceLogSum", log_sum},
      {"ReduceLogSumExp", log_sum_exp},
      {"Softmax", softmax},
      {"LogSoftmax", log_softmax},
  });
}

}  // namespace odin::nn::onnx
