#pragma once

#include <cstdint>
#include <string_view>

namespace odin::tensor {

/// A function of one number, applied to every element between the layers of a network.
enum class ActivationKind : std::uint8_t {
  identity,
  relu,          ///< max(x, 0)
  leaky_relu,    ///< x, or a x where x < 0
  clip,          ///< min(max(x, a), b); ReLU6 is clip(0, 6)
  sigmoid,       ///< 1 / (1 + exp(-x))
  silu,          ///< x sigmoid(x)
  gelu,          ///< x (1 + erf(x / sqrt 2)) / 2
  gelu_tanh,     ///< x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
  hard_sigmoid,  ///< min(max(a x + b, 0), 1)
  hard_swish,    ///< x min(max(x / 6 + 1/2, 0), 1)
  softplus,      ///< log(1 + exp(x))
  elu,           ///< x, or a (exp(x) - 1) where x < 0
};

/// An activation with its parameters. NaN stays NaN. Derivatives at kinks: those of relu,
/// leaky_relu and elu at 0 are those of the negative side, those of clip and hard_sigmoid at their
/// bounds are 0, as in PyTorch (ReLU6, for clip).
struct Activation {
  ActivationKind kind = ActivationKind::identity;
  double a = 0, b = 0;

  bool defined() const { return kind != ActivationKind::identity; }
  /// Whether the derivative can be computed from the result alone: relu, leaky_relu with a > 0, and
  /// clip.
  bool derivative_from_result() const {
    return kind == ActivationKind::identity || kind == ActivationKind::relu ||
           kind == ActivationKind::clip || (kind == ActivationKind::leaky_relu && a > 0);
  }

  static Activation relu() { return {ActivationKind::relu}; }
  static Activation leaky_relu(double slope) { return {ActivationKind::leaky_relu, slope}; }
  static Activation clip(double least, double most) { return {ActivationKind::clip, least, most}; }
  static Activation sigmoid() { return {ActivationKind::sigmoid}; }
  static Activation silu() { return {ActivationKind::silu}; }
  /// With `tanh`, its approximation by tanh.
  static Activation gelu(bool tanh = false) {
    return {tanh ? ActivationKind::gelu_tanh : ActivationKind::gelu};
  }
  static Activation hard_sigmoid(double slope = 1.0 / 6, double offset = 0.5) {
    return {ActivationKind::hard_sigmoid, slope, offset};
  }
  static Activation hard_swish() { return {ActivationKind::hard_swish}; }
  static Activation softplus() { return {ActivationKind::softplus}; }
  static Activation elu(double factor = 1) { return {ActivationKind::elu, factor}; }
};

/// "relu", "gelu_tanh"
std::string_view name_of(ActivationKind kind);

}  // namespace odin::tensor
