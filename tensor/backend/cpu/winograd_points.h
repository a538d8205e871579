#pragma once

#include <array>

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

}  // namespace odin::tensor::cpu
