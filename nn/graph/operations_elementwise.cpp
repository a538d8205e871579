#include <limits>

#include "odin/autograd/ops/activation.h"
#include "odin/autograd/ops/elementwise.h"
#include "odin/nn/graph/operation_families.h"

namespace odin::nn::graph {
namespace {

using tensor::Activation;

Shape same_shape(Shapes x, std::int64_t) { return x[0]; }

template <Variable (*F)(const Variable&)>
Operation unary(AttributeReader&) {
  return {.shape = same_shape, .run = [](Inputs x, std::int64_t) { return F(x[0]); }};
}

template <Variable (*F)(const Variable&, const Variable&)>
Operation binary(AttributeReader&) {
  return {.shape = [](Shapes x,
                      std::int64_t) { return tensor::broadcast_shapes("operands", x[0], x[1]); },
          .run = [](Inputs x, std::int64_t) { return F(x[0], x[1]); }};
}

Variable reciprocal(const Variable& x) {
  return autograd::div(Variable(tensor::Tensor::full({}, 1, x.dtype(), x.value().device())), x);
}

Operation activated(const Activation& f) {
  const bool relu = f.kind == tensor::ActivationKind::relu;
  return {.shape = same_shape,
          .run = [f, relu](Inputs x,
                           std::int64_t) {
            return relu ? autograd::relu(x[0]) : autograd::activation(x[0], f);
          },
          .activation = f};
}

Operation relu(AttributeReader&) { return activated(Activation::relu()); }
Operation sigmoid(AttributeReader&) { return activated(Activation::sigmoid()); }
Operation silu(AttributeReader&) { return activated(Activation::silu()); }
Operation hard_swish(AttributeReader&) { return activated(Activation::hard_swish()); }
Operation softplus(AttributeReader&) { return activated(Activation::softplus()); }
Operation leaky_relu(AttributeReader& a) {
  return activated(Activation::leaky_relu(a.number("slope")));
}
Operation elu(AttributeReader& a) { return activated(Activation::elu(a.number("alpha"))); }
Operation gelu(AttributeReader& a) { return activated(Activation::gelu(a.flag("tanh", false))); }
Operation hard_sigmoid(AttributeReader& a) {
  const double alpha = a.number("alpha");
  return activated(Activation::hard_sigmoid(alpha, a.number("beta")));
}

/// A bound that is missing is infinite.
Operation clip(AttributeReader& a) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  const double least = a.optional_number("min").value_or(-kInfinite);
  return activated(Activation::clip(least, a.optional_number("max").value_or(kInfinite)));
}

/// [x, slope]: x, or slope x where x < 0. The slope broadcasts to x.
Operation prelu(AttributeReader&) {
  return {.shape =
              [](Shapes x, std::int64_t) {
                require(tensor::broadcast_shapes("x and slope", x[0], x[1]) == x[0],
                        "expected a slope that broadcasts to ", x[0], ", got ", x[1]);
                return x[0];
              },
          .run = [](Inputs x, std::int64_t) { return autograd::prelu(x[0], x[1]); }};
}

/// [condition, a, b]: a where the condition is not 0, else b.
Operation where(AttributeReader&) {
  return {.shape =
              [](Shapes x, std::int64_t) {
                return tensor::broadcast_shapes(
                    "operands", tensor::broadcast_shapes("operands", x[0], x[1]), x[2]);
              },
          .run = [](Inputs x, std::int64_t) { return autograd::where(x[0], x[1], x[2]); }};
}

}  // namespace

std::span<const OperationEntry> elementwise_operations() {
  static constexpr OperationEntry kEntries[] = {
      {"relu", 1, 1, relu},
      {"sigmoid", 1, 1, sigmoid},
      {"tanh", 1, 1, unary<autograd::tanh>},
      {"silu", 1, 1, silu},
      {"hard_swish", 1, 1, hard_swish},
      {"softplus", 1, 1, softplus},
      {"exp", 1, 1, unary<autograd::exp>},
      {"log", 1, 1, unary<autograd::log>},
      {"sqrt", 1, 1, unary<autograd::sqrt>},
      {"abs", 1, 1, unary<autograd::abs>},
      {"neg", 1, 1, unary<autograd::neg>},
      {"erf", 1, 1, unary<autograd::erf>},
      {"sin", 1, 1, unary<autograd::sin>},
      {"cos", 1, 1, unary<autograd::cos>},
      {"floor", 1, 1, unary<autograd::floor>},
      {"ceil", 1, 1, unary<autograd::ceil>},
      {"round", 1, 1, unary<autograd::round>},
      {"sign", 1, 1, unary<autograd::sign>},
      {"reciprocal", 1, 1, unary<reciprocal>},
      {"leaky_relu", 1, 1, leaky_relu},
      {"elu", 1, 1, elu},
      {"gelu", 1, 1, gelu},
      {"hard_sigmoid", 1, 1, hard_sigmoid},
      {"clip", 1, 1, clip},
      {"prelu", 2, 2, prelu},
      {"add", 2, 2, binary<autograd::add>},
      {"sub", 2, 2, binary<autograd::sub>},
      {"mul", 2, 2, binary<autograd::mul>},
      {"div", 2, 2, binary<autograd::div>},
      {"pow", 2, 2, binary<autograd::pow>},
      {"maximum", 2, 2, binary<autograd::maximum>},
      {"minimum", 2, 2, binary<autograd::minimum>},
      {"less", 2, 2, binary<autograd::less>},
      {"less_equal", 2, 2, binary<autograd::less_equal>},
      {"equal", 2, 2, binary<autograd::equal>},
      {"where", 3, 3, where},
  };
  return kEntries;
}

}  // namespace odin::nn::graph
