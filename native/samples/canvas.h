#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "odin/tensor/tensor.h"

namespace odin::samples {

// Coordinates are in picture heights: y from 0 (top) to 1, x from 0 (left) to width / height.
struct Point {
  double x, y;
};

struct Color {
  double r, g, b;
};
Color operator+(Color a, Color b);
Color operator*(Color a, double factor);
Color mix(Color a, Color b, double share_of_b);

/// The color at a point.
using Paint = std::function<Color(Point)>;
Paint flat(Color color);
/// From one color at height y0 to another at y1.
Paint vertical(Color top, double y0, Color bottom, double y1);
/// `base`, made lighter and darker by fractal noise with grains of the given size.
Paint textured(Paint base, double strength, double width, double height, std::uint32_t seed);

/// Smooth random values in [0,1] that change over a distance of about 1; with octaves, ever finer
/// and weaker detail on top.
double noise(Point p, std::uint32_t seed);
double fractal_noise(Point p, std::uint32_t seed, int octaves = 4);
/// Independent values in [0,1), one for each index.
double random_at(std::uint32_t index, std::uint32_t seed);

/// A picture under work. It is drawn with many fine pixels for each final one, so that edges come
/// out smooth.
class Canvas {
 public:
  /// How much of each fine pixel a shape covers, in [0,1].
  using Mask = std::vector<float>;

  Canvas(int width, int height, int fine_per_pixel);

  double right() const { return aspect_; }

  Mask everything() const;
  Mask ellipse(Point center, double radius_x, double radius_y, double degrees = 0) const;
  Mask polygon(const std::vector<Point>& corners) const;
  /// The smooth closed curve through the points.
  Mask blob(const std::vector<Point>& points) const;
  /// The smooth curve through the points, with a width that changes evenly from end to end.
  Mask stroke(const std::vector<Point>& points, double first_width, double last_width) const;
  Mask blurred(Mask mask, double radius) const;

  void paint(const Mask& mask, const Paint& paint, double opacity = 1);
  /// Paints the shape as if it were a cushion, rounded off over `radius`, lit from above and left.
  void paint_round(const Mask& mask, const Paint& paint, double radius, double contrast = 1);
  /// What is painted so far goes out of focus.
  void blur(double radius);

  /// [3,H,W]: the mean of the fine pixels, with the grain of a camera's sensor.
  tensor::Tensor picture(double grain) const;

 private:
  template <class Inside>
  Mask where(Point low, Point high, Inside inside) const;
  Point point_at(int column, int row) const;

  int width_, height_, fine_, columns_, rows_;
  double aspect_;
  std::vector<Color> pixels_;
};

/// What is in both, in either, in the first only.
Canvas::Mask operator&(Canvas::Mask a, const Canvas::Mask& b);
Canvas::Mask operator|(Canvas::Mask a, const Canvas::Mask& b);
Canvas::Mask operator-(Canvas::Mask a, const Canvas::Mask& b);

}  // namespace odin::samples
