#include <cmath>

#include "odin/nn/onnx/call.h"

namespace odin::nn::onnx {
namespace {

using tensor::DType;
using tensor::Tensor;

/// f of every element of a known value.
template <class F>
Value map_known(const Value& x, bool integer, F&& f) {
  std::array<Tensor, 2> results;
  for (std::size_t b = 0; b < 2; ++b) {
    std::vector<double> values = x.known[b].to(DType::f64).to_vector<double>();
    for (double& value : values) value = f(value);
    results[b] = Tensor::from(values, x.shape[b]).to(integer ? DType::f64 : DType::f32);
  }
  if (x.is_fixed()) results[1] = results[0];
  return known_value(results, integer);
}

Value as_floats(const Value& x) {
  return x.is_known() ? map_known(x, false, [](double value) { return value; }) : x;
}

template <const char* const& Op>
std::vector<Value> unary(Call& c) {
  return {c.emit(Op, {c.in(0)})};
}

template <const char* const& Op>
std::vector<Value> binary(Call& c) {
  return {c.emit(Op, {c.in(0), c.in(1)})};
}

/// Truth values are integers, 1 and 0.
Value truth(Value x) {
  if (x.is_known()) return map_known(x, true, [](double value) { return value; });
  x.integer = true;
  return x;
}

template <const char* const& Op>
std::vector<Value> comparison(Call& c) {
  return {truth(c.emit(Op, {c.in(0), c.in(1)}))};
}

/// a > b is b < a.
template <const char* const& Op>
std::vector<Value> swapped_comparison(Call& c) {
  return {truth(c.emit(Op, {c.in(1), c.in(0)}))};
}

/// Operators of any number of inputs.
template <const char* const& Op>
std::vector<Value> folded(Call& c) {
  const std::vector<Value> inputs = c.all_inputs();
  Value result = inputs.front();
  for (std::size_t i = 1; i < inputs.size(); ++i) result = c.emit(Op, {result, inputs[i]});
  return {result};
}

constexpr const char* kRelu = "relu";
constexpr const char* kSigmoid = "sigmoid";
constexpr const char* kTanh = "tanh";
constexpr const char* kExp = "exp";
constexpr const char* kLog = "log";
constexpr const char* kSqrt = "sqrt";
constexpr const char* kAbs = "abs";
constexpr const char* kNeg = "neg";
constexpr const char* kReciprocal = "reciprocal";
constexpr const char* kErf = "erf";
constexpr const char* kSin = "sin";
constexpr const char* kCos = "cos";
constexpr const char* kFloor = "floor";
constexpr const char* kCeil = "ceil";
constexpr const char* kRound = "round";
constexpr const char* kSign = "sign";
constexpr const char* kSoftplus = "softplus";
constexpr const char* kHardSwish = "hard_swish";
constexpr const char* kAdd = "add";
constexpr const char* kSub = "sub";
constexpr const char* kMul = "mul";
constexpr const char* kPow = "pow";
constexpr const char* kMaximum = "maximum";
constexpr const char* kMinimum = "minimum";
constexpr const char* kLess = "less";
constexpr const char* kLessEqual = "less_equal";
constexpr const char* kEqual = "equal";

std::vector<Value> div(Call& c) {
  const Value quotient = c.emit("div", {c.in(0), c.in(1)});
  if (quotient.is_known() && quotient.integer)
    return {map_known(quotient, true, [](double value) { return std::trunc(value); })};
  return {quotient};
}

/// a - floor(a / b) b, and with fmod the sign of a.
std::vector<Value> mod(Call& c) {
  const Value &a = c.in(0), &b = c.in(1);
  const Value quotient = c.emit("div", {a, b});
  require(quotient.is_known(), "it is supported for constants only");
  const bool truncate = c.flag("fmod", false);
  const Value whole = map_known(quotient, quotient.integer, [&](double value) {
    return truncate ? std::trunc(value) : std::floor(value);
  });
  return {c.emit("sub", {a, c.emit("mul", {whole, b})})};
}

std::vector<Value> mean_of_inputs(Call& c) {
  const Value sum = folded<kAdd>(c).front();
  return {c.emit("mul", {sum, scalar(1.0 / static_cast<double>(c.input_count()))})};
}

std::vector<Value> leaky_relu(Call& c) {
  return {c.emit("leaky_relu", {c.in(0)}, {{"slope", c.number("alpha", 0.01)}})};
}

std::vector<Value> elu(Call& c) {
  return {c.emit("elu", {c.in(0)}, {{"alpha", c.number("alpha", 1)}})};
}

std::vector<Value> selu(Call& c) {
  const double alpha = c.number("alpha", 1.67326319217681884765625);
  const double gamma = c.number("gamma", 1.05070102214813232421875);
  return {c.emit("mul", {c.emit("elu", {c.in(0)}, {{"alpha", alpha}}), scalar(gamma)})};
}

std::vector<Value> celu(Call& c) {
  const double alpha = c.number("alpha", 1);
  const Value scaled = c.emit("elu", {c.emit("div", {c.in(0), scalar(alpha)})}, {{"alpha", 1.0}});
  return {c.emit("mul", {scaled, scalar(alpha)})};
}

std::vector<Value> thresholded_relu(Call& c) {
  const Value above = c.emit("less", {scalar(c.number("alpha", 1)), c.in(0)});
  return {c.emit("mul", {c.in(0), above})};
}

std::vector<Value> softsign(Call& c) {
  return {c.emit("div", {c.in(0), c.emit("add", {c.emit("abs", {c.in(0)}), scalar(1)})})};
}

std::vector<Value> mish(Call& c) {
  return {c.emit("mul", {c.in(0), c.emit("tanh", {c.emit("softplus", {c.in(0)})})})};
}

std::vector<Value> hard_sigmoid(Call& c) {
  return {c.emit("hard_sigmoid", {c.in(0)},
                 {{"alpha", c.number("alpha", 0.2)}, {"beta", c.number("beta", 0.5)}})};
}

std::vector<Value> gelu(Call& c) {
  const std::string kind = c.text("approximate", "none");
  require(kind == "none" || kind == "tanh", "attribute 'approximate' is '", kind, "'");
  return {c.emit("gelu", {c.in(0)}, {{"tanh", kind == "tanh"}})};
}

/// Bounds are attributes up to version 10, inputs from 11 on.
std::vector<Value> clip(Call& c) {
  Attributes bounds;
  const auto bound = [&](const char* name, std::size_t input) {
    double value;
    if (c.opset() < 11 && c.attribute(name))
      value = c.number(name);
    else if (c.has(input))
      value = c.number_in(input);
    else
      return;
    if (std::abs(value) < 3.4e38) bounds[name] = value;
  };
  bound("min", 1);
  bound("max", 2);
  return {bounds.empty() ? c.in(0) : c.emit("clip", {c.in(0)}, bounds)};
}

std::vector<Value> prelu(Call& c) { return {c.emit("prelu", {c.in(0), c.in(1)})}; }

std::vector<Value> logical_not(Call& c) { return {truth(c.emit("sub", {scalar(1), c.in(0)}))}; }

std::vector<Value> logical_xor(Call& c) {
  return {truth(c.emit("abs", {c.emit("sub", {c.in(0), c.in(1)})}))};
}

std::vector<Value> where(Call& c) {
  const Value &condition = c.in(0), &a = c.in(1), &b = c.in(2);
  const bool integers = a.integer && b.integer;
  Value result = c.emit("where", {condition, a, b});
  if (result.is_known() && result.integer != integers)
    return {map_known(result, integers, [](double v) { return v; })};
  return {result};
}

bool is_float_type(std::int64_t type) {
  const auto t = static_cast<ElementType>(type);
  return t == ElementType::f32 || t == ElementType::f64 || t == ElementType::f16 ||
         t == ElementType::bf16;
}

std::vector<Value> cast_to(Call& c, std::int64_t type) {
  const Value& x = c.in(0);
  if (is_float_type(type)) return {x.integer ? as_floats(x) : x};
  const bool to_boolean = static_cast<ElementType>(type) == ElementType::boolean;
  if (x.is_known())
    return {map_known(x, true, [to_boolean](double value) {
      return to_boolean ? static_cast<double>(value != 0) : std::trunc(value);
    })};
  if (x.integer) return {x};
  require(to_boolean, "it makes integers of values that depend on the image, which have no ",
          "gradient");
  return {truth(c.emit("sub", {scalar(1), c.emit("equal", {x, scalar(0)})}))};
}

std::vector<Value> cast(Call& c) { return cast_to(c, c.integer("to")); }

std::vector<Value> cast_like(Call& c) {
  return c.in(1).integer ? cast_to(c, static_cast<std::int64_t>(ElementType::i64))
                         : cast_to(c, static_cast<std::int64_t>(ElementType::f32));
}

std::vector<Value> identity(Call& c) { return {c.in(0)}; }

std::vector<Value> dropout(Call& c) {
  if (c.has(2))
    require(c.number_in(2) == 0, "it is in training mode: export the model in evaluation mode");
  return {c.in(0)};
}

}  // namespace

void add_elementwise(LoweringTable& table) {
  table.insert({
      {"Relu", unary<kRelu>},
      {"Sigmoid", unary<kSigmoid>},
      {"Tanh", unary<kTanh>},
      {"Exp", unary<kExp>},
      {"Log", unary<kLog>},
      {"Sqrt", unary<kSqrt>},
      {"Abs", unary<kAbs>},
      {"Neg", unary<kNeg>},
      {"Reciprocal", unary<kReciprocal>},
      {"Erf", unary<kErf>},
      {"Sin", unary<kSin>},
      {"Cos", unary<kCos>},
      {"Floor", unary<kFloor>},
      {"Ceil", unary<kCeil>},
      {"Round", unary<kRound>},
      {"Sign", unary<kSign>},
      {"Softplus", unary<kSoftplus>},
      {"HardSwish", unary<kHardSwish>},
      {"Add", binary<kAdd>},
      {"Sub", binary<kSub>},
      {"Mul", binary<kMul>},
      {"Div", div},
      {"Pow", binary<kPow>},
      {"Mod", mod},
      {"And", comparison<kMul>},
      {"Or", comparison<kMaximum>},
      {"Xor", logical_xor},
      {"Not", logical_not},
      {"Less", comparison<kLess>},
      {"LessOrEqual", comparison<kLessEqual>},
      {"Greater", swapped_comparison<kLess>},
      {"GreaterOrEqual", swapped_comparison<kLessEqual>},
      {"Equal", comparison<kEqual>},
      {"Where", where},
      {"Sum", folded<kAdd>},
      {"Max", folded<kMaximum>},
      {"Min", folded<kMinimum>},
      {"Mean", mean_of_inputs},
      {"LeakyRelu", leaky_relu},
      {"Elu", elu},
      {"Selu", selu},
      {"Celu", celu},
      {"ThresholdedRelu", thresholded_relu},
      {"Softsign", softsign},
      {"Mish", mish},
      {"HardSigmoid", hard_sigmoid},
      {"Gelu", gelu},
      {"Clip", clip},
      {"PRelu", prelu},
      {"Cast", cast},
      {"CastLike", cast_like},
      {"Identity", identity},
      {"Dropout", dropout},
  });
}

}  // namespace odin::nn::onnx
