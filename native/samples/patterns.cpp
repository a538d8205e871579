#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <string_view>

#include "odin/native/samples/canvas.h"
#include "odin/native/samples/paints.h"
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
  auto values_elements = noise.write<float>();
  float* values = values_elements.data();
  for (std::int64_t i = 0; i < noise.numel(); ++i)
    values[i] = std::clamp(0.5f + values[i], 0.0f, 1.0f);
  return noise;
}

Tensor checkerboard() {
  Canvas c(128, 128, 4);
  c.paint(c.everything(), [](Point p) {
    const double along = 14 * p.x + 8 * p.y, across = 14 * p.y - 8 * p.x;  // turned by 30 degrees
    const auto field = std::lround(std::floor(along)) + std::lround(std::floor(across));
    return field % 2 != 0 ? Color{0.95, 0.95, 0.95} : Color{0.05, 0.05, 0.05};
  });
  return c.picture(0);
}

Tensor color_bars() {
  Canvas c(128, 96, 1);
  const double bars = 8 / c.right();
  c.paint(c.everything(), [=](Point p) { return rainbow(std::floor(p.x * bars) / 7); });
  return c.picture(0);
}

Tensor gradient() {
  Canvas c(64, 64, 1);
  c.paint(c.everything(), [](Point p) { return Color{p.x, p.y, 1 - p.x}; });
  return c.picture(0);
}

Tensor text() {
  // Four letters of five columns and seven rows each.
  constexpr std::array<std::string_view, 7> kRows = {" ###  ####   ###  #   #",  //
                                                     "#   # #   #   #   ##  #",  //
                                                     "#   # #   #   #   ##  #",  //
                                                     "#   # #   #   #   # # #",  //
                                                     "#   # #   #   #   #  ##",  //
                                                     "#   # #   #   #   #  ##",  //
                                                     " ###  ####   ###  #   #"};
  Canvas c(128, 96, 4);
  c.paint(c.everything(), flat({0.05, 0.10, 0.05}));
  constexpr double kSide = 5 / 96.0;
  const double left = (c.right() - 23 * kSide) / 2, top = (1 - 7 * kSide) / 2;
  for (std::size_t row = 0; row < kRows.size(); ++row) {
    for (std::size_t column = 0; column < kRows[row].size(); ++column) {
      if (kRows[row][column] == ' ') continue;
      const double x = left + kSide * static_cast<double>(column);
      const double y = top + kSide * static_cast<double>(row);
      c.paint(c.polygon({{x, y}, {x + kSide, y}, {x + kSide, y + kSide}, {x, y + kSide}}),
              flat({0.20, 0.95, 0.30}));
    }
  }
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
