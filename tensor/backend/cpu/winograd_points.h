#pragma once

#include <array>
#include <cstdint>

namespace odin::tensor::cpu {

// The interpolation points of Winograd's algorithm are 0, infinity, +-2/3 and +-3/2. Of the points
// with small numerators that were tried these have the smallest rounding errors
// (scripts/winograd_points.py), and 2/3 times 3/2 is 1, which saves constants.
inline constexpr double kPointA = 2.0 / 3, kPointB = 3.0 / 2;

/// G, which transforms three weights. For point p, the row is (1, p, p^2) divided by the product of
/// the differences of p and the other finite points; for infinity it is (0, 0, 1).
constexpr std::array<std::array<double, 3>, 6> winograd_weight_transform() {
  constexpr double a = kPointA, b = kPointB;
  constexpr double na = 2 * a * a * (a * a - b * b), nb = 2 * b * b * (b * b - a * a);
  return {{{1, 0, 0},
           {1 / na, a / na, a * a / na},
           {1 / na, -a / na, a * a / na},
           {1 / nb, b / nb, b * b / nb},
           {1 / nb, -b / nb, b * b / nb},
           {0, 0, 1}}};
}

/// The kernels of a weight [O,C,3,3] as a convolution from `in` to `out` channels sees them: the
/// weight's own, or, for the gradient of its input, those with input and output exchanged, rotated by
/// 180 degrees.
struct Kernels3x3 {
  const float* weight;
  std::int64_t in, out;
  bool input_grad;

  /// Element (a, b) of the kernel from input c to output o.
  float operator()(std::int64_t c, std::int64_t o, std::int64_t a, std::int64_t b) const {
    return input_grad ? weight[(c * out + o) * 9 + 8 - a * 3 - b]
                      : weight[(o * in + c) * 9 + a * 3 + b];
  }
};

}  // namespace odin::tensor::cpu
