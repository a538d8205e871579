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
/// The same points relative to a vertical axis: on its right (side = 1) or mirrored to its left
/// (-1).
Points beside(double axis, double side, const std::string& percentages);

/// Independent pseudo-random values in [0,1), one for each index.
double random_at(std::uint32_t index, std::uint32_t seed);

/// An image being drawn. It is supersampled: each final pixel is the mean of many fine pixels, so
/// that edges are smooth.
class Canvas {
 public:
  /// The coverage of each fine pixel by a shape, in [0,1].
  using Mask = std::vector<float>;

  Canvas(int width, int height, int fine_per_pixel);

  double right() const { return aspect_; }

  Mask everything() const;
  Mask ellipse(Point center, double radius_x, double radius_y, double degrees = 0) const;
  Mask polygon(const Points& corners) const;
  /// The smooth closed curve through the points.
  Mask blob(const Points& points) const;
  /// The smooth curve through the points, with a width that changes linearly from end to end.
  Mask stroke(const Points& points, double first_width, double last_width) const;
  Mask blurred(Mask mask, double radius) const;

  void paint(const Mask& mask, const Paint& paint, double opacity = 1);
  /// Paints the shape like a cushion with edges rounded over `radius`, lit from above and left.
  void paint_round(const Mask& mask, const Paint& paint, double radius, double contrast = 1);
  /// Blurs everything painted so far.
  void blur(double radius);

  /// The image [3,H,W]: the mean of the fine pixels, with noise like that of a camera's sensor.
  tensor::Tensor picture(double grain) const;

 private:
  template <class Inside>
  Mask where(Point low, Point high, Inside inside) const;
  Point point_at(int column, int row) const;

  int width_, height_, fine_, columns_, rows_;
  double aspect_;
  std::vector<Color> pixels_;
};

/// The intersection and the union of two masks.
Canvas::Mask operator&(Canvas::Mask a, const Canvas::Mask& b);
Canvas::Mask operator|(Canvas::Mask a, const Canvas::Mask& b);

}  // namespace odin::samples
