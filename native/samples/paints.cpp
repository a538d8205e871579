#include "odin/native/samples/paints.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace odin::samples {

Paint flat(Color color) {
  return [=](Point) { return color; };
}

Paint vertical(Color top, double y0, Color bottom, double y1) {
  return [=](Point p) { return mix(top, bottom, std::clamp((p.y - y0) / (y1 - y0), 0.0, 1.0)); };
}

Paint textured(Paint base, double strength, double width, double height, std::uint32_t seed) {
  return [=](Point p) {
    const double n = fractal_noise({p.x / width, p.y / height}, seed);
    return base(p) * (1 + strength * (2 * n - 1));
  };
}

double noise(Point p, std::uint32_t seed) {
  const double cell_x = std::floor(p.x), cell_y = std::floor(p.y);
  const auto corner = [&](int dx, int dy) {
    const auto x = static_cast<std::uint32_t>(static_cast<std::int64_t>(cell_x) + dx);
    const auto y = static_cast<std::uint32_t>(static_cast<std::int64_t>(cell_y) + dy);
    return random_at(x * 7919u + y * 104729u, seed);
  };
  const auto ease = [](double t) { return t * t * (3 - 2 * t); };
  const double tx = ease(p.x - cell_x), ty = ease(p.y - cell_y);
  return std::lerp(std::lerp(corner(0, 0), corner(1, 0), tx),
                   std::lerp(corner(0, 1), corner(1, 1), tx), ty);
}

double fractal_noise(Point p, std::uint32_t seed, int octaves) {
  double sum = 0, weight = 0;
  for (int k = 0; k < octaves; ++k) {
    const double amplitude = std::ldexp(1.0, -k), frequency = std::ldexp(1.0, k);
    sum +=
        amplitude * noise({p.x * frequency, p.y * frequency}, seed + static_cast<std::uint32_t>(k));
    weight += amplitude;
  }
  return sum / weight;
}

Paint fur(Paint base, double strength, double degrees, double length, std::uint32_t seed) {
  const double angle = degrees * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  return [=](Point p) {
    const double along = (p.x * c + p.y * s) / length, across = (p.y * c - p.x * s) / length * 5;
    return base(p) * (1 + strength * (2 * fractal_noise({along, across}, seed, 3) - 1));
  };
}

Paint sky(Color top, Color horizon, double horizon_y, double cover, std::uint32_t seed) {
  const Paint clear = vertical(top, 0, horizon, horizon_y);
  return [=](Point p) {
    const double cloud = fractal_noise({p.x * 2.5, p.y * 5}, seed, 6);
    return mix(clear(p), {0.96, 0.97, 0.98}, std::clamp((cloud - 1 + cover) * 3, 0.0, 0.9));
  };
}

Paint foliage(Color light, Color dark, double size, std::uint32_t seed) {
  return [=](Point p) {
    const double n = fractal_noise({p.x / size, p.y / size}, seed);
    return mix(dark, light, std::clamp(1.7 * n - 0.35, 0.0, 1.0));
  };
}

Paint grass(Color light, Color dark, double top, std::uint32_t seed) {
  return [=](Point p) {
    const double near = 0.3 + (p.y - top);
    const double n = fractal_noise({(p.x - 0.6) * 22 / near, p.y * 16 / near}, seed);
    return mix(dark, light, std::clamp(1.7 * n - 0.35, 0.0, 1.0));
  };
}

Paint water(Color far, Color near, double top, std::uint32_t seed) {
  return [=](Point p) {
    const double depth = (p.y - top) / (1 - top);
    const double waves = fractal_noise({p.x * 7 / (0.3 + depth), p.y * 55 / (0.4 + depth)}, seed);
    return mix(far, near, depth) * (0.75 + 0.55 * waves);
  };
}

}  // namespace odin::samples
