#include "odin/nn/onnx/builder.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "odin/autograd/recording.h"
#include "odin/nn/io/quote.h"

namespace odin::nn::onnx {
namespace {

using autograd::Variable;
using tensor::DType;
using tensor::Tensor;

bool depends_on_batch(const Attributes& attributes) {
  for (const auto& [name, attribute] : attributes)
    if (const auto* list = std::get_if<std::vector<Extent>>(&attribute))
      for (const Extent& extent : *list)
        if (extent.times_batch) return true;
  return false;
}

std::vector<Extent> as_extents(const std::vector<std::int64_t>& values) {
  std::vector<Extent> out;
  for (const std::int64_t value : values) out.push_back({value});
  return out;
}

/// Products of constants beyond those of any real model, would be a way to
/// keep the program busy.
void check_cost(const graph::Operation& operation, const std::vector<Shape>& inputs) {
  constexpr std::int64_t kMost = 10'000'000'000;
  require(!operation.multiply_adds || operation.multiply_adds(inputs) <= kMost,
          "a product of constants is too large to be computed");
}

/// The value of all elements, if it is the same for all.
std::optional<float> common_element(const std::array<Tensor, 2>& tensors) {
  std::optional<float> first;
  for (const Tensor& tensor : tensors)
    for (const float value : tensor.to(DType::f32).to_vector<float>()) {
      if (first && *first != value) return std::nullopt;
      first = value;
    }
  return first;
}

}  // namespace

Value known_value(const Tensor& values, bool integer, const std::string& name) {
  return {integer, {values, values}, name, {values.shape(), values.shape()}};
}

Value known_value(const std::array<Tensor, 2>& values, bool integer) {
  // Sizes that happen to be worked out from the batch's shape need not depend on it.
  constexpr std::int64_t kMostCompared = 1 << 16;
  const auto& [a, b] = values;
  if (a.shape() == b.shape() && a.numel() <= kMostCompared &&
      a.to(DType::f64).to_vector<double>() == b.to(DType::f64).to_vector<double>())
    return known_value(a, integer);
  return {integer, values, {}, {a.shape(), b.shape()}};
}

Value scalar(double value) { return known_value(Tensor::scalar(value), false); }

Value known_list(const std::vector<std::int64_t>& values) {
  const std::vector<double> numbers(values.begin(), values.end());
  return known_value(Tensor::from(numbers, {std::ssize(numbers)}), true);
}

std::int64_t to_integer(double value) {
  constexpr double kBeyond = 0x1p63;
  if (value >= kBeyond) return std::numeric_limits<std::int64_t>::max();
  if (!(value >= -kBeyond)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

std::vector<std::int64_t> to_integers(const Tensor& values) {
  std::vector<std::int64_t> out;
  for (const double value : values.to(DType::f64).to_vector<double>())
    out.push_back(to_integer(value));
  return out;
}

std::optional<Extent> to_extent(std::int64_t at2, std::int64_t at3) {
  if (at2 == at3) return Extent{at2};
  if (at2 > 0 && at2 % 2 == 0 && at3 % 3 == 0 && at2 / 2 == at3 / 3) return Extent{at2 / 2, true};
  return std::nullopt;
}

std::vector<Extent> to_extents(const std::array<Shape, 2>& shape) {
  require(shape[0].rank() == shape[1].rank(), "the number of dimensions depends on the batch");
  std::vector<Extent> extents;
  for (int i = 0; i < shape[0].rank(); ++i) {
    const auto extent = to_extent(shape[0][i], shape[1][i]);
    require(extent.has_value(), "size ", i, " is ", shape[0][i], " for two images and ",
            shape[1][i], " for three: expected a fixed size or a multiple of their number");
    extents.push_back(*extent);
  }
  return extents;
}

Value Builder::input(const std::string& name, const std::array<Shape, 2>& shape) {
  graph.input = unused_name(name);
  return {.name = graph.input, .shape = shape};
}

void Builder::spend(std::int64_t elements) {
  require(elements <= budget_, "its constants are too large: ", elements, " elements at once");
  budget_ -= elements;
}

Value Builder::emit(const std::string& op, const std::vector<Value>& inputs,
                    Attributes attributes) {
  graph::Node node{.op = op,
                   .inputs = std::vector<std::string>(inputs.size(), "?"),
                   .output = {},
                   .attributes = std::move(attributes)};
  const graph::Operation operation = make_operation(node);
  const auto all = [&](auto test) { return std::all_of(inputs.begin(), inputs.end(), test); };
  const bool integers = all([](const Value& v) { return v.integer; });
  // A constant that grows with the batch is a tensor only where it is about sizes.
  if (all([](const Value& v) { return v.is_known(); }) &&
      (integers ||
       (all([](const Value& v) { return v.is_fixed(); }) && !depends_on_batch(node.attributes))))
    return compute(operation, inputs);
  return append(std::move(node), operation, inputs);
}

Value Builder::compute(const graph::Operation& operation, const std::vector<Value>& inputs) {
  const autograd::NoGradScope values_only;
  const bool integers =
      std::all_of(inputs.begin(), inputs.end(), [](const Value& v) { return v.integer; });
  std::array<Tensor, 2> results;
  for (std::size_t b = 0; b < 2; ++b) {
    if (b == 1 && results[0].defined() &&
        std::all_of(inputs.begin(), inputs.end(), [](const Value& v) { return v.is_fixed(); })) {
      std::vector<Shape> shapes;
      for (const Value& input : inputs) shapes.push_back(input.shape[b]);
      if (operation.shape(shapes, kBatches[b]) == results[0].shape()) {
        results[1] = results[0];
        break;
      }
    }
    std::vector<Variable> variables;
    std::vector<Shape> shapes;
    for (const Value& input : inputs) {
      variables.emplace_back(input.known[b].to(integers ? DType::f64 : DType::f32));
      shapes.push_back(input.shape[b]);
    }
    spend(numel(operation.shape(shapes, kBatches[b])));
    check_cost(operation, shapes);
    results[b] = operation.run(variables, kBatches[b]).value().contiguous();
  }
  return known_value(results, integers);
}

Value Builder::append(graph::Node node, const graph::Operation& operation,
                      const std::vector<Value>& inputs) {
  require(graph.nodes.size() < graph::kMostNodes, "the network has more than ", graph::kMostNodes,
          " operations");
  Value result;
  for (std::size_t b = 0; b < 2; ++b) {
    std::vector<Shape> shapes;
    for (const Value& input : inputs) shapes.push_back(input.shape[b]);
    result.shape[b] = operation.shape(shapes, kBatches[b]);
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) node.inputs[i] = operand(inputs[i]);
  node.output = result.name = unused_name(label_);
  graph.nodes.push_back(std::move(node));
  return result;
}

std::string Builder::operand(const Value& value) {
  if (!value.is_known()) return value.name;
  if (!value.is_fixed()) {
    const auto element = common_element(value.known);
    require(element.has_value(), "a constant depends on the number of images");
    return operand(expand(scalar(*element), value.shape));
  }
  const void* key = value.known[0].raw();
  if (const auto found = registered_.find(key); found != registered_.end())
    if (found->second.values.shape() == value.shape[0]) return found->second.name;
  const std::string name = unused_name(value.name.empty() ? label_ + ".constant" : value.name);
  registered_[key] = {value.known[0], name};
  tensors[name] = value.known[0].to(DType::f32);
  return name;
}

std::string Builder::unused_name(const std::string& wish) {
  const std::string base = wish.empty() ? "value" : printable(wish);
  std::string name = base;
  for (int i = 2; !names_.insert(name).second; ++i) name = base + "_" + std::to_string(i);
  return name;
}

Value Builder::reshape(const Value& x, const std::array<Shape, 2>& shape) {
  if (x.shape == shape) return x;
  if (!x.is_known()) return emit("reshape", {x}, {{"shape", to_extents(shape)}});
  for (std::size_t b = 0; b < 2; ++b)
    require(numel(shape[b]) == numel(x.shape[b]), x.shape[b], " cannot be reshaped to ", shape[b]);
  const Tensor first = x.known[0].reshape(shape[0]);
  Value result = x.is_fixed() && shape[0] == shape[1]
                     ? known_value(first, x.integer)
                     : known_value({first, x.known[1].reshape(shape[1])}, x.integer);
  return result;
}

Value Builder::expand(const Value& x, const std::array<Shape, 2>& shape) {
  if (x.shape == shape) return x;
  return emit("expand", {x}, {{"shape", to_extents(shape)}});
}

Value Builder::slice(const Value& x, int dim, std::int64_t first, std::int64_t last,
                     std::int64_t step) {
  if (x.is_known() && first >= last) {
    std::array<Tensor, 2> parts;
    for (std::size_t b = 0; b < 2; ++b) parts[b] = x.known[b].slice(dim, 0, 0);
    return known_value(parts, x.integer);
  }
  return emit("slice", {x},
              {{"dim", std::int64_t{dim}}, {"first", first}, {"last", last}, {"step", step}});
}

Value Builder::gather(const Value& x, int dim, const std::vector<std::int64_t>& positions) {
  require(!positions.empty(), "it gathers nothing");
  const auto step_at = [&](std::size_t i) { return positions[i + 1] - positions[i]; };
  bool is_range = positions.size() == 1 || step_at(0) > 0;
  for (std::size_t i = 1; is_range && i + 1 < positions.size(); ++i)
    is_range = step_at(i) == step_at(0);
  if (is_range)
    return slice(x, dim, positions.front(), positions.back() + 1,
                 positions.size() > 1 ? step_at(0) : 1);
  return emit("gather", {x}, {{"dim", std::int64_t{dim}}, {"indices", as_extents(positions)}});
}

Value Builder::transpose(const Value& x, const std::vector<std::int64_t>& order) {
  if (std::is_sorted(order.begin(), order.end()) && std::ssize(order) == x.rank()) return x;
  return emit("transpose", {x}, {{"order", as_extents(order)}});
}

}  // namespace odin::nn::onnx
