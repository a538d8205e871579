#include <algorithm>
#include <cmath>

#include "odin/native/samples/canvas.h"
#include "odin/native/samples/scenes.h"

namespace odin::samples {
namespace {

/// Patches of light and dark far out of focus.
Paint backdrop(Color light, Color dark, double size, std::uint32_t seed) {
  return [=](Point p) {
    const double n = fractal_noise({p.x / size, p.y / size}, seed, 3);
    return mix(dark, light, std::clamp(1.6 * n - 0.3, 0.0, 1.0));
  };
}

/// Blades of grass, finer towards the top.
Paint grass(Color light, Color dark, double top, std::uint32_t seed) {
  return [=](Point p) {
    const double near = 0.3 + (p.y - top);
    const double n = fractal_noise({p.x * 60 / near / 3, p.y * 16 / near}, seed, 4);
    return mix(dark, light, std::clamp(1.7 * n - 0.35, 0.0, 1.0));
  };
}

/// Short hair: noise stretched along one direction.
Paint fur(Paint base, double strength, double degrees, double length, std::uint32_t seed) {
  const double c = std::cos(degrees * 0.0174533), s = std::sin(degrees * 0.0174533);
  return [=](Point p) {
    const double along = (p.x * c + p.y * s) / length, across = (p.y * c - p.x * s) / length * 5;
    return base(p) * (1 + strength * (2 * fractal_noise({along, across}, seed, 3) - 1));
  };
}

/// An eye that looks at the viewer.
void eye(Canvas& c, Point center, double radius, Color iris, double pupil_width) {
  c.paint(c.ellipse(center, radius * 1.25, radius * 1.15), flat({0.05, 0.04, 0.04}));
  c.paint(c.ellipse(center, radius, radius), flat(iris));
  c.paint(c.ellipse(center, radius * pupil_width, radius * 0.85), flat({0.02, 0.02, 0.02}));
  c.paint(
      c.ellipse({center.x - radius * 0.35, center.y - radius * 0.4}, radius * 0.25, radius * 0.25),
      flat({1, 1, 1}));
}

}  // namespace

tensor::Tensor bird() {
  Canvas c(32, 32, 16);
  c.paint(c.everything(), backdrop({0.62, 0.72, 0.42}, {0.30, 0.42, 0.22}, 0.35, 51));
  c.blur(0.05);
  c.paint_round(c.stroke({{-0.1, 0.86}, {0.3, 0.82}, {0.7, 0.83}, {1.1, 0.78}}, 0.07, 0.05),
                textured(flat({0.38, 0.28, 0.20}), 0.4, 0.1, 0.02, 52), 0.03);
  const Paint wing = fur(flat({0.36, 0.30, 0.26}), 0.35, 35, 0.12, 53);
  c.paint_round(c.polygon({{0.66, 0.60}, {0.93, 0.80}, {0.90, 0.86}, {0.82, 0.87}, {0.58, 0.70}}),
                wing, 0.03);
  c.paint(c.stroke({{0.44, 0.74}, {0.44, 0.83}}, 0.02, 0.015), flat({0.25, 0.17, 0.12}));
  c.paint(c.stroke({{0.54, 0.74}, {0.55, 0.83}}, 0.02, 0.015), flat({0.25, 0.17, 0.12}));
  const auto body = c.blob({{0.26, 0.30},
                            {0.34, 0.20},
                            {0.45, 0.20},
                            {0.53, 0.29},
                            {0.66, 0.44},
                            {0.72, 0.60},
                            {0.66, 0.71},
                            {0.50, 0.77},
                            {0.36, 0.72},
                            {0.27, 0.58},
                            {0.28, 0.42}});
  c.paint_round(
      body, fur(vertical({0.86, 0.50, 0.28}, 0.45, {0.92, 0.88, 0.80}, 0.75), 0.12, 80, 0.1, 54),
      0.12, 1.1);
  const auto cap = c.blob({{0.24, 0.28},
                           {0.33, 0.18},
                           {0.47, 0.18},
                           {0.56, 0.30},
                           {0.60, 0.38},
                           {0.48, 0.36},
                           {0.38, 0.30}});
  c.paint_round(body & cap, fur(flat({0.34, 0.32, 0.34}), 0.2, 30, 0.1, 55), 0.08);
  c.paint_round(
      c.blob({{0.48, 0.38}, {0.60, 0.42}, {0.72, 0.56}, {0.80, 0.72}, {0.68, 0.70}, {0.54, 0.60}}),
      wing, 0.05);
  c.paint(c.stroke({{0.56, 0.50}, {0.66, 0.58}, {0.75, 0.70}}, 0.018, 0.01),
          flat({0.85, 0.80, 0.72}), 0.8);
  c.paint_round(c.polygon({{0.29, 0.27}, {0.29, 0.34}, {0.15, 0.33}}), flat({0.25, 0.22, 0.20}),
                0.03);
  eye(c, {0.36, 0.275}, 0.027, {0.08, 0.05, 0.03}, 0.8);
  c.blur(0.006);
  return c.picture(0.012);
}

tensor::Tensor cat() {
  Canvas c(64, 64, 8);
  c.paint(c.everything(), backdrop({0.62, 0.52, 0.44}, {0.34, 0.27, 0.24}, 0.5, 61));
  c.blur(0.06);
  const Color coat{0.66, 0.54, 0.42};
  const auto body =
      c.blob({{0.22, 1.2}, {0.18, 0.95}, {0.30, 0.72}, {0.70, 0.72}, {0.82, 0.95}, {0.78, 1.2}});
  c.paint_round(body, fur(flat(coat * 0.9), 0.3, 85, 0.12, 62), 0.15);
  for (double side : {-1.0, 1.0}) {
    const auto at = [&](double x, double y) { return Point{0.5 + side * x, y}; };
    c.paint_round(
        c.polygon({at(0.10, 0.28), at(0.16, 0.20), at(0.27, 0.06), at(0.32, 0.24), at(0.32, 0.42)}),
        fur(flat(coat), 0.25, 70, 0.1, 63), 0.04);
    c.paint_round(c.polygon({at(0.17, 0.28), at(0.255, 0.13), at(0.29, 0.36)}),
                  flat({0.80, 0.58, 0.52}), 0.04);
  }
  const auto head = c.blob({{0.5, 0.20},
                            {0.68, 0.23},
                            {0.80, 0.38},
                            {0.84, 0.55},
                            {0.76, 0.70},
                            {0.62, 0.80},
                            {0.5, 0.82},
                            {0.38, 0.80},
                            {0.24, 0.70},
                            {0.16, 0.55},
                            {0.20, 0.38},
                            {0.32, 0.23}});
  c.paint_round(head, fur(flat(coat), 0.25, 80, 0.1, 64), 0.22, 1.0);
  // The stripes of a tabby.
  for (double x : {-0.10, -0.035, 0.035, 0.10})
    c.paint(
        head & c.blurred(c.stroke({{0.5 + x, 0.17}, {0.5 + 0.8 * x, 0.36}}, 0.035, 0.008), 0.012),
        flat({0.22, 0.16, 0.12}), 0.85);
  for (double side : {-1.0, 1.0})
    for (double y : {0.50, 0.57, 0.64})
      c.paint(head & c.blurred(c.stroke({{0.5 + side * 0.36, y - 0.03}, {0.5 + side * 0.25, y}},
                                        0.03, 0.008),
                               0.012),
              flat({0.22, 0.16, 0.12}), 0.8);
  const auto muzzle = c.ellipse({0.43, 0.66}, 0.10, 0.085) | c.ellipse({0.57, 0.66}, 0.10, 0.085) |
                      c.ellipse({0.5, 0.74}, 0.07, 0.05);
  c.paint_round(muzzle, fur(flat({0.92, 0.87, 0.80}), 0.08, 60, 0.1, 65), 0.07, 0.7);
  for (double side : {-1.0, 1.0})
    eye(c, {0.5 + side * 0.155, 0.48}, 0.062, {0.72, 0.74, 0.28}, 0.3);
  c.paint_round(c.polygon({{0.455, 0.585}, {0.545, 0.585}, {0.5, 0.64}}), flat({0.78, 0.42, 0.40}),
                0.03);
  c.paint(c.stroke({{0.5, 0.63}, {0.5, 0.675}}, 0.012, 0.012), flat({0.25, 0.15, 0.13}));
  c.paint(c.stroke({{0.42, 0.69}, {0.46, 0.705}, {0.5, 0.675}, {0.54, 0.705}, {0.58, 0.69}}, 0.012,
                   0.012),
          flat({0.25, 0.15, 0.13}));
  for (double side : {-1.0, 1.0})
    for (double y : {-0.05, 0.0, 0.05})
      c.paint(c.stroke({{0.5 + side * 0.13, 0.66 + 0.3 * y}, {0.5 + side * 0.45, 0.64 + 1.2 * y}},
                       0.007, 0.004),
              flat({0.95, 0.94, 0.92}), 0.8);
  c.blur(0.006);
  return c.picture(0.015);
}

tensor::Tensor dog() {
  Canvas c(64, 64, 8);
  c.paint(c.everything(), backdrop({0.50, 0.62, 0.36}, {0.24, 0.36, 0.18}, 0.35, 71));
  c.blur(0.06);
  const Color coat{0.80, 0.58, 0.32};
  const auto chest =
      c.blob({{0.16, 1.2}, {0.20, 0.92}, {0.32, 0.74}, {0.68, 0.74}, {0.80, 0.92}, {0.84, 1.2}});
  c.paint_round(chest, fur(flat(coat * 0.92), 0.25, 85, 0.14, 72), 0.15);
  const auto head = c.blob({{0.5, 0.12},
                            {0.66, 0.15},
                            {0.75, 0.28},
                            {0.74, 0.46},
                            {0.66, 0.62},
                            {0.60, 0.80},
                            {0.5, 0.84},
                            {0.40, 0.80},
                            {0.34, 0.62},
                            {0.26, 0.46},
                            {0.25, 0.28},
                            {0.34, 0.15}});
  c.paint_round(head, fur(flat(coat), 0.2, 85, 0.12, 73), 0.18);
  for (double side : {-1.0, 1.0}) {
    const auto at = [&](double x, double y) { return Point{0.5 + side * x, y}; };
    c.paint_round(c.blob({at(0.16, 0.16), at(0.27, 0.14), at(0.36, 0.28), at(0.37, 0.50),
                          at(0.31, 0.62), at(0.25, 0.50), at(0.22, 0.30)}),
                  fur(flat(coat * 0.72), 0.25, 85, 0.12, 74), 0.06);
  }
  const auto muzzle = c.blob({{0.5, 0.50},
                              {0.60, 0.56},
                              {0.65, 0.68},
                              {0.60, 0.78},
                              {0.5, 0.80},
                              {0.40, 0.78},
                              {0.35, 0.68},
                              {0.40, 0.56}});
  c.paint_round(muzzle, fur(flat({0.90, 0.76, 0.56}), 0.12, 85, 0.1, 75), 0.10, 0.9);
  c.paint(c.blurred(c.stroke({{0.5, 0.16}, {0.5, 0.56}}, 0.05, 0.09), 0.03),
          flat({0.92, 0.78, 0.56}), 0.6);
  for (double side : {-1.0, 1.0}) {
    eye(c, {0.5 + side * 0.125, 0.40}, 0.040, {0.22, 0.12, 0.06}, 0.6);
    c.paint(c.blurred(c.stroke({{0.5 + side * 0.18, 0.33},
                                {0.5 + side * 0.12, 0.315},
                                {0.5 + side * 0.07, 0.34}},
                               0.02, 0.02),
                      0.01),
            flat(coat * 0.6), 0.8);
  }
  c.paint_round(
      c.blob({{0.42, 0.60}, {0.5, 0.575}, {0.58, 0.60}, {0.56, 0.66}, {0.5, 0.69}, {0.44, 0.66}}),
      flat({0.12, 0.10, 0.10}), 0.05, 1.5);
  c.paint(c.stroke({{0.5, 0.68}, {0.5, 0.74}}, 0.014, 0.014), flat({0.2, 0.12, 0.1}));
  c.paint(
      c.blob(
          {{0.445, 0.745}, {0.5, 0.755}, {0.555, 0.745}, {0.55, 0.85}, {0.5, 0.885}, {0.45, 0.85}}),
      vertical({0.72, 0.30, 0.32}, 0.74, {0.90, 0.50, 0.52}, 0.88));
  c.paint(c.stroke({{0.39, 0.72}, {0.44, 0.755}, {0.5, 0.74}, {0.56, 0.755}, {0.61, 0.72}}, 0.014,
                   0.014),
          flat({0.2, 0.12, 0.1}));
  c.blur(0.006);
  return c.picture(0.015);
}

namespace {

/// What horse and deer have in common: four legs (the far ones darker), given by hip, knee and hoof.
void leg(Canvas& c, const Paint& coat, std::vector<Point> path, double thigh, double shin,
         bool far) {
  const Paint paint = [=](Point p) { return coat(p) * (far ? 0.55 : 1.0); };
  c.paint_round(c.stroke(path, thigh, shin), paint, 0.03);
  const Point foot = path.back();
  c.paint(c.ellipse(foot, shin * 0.75, shin * 0.6), flat({0.12, 0.10, 0.09}));
}

}  // namespace

tensor::Tensor horse() {
  Canvas c(128, 96, 6);
  c.paint(c.everything(), vertical({0.62, 0.76, 0.92}, 0, {0.86, 0.91, 0.95}, 0.45));
  c.paint(c.polygon({{0, 0.36}, {0.3, 0.30}, {0.7, 0.35}, {1.34, 0.28}, {1.34, 0.7}, {0, 0.7}}),
          backdrop({0.36, 0.46, 0.28}, {0.14, 0.22, 0.12}, 0.15, 81));
  c.blur(0.025);
  c.paint(c.polygon({{0, 0.56}, {1.34, 0.54}, {1.34, 1}, {0, 1}}),
          grass({0.56, 0.66, 0.30}, {0.26, 0.40, 0.14}, 0.55, 82));
  c.paint(c.blurred(c.ellipse({0.70, 0.90}, 0.42, 0.03), 0.03), flat({0.08, 0.12, 0.04}), 0.7);
  const Paint coat = fur(flat({0.52, 0.28, 0.13}), 0.2, 20, 0.15, 83);
  leg(c, coat, {{0.47, 0.56}, {0.45, 0.72}, {0.46, 0.89}}, 0.10, 0.035, true);
  leg(c, coat, {{0.98, 0.54}, {1.02, 0.70}, {0.98, 0.89}}, 0.13, 0.035, true);
  const Paint hair = fur(flat({0.14, 0.09, 0.06}), 0.4, 80, 0.1, 84);
  c.paint(c.stroke({{1.06, 0.34}, {1.15, 0.40}, {1.17, 0.56}, {1.14, 0.72}}, 0.05, 0.07), hair);
  const auto body = c.blob({{0.40, 0.40},
                            {0.50, 0.33},
                            {0.66, 0.345},
                            {0.84, 0.345},
                            {0.98, 0.30},
                            {1.07, 0.36},
                            {1.09, 0.50},
                            {1.02, 0.60},
                            {0.86, 0.61},
                            {0.66, 0.63},
                            {0.50, 0.61},
                            {0.41, 0.54}});
  const auto neck = c.blob({{0.40, 0.54},
                            {0.34, 0.40},
                            {0.27, 0.26},
                            {0.26, 0.17},
                            {0.33, 0.12},
                            {0.40, 0.17},
                            {0.50, 0.28},
                            {0.60, 0.36},
                            {0.52, 0.52}});
  c.paint_round(body | neck, coat, 0.13, 1.2);
  leg(c, coat, {{0.46, 0.54}, {0.52, 0.72}, {0.53, 0.91}}, 0.12, 0.035, false);
  leg(c, coat, {{1.02, 0.48}, {1.00, 0.64}, {1.06, 0.76}, {1.05, 0.91}}, 0.17, 0.035, false);
  const auto head = c.blob({{0.34, 0.12},
                            {0.36, 0.20},
                            {0.29, 0.28},
                            {0.20, 0.38},
                            {0.15, 0.40},
                            {0.12, 0.37},
                            {0.14, 0.32},
                            {0.22, 0.19},
                            {0.28, 0.12}});
  c.paint_round(head, coat, 0.05, 1.1);
  c.paint_round(c.polygon({{0.29, 0.14}, {0.30, 0.05}, {0.335, 0.13}}), coat, 0.02);
  c.paint(c.stroke({{0.31, 0.09}, {0.40, 0.15}, {0.48, 0.25}, {0.55, 0.35}}, 0.05, 0.04), hair);
  c.paint(c.stroke({{0.30, 0.12}, {0.24, 0.19}}, 0.03, 0.015), hair);
  c.paint(c.ellipse({0.255, 0.205}, 0.014, 0.013), flat({0.03, 0.02, 0.02}));
  c.paint(c.ellipse({0.145, 0.365}, 0.010, 0.008), flat({0.08, 0.04, 0.03}));
  c.paint(c.blurred(c.ellipse({0.15, 0.38}, 0.035, 0.025), 0.02) & head, flat({0.2, 0.13, 0.1}),
          0.7);
  c.blur(0.005);
  return c.picture(0.012);
}

tensor::Tensor deer() {
  Canvas c(96, 96, 8);
  c.paint(c.everything(), backdrop({0.50, 0.52, 0.30}, {0.16, 0.22, 0.11}, 0.22, 91));
  for (double x : {0.08, 0.24, 0.80, 0.95})
    c.paint(c.stroke({{x, -0.1}, {x + 0.02, 0.7}}, 0.05, 0.06), flat({0.22, 0.18, 0.13}), 0.8);
  c.blur(0.03);
  c.paint(c.polygon({{0, 0.66}, {1, 0.64}, {1, 1}, {0, 1}}),
          grass({0.58, 0.58, 0.30}, {0.28, 0.32, 0.13}, 0.65, 92));
  c.paint(c.blurred(c.ellipse({0.56, 0.92}, 0.30, 0.025), 0.03), flat({0.08, 0.10, 0.04}), 0.7);
  const Paint coat = fur(flat({0.62, 0.41, 0.24}), 0.2, 15, 0.1, 93);
  leg(c, coat, {{0.43, 0.60}, {0.42, 0.75}, {0.43, 0.91}}, 0.07, 0.022, true);
  leg(c, coat, {{0.74, 0.60}, {0.78, 0.74}, {0.75, 0.91}}, 0.09, 0.022, true);
  const auto body = c.blob({{0.37, 0.50},
                            {0.44, 0.44},
                            {0.58, 0.45},
                            {0.72, 0.43},
                            {0.80, 0.47},
                            {0.82, 0.56},
                            {0.76, 0.65},
                            {0.62, 0.66},
                            {0.46, 0.67},
                            {0.38, 0.60}});
  const auto neck = c.blob({{0.37, 0.60},
                            {0.34, 0.48},
                            {0.30, 0.34},
                            {0.36, 0.26},
                            {0.41, 0.32},
                            {0.46, 0.44},
                            {0.48, 0.54}});
  c.paint_round(body | neck, coat, 0.10, 1.2);
  c.paint(c.blurred(c.ellipse({0.58, 0.66}, 0.16, 0.03), 0.02) & body, flat({0.85, 0.76, 0.62}),
          0.7);
  c.paint(c.ellipse({0.815, 0.50}, 0.022, 0.04, -15), flat({0.92, 0.88, 0.80}));
  leg(c, coat, {{0.42, 0.58}, {0.46, 0.75}, {0.47, 0.93}}, 0.08, 0.022, false);
  leg(c, coat, {{0.77, 0.54}, {0.74, 0.68}, {0.80, 0.79}, {0.79, 0.93}}, 0.12, 0.022, false);
  const Paint horn = flat({0.78, 0.68, 0.52});
  for (double side : {-1.0, 1.0}) {
    const auto at = [&](double x, double y) { return Point{0.33 + side * x, y}; };
    c.paint(c.stroke({at(0.03, 0.22), at(0.11, 0.14), at(0.12, 0.03)}, 0.024, 0.012), horn);
    c.paint(c.stroke({at(0.10, 0.15), at(0.18, 0.08)}, 0.018, 0.010), horn);
    c.paint(c.stroke({at(0.07, 0.18), at(0.06, 0.09)}, 0.016, 0.010), horn);
    c.paint_round(
        c.blob({at(0.05, 0.25), at(0.12, 0.21), at(0.15, 0.23), at(0.11, 0.27), at(0.06, 0.28)}),
        coat, 0.02);
  }
  const auto head = c.blob({{0.33, 0.21},
                            {0.39, 0.25},
                            {0.38, 0.33},
                            {0.355, 0.41},
                            {0.33, 0.43},
                            {0.305, 0.41},
                            {0.28, 0.33},
                            {0.27, 0.25}});
  c.paint_round(head, coat, 0.05);
  c.paint(c.blurred(c.ellipse({0.33, 0.405}, 0.03, 0.025), 0.015), flat({0.9, 0.84, 0.74}), 0.8);
  c.paint(c.ellipse({0.33, 0.405}, 0.018, 0.013), flat({0.07, 0.05, 0.05}));
  for (double side : {-1.0, 1.0})
    c.paint(c.ellipse({0.33 + side * 0.038, 0.295}, 0.012, 0.014), flat({0.03, 0.02, 0.02}));
  c.blur(0.005);
  return c.picture(0.012);
}

tensor::Tensor frog() {
  Canvas c(32, 32, 16);
  c.paint(c.everything(), textured(backdrop({0.52, 0.42, 0.30}, {0.26, 0.19, 0.13}, 0.3, 101), 0.4,
                                   0.06, 0.05, 102));
  c.blur(0.02);
  c.paint(c.blurred(c.ellipse({0.52, 0.80}, 0.42, 0.08), 0.05), flat({0.05, 0.04, 0.02}), 0.8);
  const Paint skin =
      textured(vertical({0.42, 0.60, 0.16}, 0.25, {0.24, 0.40, 0.10}, 0.8), 0.35, 0.08, 0.08, 103);
  // Hind legs, body, head, eyes, front legs.
  for (double side : {-1.0, 1.0}) {
    const auto at = [&](double x, double y) { return Point{0.5 + side * x, y}; };
    c.paint_round(c.blob({at(0.18, 0.55), at(0.32, 0.48), at(0.43, 0.58), at(0.42, 0.74),
                          at(0.28, 0.80), at(0.18, 0.74)}),
                  skin, 0.06);
    c.paint_round(c.stroke({at(0.40, 0.74), at(0.30, 0.82), at(0.44, 0.86)}, 0.06, 0.04), skin,
                  0.03);
  }
  const auto body = c.blob({{0.5, 0.30},
                            {0.66, 0.34},
                            {0.76, 0.46},
                            {0.76, 0.64},
                            {0.66, 0.78},
                            {0.5, 0.82},
                            {0.34, 0.78},
                            {0.24, 0.64},
                            {0.24, 0.46},
                            {0.34, 0.34}});
  c.paint_round(body, skin, 0.16, 1.2);
  c.paint(c.blurred(c.ellipse({0.5, 0.68}, 0.17, 0.10), 0.05), flat({0.80, 0.82, 0.55}), 0.8);
  for (double side : {-1.0, 1.0}) {
    c.paint_round(c.ellipse({0.5 + side * 0.165, 0.31}, 0.095, 0.09), skin, 0.06);
    eye(c, {0.5 + side * 0.17, 0.305}, 0.058, {0.86, 0.66, 0.16}, 0.75);
    c.paint_round(
        c.stroke({{0.5 + side * 0.17, 0.62}, {0.5 + side * 0.22, 0.74}, {0.5 + side * 0.15, 0.86}},
                 0.10, 0.06),
        skin, 0.04);
  }
  c.paint(
      c.stroke({{0.27, 0.50}, {0.36, 0.56}, {0.5, 0.58}, {0.64, 0.56}, {0.73, 0.50}}, 0.016, 0.016),
      flat({0.10, 0.16, 0.04}));
  c.paint(c.ellipse({0.465, 0.45}, 0.012, 0.008), flat({0.1, 0.16, 0.04}));
  c.paint(c.ellipse({0.535, 0.45}, 0.012, 0.008), flat({0.1, 0.16, 0.04}));
  c.blur(0.006);
  return c.picture(0.012);
}

}  // namespace odin::samples
