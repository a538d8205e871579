#include <algorithm>
#include <array>
#include <cmath>
#include <complex>

#include "odin/native/samples/canvas.h"
#include "odin/native/samples/scenes.h"
#include "odin/tensor/random.h"

namespace odin::samples {
namespace {

using tensor::Random;
using tensor::Tensor;

/// A color wheel of gentle colors: `t` goes round once from 0 to 1.
Color rainbow(double t) {
  const auto wave = [&](double phase) { return 0.5 + 0.45 * std::cos(6.283185307 * (t + phase)); };
  return {wave(0), wave(0.33), wave(0.67)};
}

}  // namespace

Tensor uniform_noise() { return Random(1).uniform({3, 32, 32}); }

Tensor gaussian_noise() {
  Tensor noise = Random(2).normal({3, 32, 32});
  float* values = noise.mutable_data<float>();
  for (std::int64_t i = 0; i < noise.numel(); ++i)
    values[i] = std::clamp(0.5f + values[i], 0.0f, 1.0f);
  return noise;
}

Tensor checkerboard() {
  Canvas c(64, 64, 1);
  c.paint(c.everything(), [](Point p) {
    const bool odd = (static_cast<int>(p.x * 8) + static_cast<int>(p.y * 8)) % 2 != 0;
    return odd ? Color{0.95, 0.95, 0.95} : Color{0.05, 0.05, 0.05};
  });
  return c.picture(0);
}

Tensor text() {
  // Five columns and seven rows a letter.
  constexpr std::array<std::array<const char*, 7>, 4> kLetters = {{
      {" ### ", "#   #", "#   #", "#   #", "#   #", "#   #", " ### "},
      {"#### ", "#   #", "#   #", "#   #", "#   #", "#   #", "#### "},
      {" ### ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "},
      {"#   #", "##  #", "##  #", "# # #", "#  ##", "#  ##", "#   #"},
  }};
  Canvas c(128, 64, 4);
  c.paint(c.everything(), flat({0.98, 0.97, 0.93}));
  constexpr double kSide = 0.072;
  for (int letter = 0; letter < 4; ++letter)
    for (int row = 0; row < 7; ++row)
      for (int column = 0; column < 5; ++column) {
        if (kLetters[static_cast<std::size_t>(letter)][static_cast<std::size_t>(row)][column] !=
            '#')
          continue;
        const double x = 0.172 + kSide * (6 * letter + column), y = 0.248 + kSide * row;
        c.paint(c.polygon({{x, y}, {x + kSide, y}, {x + kSide, y + kSide}, {x, y + kSide}}),
                flat({0.10, 0.10, 0.12}));
      }
  return c.picture(0);
}

Tensor plasma() {
  Canvas c(64, 64, 2);
  c.paint(c.everything(), [](Point p) {
    const double t = std::sin(7 * p.x) + std::sin(9 * p.y + 1) + std::sin(6 * (p.x + p.y)) +
                     std::sin(14 * std::hypot(p.x - 0.3, p.y - 0.7));
    return rainbow(t / 4);
  });
  return c.picture(0);
}

Tensor mandelbrot() {
  Canvas c(256, 256, 3);
  c.paint(c.everything(), [](Point p) {
    const std::complex<double> start(-2.05 + 2.6 * p.x, -1.3 + 2.6 * p.y);
    std::complex<double> z = start;
    for (int n = 0; n < 200; ++n, z = z * z + start)
      if (std::norm(z) > 16) return rainbow(0.55 + 0.08 * (n - std::log2(std::log2(std::norm(z)))));
    return Color{0, 0, 0};
  });
  return c.picture(0);
}

}  // namespace odin::samples
