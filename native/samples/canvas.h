#pragma once

#include <cstdint>
#include <functional>
#include <string>
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

using Points = std::vector<Point>;
/// "12,50 7.5,61" is (0.12, 0.5) and (0.075, 0.61).
Points points(const std::string& percentages);
/// The same to the right (side = 1) or, mirrored, to the left (-1) of an upright axis.
Points beside(double axis, double side, const std::string& percentages);

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
  Mask polygon(const Points& corners) const;
  /// The smooth closed curve through the points.
  Mask blob(const Points& points) const;
  /// The smooth curve through the points, with a width that changes evenly from end to end.
  Mask stroke(const Points& points, double first_width, double last_width) const;
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

/// What is in both, what is in either.
Canvas::Mask operator&(Canvas::Mask a, const Canvas::Mask& b);
Canvas::Mask operator|(Canvas::Mask a, const Canvas::Mask& b);

}  // namespace odin::samples
