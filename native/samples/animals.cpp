#include "odin/native/samples/canvas.h"
#include "odin/native/samples/paints.h"
#include "odin/native/samples/scenes.h"

namespace odin::samples {
namespace {

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
  c.paint(c.everything(), foliage({0.62, 0.72, 0.42}, {0.30, 0.42, 0.22}, 0.35, 51));
  c.blur(0.05);
  c.paint_round(c.stroke(points("-10,86 30,82 70,83 110,78"), 0.07, 0.05),
                textured(flat({0.38, 0.28, 0.20}), 0.4, 0.1, 0.02, 52), 0.03);
  const Paint wing = fur(flat({0.36, 0.30, 0.26}), 0.35, 35, 0.12, 53);
  c.paint_round(c.polygon(points("66,60 93,80 90,86 82,87 58,70")), wing, 0.03);
  c.paint(c.stroke(points("44,74 44,83"), 0.02, 0.015), flat({0.25, 0.17, 0.12}));
  c.paint(c.stroke(points("54,74 55,83"), 0.02, 0.015), flat({0.25, 0.17, 0.12}));
  const auto body =
      c.blob(points("26,30 34,20 45,20 53,29 66,44 72,60 66,71 50,77 36,72 27,58 28,42"));
  c.paint_round(
      body, fur(vertical({0.86, 0.50, 0.28}, 0.45, {0.92, 0.88, 0.80}, 0.75), 0.12, 80, 0.1, 54),
      0.12, 1.1);
  const auto cap = c.blob(points("24,28 33,18 47,18 56,30 60,38 48,36 38,30"));
  c.paint_round(body & cap, fur(flat({0.34, 0.32, 0.34}), 0.2, 30, 0.1, 55), 0.08);
  c.paint_round(c.blob(points("48,38 60,42 72,56 80,72 68,70 54,60")), wing, 0.05);
  c.paint(c.stroke(points("56,50 66,58 75,70"), 0.018, 0.01), flat({0.85, 0.80, 0.72}), 0.8);
  c.paint_round(c.polygon(points("29,27 29,34 15,33")), flat({0.25, 0.22, 0.20}), 0.03);
  eye(c, {0.36, 0.275}, 0.027, {0.08, 0.05, 0.03}, 0.8);
  c.blur(0.006);
  return c.picture(0.012);
}

tensor::Tensor cat() {
  Canvas c(64, 64, 8);
  c.paint(c.everything(), foliage({0.62, 0.52, 0.44}, {0.34, 0.27, 0.24}, 0.5, 61));
  c.blur(0.06);
  const Color coat{0.66, 0.54, 0.42};
  const auto body = c.blob(points("22,120 18,95 30,72 70,72 82,95 78,120"));
  c.paint_round(body, fur(flat(coat * 0.9), 0.3, 85, 0.12, 62), 0.15);
  for (double side : {-1.0, 1.0}) {
    c.paint_round(c.polygon(beside(0.5, side, "10,28 16,20 27,6 32,24 32,42")),
                  fur(flat(coat), 0.25, 70, 0.1, 63), 0.04);
    c.paint_round(c.polygon(beside(0.5, side, "17,28 25.5,13 29,36")), flat({0.80, 0.58, 0.52}),
                  0.04);
  }
  const auto head =
      c.blob(points("50,20 68,23 80,38 84,55 76,70 62,80 50,82 38,80 24,70 16,55 20,38 32,23"));
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
  c.paint_round(c.polygon(points("45.5,58.5 54.5,58.5 50,64")), flat({0.78, 0.42, 0.40}), 0.03);
  c.paint(c.stroke(points("50,63 50,67.5"), 0.012, 0.012), flat({0.25, 0.15, 0.13}));
  c.paint(c.stroke(points("42,69 46,70.5 50,67.5 54,70.5 58,69"), 0.012, 0.012),
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
  c.paint(c.everything(), foliage({0.50, 0.62, 0.36}, {0.24, 0.36, 0.18}, 0.35, 71));
  c.blur(0.06);
  const Color coat{0.80, 0.58, 0.32};
  const auto chest = c.blob(points("16,120 20,92 32,74 68,74 80,92 84,120"));
  c.paint_round(chest, fur(flat(coat * 0.92), 0.25, 85, 0.14, 72), 0.15);
  const auto head =
      c.blob(points("50,12 66,15 75,28 74,46 66,62 60,80 50,84 40,80 34,62 26,46 25,28 34,15"));
  c.paint_round(head, fur(flat(coat), 0.2, 85, 0.12, 73), 0.18);
  for (double side : {-1.0, 1.0}) {
    c.paint_round(c.blob(beside(0.5, side, "16,16 27,14 36,28 37,50 31,62 25,50 22,30")),
                  fur(flat(coat * 0.72), 0.25, 85, 0.12, 74), 0.06);
  }
  const auto muzzle = c.blob(points("50,50 60,56 65,68 60,78 50,80 40,78 35,68 40,56"));
  c.paint_round(muzzle, fur(flat({0.90, 0.76, 0.56}), 0.12, 85, 0.1, 75), 0.10, 0.9);
  c.paint(c.blurred(c.stroke(points("50,16 50,56"), 0.05, 0.09), 0.03), flat({0.92, 0.78, 0.56}),
          0.6);
  for (double side : {-1.0, 1.0}) {
    eye(c, {0.5 + side * 0.125, 0.40}, 0.040, {0.22, 0.12, 0.06}, 0.6);
    c.paint(c.blurred(c.stroke({{0.5 + side * 0.18, 0.33},
                                {0.5 + side * 0.12, 0.315},
                                {0.5 + side * 0.07, 0.34}},
                               0.02, 0.02),
                      0.01),
            flat(coat * 0.6), 0.8);
  }
  c.paint_round(c.blob(points("42,60 50,57.5 58,60 56,66 50,69 44,66")), flat({0.12, 0.10, 0.10}),
                0.05, 1.5);
  c.paint(c.stroke(points("50,68 50,74"), 0.014, 0.014), flat({0.2, 0.12, 0.1}));
  c.paint(c.blob(points("44.5,74.5 50,75.5 55.5,74.5 55,85 50,88.5 45,85")),
          vertical({0.72, 0.30, 0.32}, 0.74, {0.90, 0.50, 0.52}, 0.88));
  c.paint(c.stroke(points("39,72 44,75.5 50,74 56,75.5 61,72"), 0.014, 0.014),
          flat({0.2, 0.12, 0.1}));
  c.blur(0.006);
  return c.picture(0.015);
}

tensor::Tensor horse() {
  Canvas c(128, 96, 6);
  c.paint(c.everything(), vertical({0.62, 0.76, 0.92}, 0, {0.86, 0.91, 0.95}, 0.45));
  c.paint(c.polygon(points("0,36 30,30 70,35 134,28 134,70 0,70")),
          foliage({0.36, 0.46, 0.28}, {0.14, 0.22, 0.12}, 0.15, 81));
  c.blur(0.025);
  c.paint(c.polygon(points("0,56 134,54 134,100 0,100")),
          grass({0.56, 0.66, 0.30}, {0.26, 0.40, 0.14}, 0.55, 82));
  c.paint(c.blurred(c.ellipse({0.74, 0.90}, 0.40, 0.03), 0.03), flat({0.08, 0.12, 0.04}), 0.7);

  const Paint coat = fur(flat({0.52, 0.28, 0.13}), 0.2, 20, 0.15, 83);
  const Paint hair = fur(flat({0.14, 0.09, 0.06}), 0.4, 80, 0.1, 84);
  const Paint far_coat = fur(flat({0.30, 0.16, 0.08}), 0.2, 20, 0.15, 83);
  for (const char* path : {"47,54 44,72 45,88", "97,52 101,70 97,78 96,88"})
    c.paint_round(c.stroke(points(path), 0.12, 0.032), far_coat, 0.04);
  c.paint(c.stroke(points("106,34 115,40 117,56 114,72"), 0.05, 0.07), hair);
  const auto body = c.blob(
      points("40,40 50,33 66,34.5 84,34.5 98,30 107,36 109,50 104,59 90,60 70,63 50,61 41,54"));
  const auto neck = c.blob(points("40,54 34,40 27,26 26,17 33,12 40,17 50,28 60,36 52,52"));
  const auto legs = c.stroke(points("47,52 51,62 52,75 53,91"), 0.14, 0.034) |
                    c.stroke(points("102,46 101,60 105,75 104,91"), 0.18, 0.034);
  c.paint_round(body | neck | legs, coat, 0.09, 1.1);
  for (Point hoof : points("45,89 96,89 53,92 104,92"))
    c.paint(c.ellipse(hoof, 0.026, 0.02), flat({0.12, 0.10, 0.09}));

  const auto head = c.blob(points("34,12 36,20 29,28 20,38 15,40 12,37 14,32 22,19 28,12"));
  c.paint_round(head, coat, 0.05, 1.1);
  c.paint_round(c.polygon(points("29,14 30,5 33.5,13")), coat, 0.02);
  c.paint(c.stroke(points("31,9 40,15 48,25 55,35"), 0.05, 0.04), hair);
  c.paint(c.stroke(points("30,12 24,19"), 0.03, 0.015), hair);
  c.paint(c.ellipse({0.255, 0.205}, 0.014, 0.013), flat({0.03, 0.02, 0.02}));
  c.paint(c.ellipse({0.145, 0.365}, 0.010, 0.008), flat({0.08, 0.04, 0.03}));
  c.paint(c.blurred(c.ellipse({0.15, 0.38}, 0.035, 0.025), 0.02) & head, flat({0.2, 0.13, 0.1}),
          0.7);
  c.blur(0.005);
  return c.picture(0.012);
}

tensor::Tensor deer() {
  Canvas c(96, 96, 8);
  c.paint(c.everything(), foliage({0.50, 0.52, 0.30}, {0.16, 0.22, 0.11}, 0.22, 91));
  for (double x : {0.08, 0.24, 0.80, 0.95})
    c.paint(c.stroke({{x, -0.1}, {x + 0.02, 0.7}}, 0.05, 0.06), flat({0.22, 0.18, 0.13}), 0.8);
  c.blur(0.03);
  c.paint(c.polygon(points("0,66 100,64 100,100 0,100")),
          grass({0.58, 0.58, 0.30}, {0.28, 0.32, 0.13}, 0.65, 92));
  c.paint(c.blurred(c.ellipse({0.56, 0.92}, 0.30, 0.025), 0.03), flat({0.08, 0.10, 0.04}), 0.7);
  const Paint coat = fur(flat({0.62, 0.41, 0.24}), 0.2, 15, 0.1, 93);
  const Paint far_coat = fur(flat({0.36, 0.24, 0.14}), 0.2, 15, 0.1, 93);
  for (const char* path : {"43,60 42,75 43,90", "74,58 78,74 75,81 75,90"})
    c.paint_round(c.stroke(points(path), 0.08, 0.021), far_coat, 0.03);
  const auto body = c.blob(points("37,50 44,44 58,45 72,43 80,47 82,56 76,65 62,66 46,67 38,60"));
  const auto neck = c.blob(points("37,60 34,48 30,34 36,26 41,32 46,44 48,54"));
  const auto legs = c.stroke(points("43,56 46,66 46,79 47,92"), 0.10, 0.022) |
                    c.stroke(points("77,52 75,65 79,79 78,92"), 0.13, 0.022);
  c.paint_round(body | neck | legs, coat, 0.07, 1.1);
  for (Point hoof : points("43,91 75,91 47,93 78,93"))
    c.paint(c.ellipse(hoof, 0.017, 0.014), flat({0.12, 0.10, 0.09}));
  c.paint(c.blurred(c.ellipse({0.58, 0.66}, 0.16, 0.03), 0.02) & body, flat({0.85, 0.76, 0.62}),
          0.7);
  c.paint(c.ellipse({0.815, 0.50}, 0.022, 0.04, -15), flat({0.92, 0.88, 0.80}));
  const Paint horn = flat({0.78, 0.68, 0.52});
  for (double side : {-1.0, 1.0}) {
    c.paint(c.stroke(beside(0.33, side, "3,22 11,14 12,3"), 0.024, 0.012), horn);
    c.paint(c.stroke(beside(0.33, side, "10,15 18,8"), 0.018, 0.010), horn);
    c.paint(c.stroke(beside(0.33, side, "7,18 6,9"), 0.016, 0.010), horn);
    c.paint_round(c.blob(beside(0.33, side, "5,25 12,21 15,23 11,27 6,28")), coat, 0.02);
  }
  const auto head = c.blob(points("33,21 39,25 38,33 35.5,41 33,43 30.5,41 28,33 27,25"));
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
  c.paint(c.everything(), textured(foliage({0.52, 0.42, 0.30}, {0.26, 0.19, 0.13}, 0.3, 101), 0.4,
                                   0.06, 0.05, 102));
  c.blur(0.02);
  c.paint(c.blurred(c.ellipse({0.52, 0.80}, 0.42, 0.08), 0.05), flat({0.05, 0.04, 0.02}), 0.8);
  const Paint skin =
      textured(vertical({0.42, 0.60, 0.16}, 0.25, {0.24, 0.40, 0.10}, 0.8), 0.35, 0.08, 0.08, 103);
  // Hind legs, body, head, eyes, front legs.
  for (double side : {-1.0, 1.0}) {
    c.paint_round(c.blob(beside(0.5, side, "18,55 32,48 43,58 42,74 28,80 18,74")), skin, 0.06);
    c.paint_round(c.stroke(beside(0.5, side, "40,74 30,82 44,86"), 0.06, 0.04), skin, 0.03);
  }
  const auto body = c.blob(points("50,30 66,34 76,46 76,64 66,78 50,82 34,78 24,64 24,46 34,34"));
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
  c.paint(c.stroke(points("27,50 36,56 50,58 64,56 73,50"), 0.016, 0.016),
          flat({0.10, 0.16, 0.04}));
  c.paint(c.ellipse({0.465, 0.45}, 0.012, 0.008), flat({0.1, 0.16, 0.04}));
  c.paint(c.ellipse({0.535, 0.45}, 0.012, 0.008), flat({0.1, 0.16, 0.04}));
  c.blur(0.006);
  return c.picture(0.012);
}

}  // namespace odin::samples
