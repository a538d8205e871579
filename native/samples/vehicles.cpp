#include "odin/native/samples/canvas.h"
#include "odin/native/samples/paints.h"
#include "odin/native/samples/scenes.h"

namespace odin::samples {
namespace {

void wheel(Canvas& c, Point center, double radius) {
  c.paint(c.ellipse(center, radius, radius), flat({0.06, 0.06, 0.07}));
  c.paint_round(c.ellipse(center, radius * 0.58, radius * 0.58), flat({0.62, 0.63, 0.66}), radius);
  c.paint(c.ellipse(center, radius * 0.2, radius * 0.2), flat({0.2, 0.2, 0.22}));
}

/// The shadow of an object of the given width on the ground below it.
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
  // The far wing and stabilizer, then the body, then what is nearer.
  c.paint(c.polygon(points("50,47 66,30 71,30 62,47")), flat({0.60, 0.64, 0.70}));
  c.paint(c.polygon(points("82,42 90,36 94,36 90,43")), flat({0.60, 0.64, 0.70}));
  c.paint_round(c.polygon(points("76,42 88,20 95,20 92,43")), flat({0.20, 0.30, 0.62}), 0.03);
  const auto body =
      c.blob(points("5,52.5 10,47 20,44 50,42 80,40 95,40 95,43 80,49 55,55 20,58 9,56.5"));
  c.paint_round(body, flat(white), 0.06, 1.2);
  for (int i = 0; i < 14; ++i)
    c.paint(c.ellipse({0.20 + 0.042 * i, 0.492 - 0.0035 * i}, 0.009, 0.012),
            flat({0.22, 0.27, 0.36}));
  c.paint(c.polygon(points("8.5,49 12.5,47.5 12.5,49.5 8,51")), flat({0.15, 0.18, 0.25}));
  c.paint_round(c.polygon(points("40,54.5 58,53.5 82,74 76,75")), flat({0.70, 0.73, 0.78}), 0.03);
  c.paint_round(c.blob(points("42,63 45,60 54,60 56,63 53,67 44,67")), flat({0.80, 0.82, 0.86}),
                0.03);
  c.paint(c.ellipse({0.425, 0.635}, 0.012, 0.032), flat({0.15, 0.17, 0.2}));
  c.paint_round(c.polygon(points("80,45 88,44 98,53 93,53")), flat({0.70, 0.73, 0.78}), 0.02);
  c.blur(0.008);
  return c.picture(0.01);
}

tensor::Tensor automobile() {
  Canvas c(128, 96, 6);
  c.paint(c.everything(), sky({0.55, 0.70, 0.90}, {0.85, 0.90, 0.95}, 0.4, 0.3, 21));
  c.paint(c.polygon(points("0,30 40,22 90,27 134,20 134,60 0,60")),
          foliage({0.40, 0.52, 0.26}, {0.10, 0.18, 0.08}, 0.12, 22));
  c.blur(0.02);
  c.paint(
      c.polygon(points("0,58 134,56 134,100 0,100")),
      textured(vertical({0.55, 0.55, 0.56}, 0.56, {0.40, 0.40, 0.42}, 1), 0.18, 0.02, 0.01, 23));
  c.paint(c.polygon(points("0,58 134,56 134,60 0,62")),
          textured(flat({0.66, 0.65, 0.62}), 0.2, 0.05, 0.02, 24));
  shadow(c, {0.66, 0.815}, 0.56, 0.04, 0.9);

  const Color red{0.78, 0.08, 0.07};
  const auto body = c.blob(points(
      "12,66 13,56 22,51 38,48.5 60,47 90,47 110,49 120,53 122,66 118,76 90,78 40,78 15,76"));
  const auto cabin = c.blob(points("36,50 46,40 56,33 75,31 92,34 103,42 110,50 75,56"));
  c.paint_round(body | cabin, flat(red), 0.10, 1.1);
  // The reflection of the sky on the shoulder of the car.
  c.paint(c.blurred(c.stroke(points("16,55.5 45,51.5 85,50.5 118,54.5"), 0.02, 0.02), 0.012) & body,
          flat({1, 0.75, 0.72}), 0.8);
  const Paint glass = vertical({0.55, 0.64, 0.72}, 0.33, {0.10, 0.13, 0.17}, 0.50);
  c.paint(c.polygon(points("43,48.5 50,41 58,36.5 70,35 70,48.5")), glass);
  c.paint(c.polygon(points("73,35 88,37 97,42 102,48 73,48.5")), glass);
  for (double x : {0.72, 0.43, 1.0})
    c.paint(c.stroke({{x, 0.50}, {x + 0.01, 0.62}, {x + 0.0, 0.73}}, 0.006, 0.006) & body,
            flat({0.25, 0.02, 0.02}), 0.7);
  c.paint(c.ellipse({0.80, 0.55}, 0.025, 0.008), flat({0.35, 0.05, 0.05}));
  c.paint(body & c.polygon(points("0,72 134,72 134,80 0,80")), flat({0.10, 0.08, 0.08}), 0.7);
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
  c.paint(c.polygon(points("0,60 100,60 100,100 0,100")),
          water({0.30, 0.44, 0.55}, {0.08, 0.22, 0.34}, 0.6, 32));
  // Masts, funnel, decks, hull.
  c.paint(c.stroke(points("32,50 32,20"), 0.016, 0.01), flat({0.30, 0.28, 0.28}));
  c.paint(c.stroke(points("80,55 80,28"), 0.016, 0.01), flat({0.30, 0.28, 0.28}));
  c.paint_round(c.polygon(points("54,42 55,25 64,25 65,42")), flat({0.75, 0.16, 0.10}), 0.05);
  c.paint(c.polygon(points("54.9,27 55,24 64,24 64.1,27")), flat({0.1, 0.1, 0.1}));
  const Color white{0.95, 0.95, 0.94};
  c.paint(c.polygon(points("40,44 42,36 70,36 71,44")), flat(white));
  c.paint(c.polygon(points("26,54 29,43 80,43 84,54")),
          vertical(white, 0.43, {0.78, 0.80, 0.84}, 0.54));
  for (int i = 0; i < 9; ++i) {
    c.paint(c.ellipse({0.33 + 0.053 * i, 0.485}, 0.013, 0.015), flat({0.15, 0.2, 0.28}));
    if (i < 5) c.paint(c.ellipse({0.45 + 0.053 * i, 0.40}, 0.013, 0.012), flat({0.15, 0.2, 0.28}));
  }
  const auto hull = c.polygon(points("2,50 14,53.5 95,53 97,50 93,71 14,72 9,66"));
  c.paint_round(hull, flat({0.13, 0.17, 0.27}), 0.05);
  c.paint(hull & c.polygon(points("0,67 100,66 100,80 0,80")), flat({0.50, 0.12, 0.10}));
  c.paint(hull & c.polygon(points("0,53 100,53 100,55.5 0,55.5")), flat({0.85, 0.86, 0.88}));
  // The reflection of the hull on the water, and the bow wave.
  c.paint(c.blurred(c.polygon(points("14,72 92,71 86,84 22,84")), 0.04), flat({0.04, 0.09, 0.15}),
          0.6);
  c.paint(c.blurred(c.stroke(points("6,72.5 18,73 50,73.5 93,72"), 0.022, 0.01), 0.01),
          flat({0.88, 0.92, 0.94}), 0.8);
  c.blur(0.006);
  return c.picture(0.012);
}

tensor::Tensor truck() {
  Canvas c(96, 96, 8);
  c.paint(c.everything(), sky({0.48, 0.64, 0.86}, {0.85, 0.90, 0.94}, 0.6, 0.40, 41));
  c.paint(c.polygon(points("0,52 30,47 70,52 100,48 100,70 0,70")),
          foliage({0.42, 0.50, 0.28}, {0.14, 0.22, 0.12}, 0.1, 42));
  c.blur(0.012);
  c.paint(
      c.polygon(points("0,68 100,68 100,100 0,100")),
      textured(vertical({0.58, 0.57, 0.56}, 0.68, {0.42, 0.42, 0.43}, 1), 0.16, 0.03, 0.012, 43));
  shadow(c, {0.52, 0.835}, 0.46, 0.03, 0.9);
  c.paint(c.polygon(points("10,70 95,70 95,76 10,76")), flat({0.12, 0.12, 0.13}));
  const auto box = c.polygon(points("36,20 96,20 96,70 36,70"));
  c.paint(box, vertical({0.96, 0.96, 0.95}, 0.2, {0.80, 0.82, 0.84}, 0.7));
  for (int i = 1; i < 8; ++i)
    c.paint(c.stroke({{0.36 + 0.075 * i, 0.21}, {0.36 + 0.075 * i, 0.69}}, 0.006, 0.006),
            flat({0.72, 0.74, 0.77}));
  c.paint(c.polygon(points("36,40 96,40 96,48 36,48")), flat({0.12, 0.30, 0.62}));
  const auto cab = c.blob(points("7,74 6.5,58 8,50 12,36 16,30 33,29 34,40 34,74 20,76"));
  c.paint_round(cab, flat({0.80, 0.12, 0.08}), 0.06);
  c.paint(c.polygon(points("11,49 14.5,35 17.5,35 16.5,49")),
          vertical({0.65, 0.75, 0.85}, 0.35, {0.12, 0.16, 0.2}, 0.5));
  c.paint(c.polygon(points("19,49 19.5,35 30,35 30,49")),
          vertical({0.65, 0.75, 0.85}, 0.35, {0.12, 0.16, 0.2}, 0.5));
  c.paint(c.stroke(points("32.5,31 32.5,72"), 0.005, 0.005), flat({0.3, 0.03, 0.03}));
  c.paint(c.ellipse({0.085, 0.64}, 0.018, 0.022), flat({1, 0.95, 0.8}));
  c.paint(c.polygon(points("5,71 16,71 16,77 5,77")), flat({0.55, 0.56, 0.58}));
  for (double x : {0.21, 0.70, 0.86}) wheel(c, {x, 0.775}, 0.075);
  c.blur(0.005);
  return c.picture(0.012);
}

}  // namespace odin::samples
