#pragma once

#include <cstdint>

#include "odin/tensor/random.h"

namespace odin::nn {

using tensor::Tensor;

class Module;

/// What a parameter starts with. A module says it of each of its parameters when it registers them.
class Initial {
 public:
  /// The value that the parameter was created with.
  static Initial kept() { return {Kind::kept, 0}; }
  static Initial constant(double value) { return {Kind::constant, value}; }
  /// A normal distribution with mean 0.
  static Initial normal(double deviation) { return {Kind::normal, deviation}; }
  /// Uniform in [-bound, bound).
  static Initial uniform(double bound) { return {Kind::uniform, bound}; }
  /// For the weight [O,C,KH,KW] of a convolution: normal with variance 2 / (O KH KW) (He et al.
  /// 2015, arXiv:1502.01852, by the outputs, as the published networks use it).
  static Initial he_normal(const tensor::Shape& weight);
  /// For the weight [out,in] and the bias of a linear layer: uniform in +-1 / sqrt(in).
  static Initial by_inputs(std::int64_t in);

  /// Overwrites the parameter's elements.
  void fill(Tensor parameter, const tensor::Random& random) const;

 private:
  enum class Kind { kept, constant, normal, uniform };
  Initial(Kind kind, double number) : kind_(kind), number_(number) {}

  Kind kind_;
  double number_;
};

/// Fills every parameter and buffer of a module as the layers say (Initial): weights of
/// convolutions and linear layers with random numbers, batch-norm scales with 1, shifts with 0,
/// running means with 0 and variances with 1. The same seed gives the same network.
void initialize(Module& module, std::uint64_t seed);

}  // namespace odin::nn
