#include <algorithm>
#include <cmath>

#include "odin/native/samples/canvas.h"
#include "odin/native/samples/scenes.h"

namespace odin::samples {
namespace {

/// A sky that grows paler towards the horizon, with clouds of the given cover.
Paint sky(Color top, Color horizon, double horizon_y, double cover, std::uint32_t seed) {
  const Paint clear = vertical(top, 0, horizon, horizon_y);
  return [=](Point p) {
    const double cloud = fractal_noise({p.x * 2.5, p.y * 5}, seed, 6);
    return mix(clear(p), {0.96, 0.97, 0.98}, std::clamp((cloud - 1 + cover) * 3, 0.0, 0.9));
  };
}

/// Trees too far away to be sharp.
Paint foliage(Color light, Color dark, double size, std::uint32_t seed) {
  return [=](Point p) {
    const double n = fractal_noise({p.x / size, p.y / size}, seed, 5);
    return mix(dark, light, std::clamp(1.8 * n - 0.4, 0.0, 1.0));
  };
}

void wheel(Canvas& c, Point center, double radius) {
  c.paint(c.ellipse(center, radius, radius), flat({0.06, 0.06, 0.07}));
  c.paint_round(c.ellipse(center, radius * 0.58, radius * 0.58), flat({0.62, 0.63, 0.66}), radius);
  c.paint(c.ellipse(center, radius * 0.2, radius * 0.2), flat({0.2, 0.2, 0.22}));
}

/// What a thing of the given width keeps the light from, on the ground below it.
void shadow(Canvas& c, Point center, double half_width, double half_height, double darkness) {
  const double blur = half_height;
  c.paint(c.blurred(c.ellipse(center, half_width, half_height), blur), flat({0.05, 0.05, 0.06}),
          darkness);
}

}  // namespace

tensor::Tensor airplane() {
  Canvas c(32, 32, 16);
  c.paint(c.everything(), sky({0.28, 0.50, 0.80}, {0.66, 0.80, 0.93}, 1, 0.42, 11));
  const Color white{0.93, 0.94, 0.96};
  // The far wing and stabiliser, then the body, then what is nearer.
  c.paint(c.polygon({{0.50, 0.47}, {0.66, 0.30}, {0.71, 0.30}, {0.62, 0.47}}),
          flat({0.60, 0.64, 0.70}));
  c.paint(c.polygon({{0.82, 0.42}, {0.90, 0.36}, {0.94, 0.36}, {0.90, 0.43}}),
          flat({0.60, 0.64, 0.70}));
  c.paint_round(c.polygon({{0.76, 0.42}, {0.88, 0.20}, {0.95, 0.20}, {0.92, 0.43}}),
                flat({0.20, 0.30, 0.62}), 0.03);
  const auto body = c.blob({{0.05, 0.525},
                            {0.10, 0.47},
                            {0.20, 0.44},
                            {0.50, 0.42},
                            {0.80, 0.40},
                            {0.95, 0.40},
                            {0.95, 0.43},
                            {0.80, 0.49},
                            {0.55, 0.55},
                            {0.20, 0.58},
                            {0.09, 0.565}});
  c.paint_round(body, flat(white), 0.06, 1.2);
  for (int i = 0; i < 14; ++i)
    c.paint(c.ellipse({0.20 + 0.042 * i, 0.492 - 0.0035 * i}, 0.009, 0.012),
            flat({0.22, 0.27, 0.36}));
  c.paint(c.polygon({{0.085, 0.49}, {0.125, 0.475}, {0.125, 0.495}, {0.08, 0.51}}),
          flat({0.15, 0.18, 0.25}));
  c.paint_round(c.polygon({{0.40, 0.545}, {0.58, 0.535}, {0.82, 0.74}, {0.76, 0.75}}),
                flat({0.70, 0.73, 0.78}), 0.03);
  c.paint_round(
      c.blob({{0.42, 0.63}, {0.45, 0.60}, {0.54, 0.60}, {0.56, 0.63}, {0.53, 0.67}, {0.44, 0.67}}),
      flat({0.80, 0.82, 0.86}), 0.03);
  c.paint(c.ellipse({0.425, 0.635}, 0.012, 0.032), flat({0.15, 0.17, 0.2}));
  c.paint_round(c.polygon({{0.80, 0.45}, {0.88, 0.44}, {0.98, 0.53}, {0.93, 0.53}}),
                flat({0.70, 0.73, 0.78}), 0.02);
  c.blur(0.008);
  return c.picture(0.01);
}

tensor::Tensor automobile() {
  Canvas c(128, 96, 6);
  c.paint(c.everything(), sky({0.55, 0.70, 0.90}, {0.85, 0.90, 0.95}, 0.4, 0.3, 21));
  c.paint(c.polygon({{0, 0.30}, {0.4, 0.22}, {0.9, 0.27}, {1.34, 0.20}, {1.34, 0.6}, {0, 0.6}}),
          foliage({0.40, 0.52, 0.26}, {0.10, 0.18, 0.08}, 0.12, 22));
  c.blur(0.02);
  c.paint(
      c.polygon({{0, 0.58}, {1.34, 0.56}, {1.34, 1}, {0, 1}}),
      textured(vertical({0.55, 0.55, 0.56}, 0.56, {0.40, 0.40, 0.42}, 1), 0.18, 0.02, 0.01, 23));
  c.paint(c.polygon({{0, 0.58}, {1.34, 0.56}, {1.34, 0.60}, {0, 0.62}}),
          textured(flat({0.66, 0.65, 0.62}), 0.2, 0.05, 0.02, 24));
  shadow(c, {0.66, 0.815}, 0.56, 0.04, 0.9);

  const Color red{0.78, 0.08, 0.07};
  const auto body = c.blob({{0.12, 0.66},
                            {0.13, 0.56},
                            {0.22, 0.51},
                            {0.38, 0.485},
                            {0.60, 0.47},
                            {0.90, 0.47},
                            {1.10, 0.49},
                            {1.20, 0.53},
                            {1.22, 0.66},
                            {1.18, 0.76},
                            {0.90, 0.78},
                            {0.40, 0.78},
                            {0.15, 0.76}});
  const auto cabin = c.blob({{0.36, 0.50},
                             {0.46, 0.40},
                             {0.56, 0.33},
                             {0.75, 0.31},
                             {0.92, 0.34},
                             {1.03, 0.42},
                             {1.10, 0.50},
                             {0.75, 0.56}});
  c.paint_round(body | cabin, flat(red), 0.10, 1.1);
  // The sky on the shoulder of the car.
  c.paint(
      c.blurred(c.stroke({{0.16, 0.555}, {0.45, 0.515}, {0.85, 0.505}, {1.18, 0.545}}, 0.02, 0.02),
                0.012) &
          body,
      flat({1, 0.75, 0.72}), 0.8);
  const Paint glass = vertical({0.55, 0.64, 0.72}, 0.33, {0.10, 0.13, 0.17}, 0.50);
  c.paint(c.polygon({{0.43, 0.485}, {0.50, 0.41}, {0.58, 0.365}, {0.70, 0.35}, {0.70, 0.485}}),
          glass);
  c.paint(c.polygon({{0.73, 0.35}, {0.88, 0.37}, {0.97, 0.42}, {1.02, 0.48}, {0.73, 0.485}}),
          glass);
  for (double x : {0.72, 0.43, 1.0})
    c.paint(c.stroke({{x, 0.50}, {x + 0.01, 0.62}, {x + 0.0, 0.73}}, 0.006, 0.006) & body,
            flat({0.25, 0.02, 0.02}), 0.7);
  c.paint(c.ellipse({0.80, 0.55}, 0.025, 0.008), flat({0.35, 0.05, 0.05}));
  c.paint(body & c.polygon({{0, 0.72}, {1.34, 0.72}, {1.34, 0.80}, {0, 0.80}}),
          flat({0.10, 0.08, 0.08}), 0.7);
  c.paint_round(c.ellipse({0.165, 0.585}, 0.035, 0.026, -25), flat({0.97, 0.95, 0.85}), 0.03);
  c.paint_round(c.ellipse({1.195, 0.575}, 0.02, 0.035, 10), flat({0.50, 0.03, 0.03}), 0.03);
  for (double x : {0.35, 0.98}) {
    c.paint(c.ellipse({x, 0.72}, 0.125, 0.125), flat({0.05, 0.02, 0.02}), 0.9);
    wheel(c, {x, 0.735}, 0.105);
  }
  c.blur(0.004);
  return c.picture(0.012);
}

tensor::Tensor ship() {
  Canvas c(32, 32, 16);
  c.paint(c.everything(), sky({0.45, 0.62, 0.84}, {0.82, 0.88, 0.93}, 0.6, 0.38, 33));
  const Paint water = [](Point p) {
    const double depth = (p.y - 0.6) / 0.4;
    const double waves = fractal_noise({p.x * 7 / (0.3 + depth), p.y * 55 / (0.4 + depth)}, 32, 4);
    return mix({0.30, 0.44, 0.55}, {0.08, 0.22, 0.34}, depth) * (0.75 + 0.55 * waves);
  };
  c.paint(c.polygon({{0, 0.60}, {1, 0.60}, {1, 1}, {0, 1}}), water);
  // Masts, funnel, decks, hull.
  c.paint(c.stroke({{0.32, 0.50}, {0.32, 0.20}}, 0.016, 0.01), flat({0.30, 0.28, 0.28}));
  c.paint(c.stroke({{0.80, 0.55}, {0.80, 0.28}}, 0.016, 0.01), flat({0.30, 0.28, 0.28}));
  c.paint_round(c.polygon({{0.54, 0.42}, {0.55, 0.25}, {0.64, 0.25}, {0.65, 0.42}}),
                flat({0.75, 0.16, 0.10}), 0.05);
  c.paint(c.polygon({{0.549, 0.27}, {0.55, 0.24}, {0.64, 0.24}, {0.641, 0.27}}),
          flat({0.1, 0.1, 0.1}));
  const Color white{0.95, 0.95, 0.94};
  c.paint(c.polygon({{0.40, 0.44}, {0.42, 0.36}, {0.70, 0.36}, {0.71, 0.44}}), flat(white));
  c.paint(c.polygon({{0.26, 0.54}, {0.29, 0.43}, {0.80, 0.43}, {0.84, 0.54}}),
          vertical(white, 0.43, {0.78, 0.80, 0.84}, 0.54));
  for (int i = 0; i < 9; ++i) {
    c.paint(c.ellipse({0.33 + 0.053 * i, 0.485}, 0.013, 0.015), flat({0.15, 0.2, 0.28}));
    if (i < 5) c.paint(c.ellipse({0.45 + 0.053 * i, 0.40}, 0.013, 0.012), flat({0.15, 0.2, 0.28}));
  }
  const auto hull = c.polygon({{0.02, 0.50},
                               {0.14, 0.535},
                               {0.95, 0.53},
                               {0.97, 0.50},
                               {0.93, 0.71},
                               {0.14, 0.72},
                               {0.09, 0.66}});
  c.paint_round(hull, flat({0.13, 0.17, 0.27}), 0.05);
  c.paint(hull & c.polygon({{0, 0.67}, {1, 0.66}, {1, 0.8}, {0, 0.8}}), flat({0.50, 0.12, 0.10}));
  c.paint(hull & c.polygon({{0, 0.53}, {1, 0.53}, {1, 0.555}, {0, 0.555}}),
          flat({0.85, 0.86, 0.88}));
  // The hull on the water, and the wave at its bow.
  c.paint(c.blurred(c.polygon({{0.14, 0.72}, {0.92, 0.71}, {0.86, 0.84}, {0.22, 0.84}}), 0.04),
          flat({0.04, 0.09, 0.15}), 0.6);
  c.paint(
      c.blurred(c.stroke({{0.06, 0.725}, {0.18, 0.73}, {0.5, 0.735}, {0.93, 0.72}}, 0.022, 0.01),
                0.01),
      flat({0.88, 0.92, 0.94}), 0.8);
  c.blur(0.006);
  return c.picture(0.012);
}

tensor::Tensor truck() {
  Canvas c(96, 96, 8);
  c.paint(c.everything(), sky({0.48, 0.64, 0.86}, {0.85, 0.90, 0.94}, 0.6, 0.40, 41));
  c.paint(c.polygon({{0, 0.52}, {0.3, 0.47}, {0.7, 0.52}, {1, 0.48}, {1, 0.7}, {0, 0.7}}),
          foliage({0.42, 0.50, 0.28}, {0.14, 0.22, 0.12}, 0.1, 42));
  c.blur(0.012);
  c.paint(
      c.polygon({{0, 0.68}, {1, 0.68}, {1, 1}, {0, 1}}),
      textured(vertical({0.58, 0.57, 0.56}, 0.68, {0.42, 0.42, 0.43}, 1), 0.16, 0.03, 0.012, 43));
  shadow(c, {0.52, 0.835}, 0.46, 0.03, 0.9);
  c.paint(c.polygon({{0.10, 0.70}, {0.95, 0.70}, {0.95, 0.76}, {0.10, 0.76}}),
          flat({0.12, 0.12, 0.13}));
  const auto box = c.polygon({{0.36, 0.20}, {0.96, 0.20}, {0.96, 0.70}, {0.36, 0.70}});
  c.paint(box, vertical({0.96, 0.96, 0.95}, 0.2, {0.80, 0.82, 0.84}, 0.7));
  for (int i = 1; i < 8; ++i)
    c.paint(c.stroke({{0.36 + 0.075 * i, 0.21}, {0.36 + 0.075 * i, 0.69}}, 0.006, 0.006),
            flat({0.72, 0.74, 0.77}));
  c.paint(c.polygon({{0.36, 0.40}, {0.96, 0.40}, {0.96, 0.48}, {0.36, 0.48}}),
          flat({0.12, 0.30, 0.62}));
  const auto cab = c.blob({{0.07, 0.74},
                           {0.065, 0.58},
                           {0.08, 0.50},
                           {0.12, 0.36},
                           {0.16, 0.30},
                           {0.33, 0.29},
                           {0.34, 0.40},
                           {0.34, 0.74},
                           {0.2, 0.76}});
  c.paint_round(cab, flat({0.80, 0.12, 0.08}), 0.06);
  c.paint(c.polygon({{0.11, 0.49}, {0.145, 0.35}, {0.175, 0.35}, {0.165, 0.49}}),
          vertical({0.65, 0.75, 0.85}, 0.35, {0.12, 0.16, 0.2}, 0.5));
  c.paint(c.polygon({{0.19, 0.49}, {0.195, 0.35}, {0.30, 0.35}, {0.30, 0.49}}),
          vertical({0.65, 0.75, 0.85}, 0.35, {0.12, 0.16, 0.2}, 0.5));
  c.paint(c.stroke({{0.325, 0.31}, {0.325, 0.72}}, 0.005, 0.005), flat({0.3, 0.03, 0.03}));
  c.paint(c.ellipse({0.085, 0.64}, 0.018, 0.022), flat({1, 0.95, 0.8}));
  c.paint(c.polygon({{0.05, 0.71}, {0.16, 0.71}, {0.16, 0.77}, {0.05, 0.77}}),
          flat({0.55, 0.56, 0.58}));
  for (double x : {0.21, 0.70, 0.86}) wheel(c, {x, 0.775}, 0.075);
  c.blur(0.005);
  return c.picture(0.012);
}

}  // namespace odin::samples
