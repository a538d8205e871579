#include "odin/native/samples/canvas.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <sstream>

namespace odin::samples {
namespace {

double dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }
Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
Point operator*(Point a, double s) { return {a.x * s, a.y * s}; }

/// The Catmull-Rom curve from b to c, coming from a and going on to d.
Point on_curve(Point a, Point b, Point c, Point d, double t) {
  return (b * 2 + (c - a) * t + (a * 2 - b * 5 + c * 4 - d) * (t * t) +
          (b * 3 - a - c * 3 + d) * (t * t * t)) *
         0.5;
}

Points smooth_curve(const Points& points, bool closed) {
  constexpr int kSteps = 12;
  const int n = static_cast<int>(points.size());
  const auto at = [&](int i) {
    return points[static_cast<std::size_t>(closed ? (i + n) % n : std::clamp(i, 0, n - 1))];
  };
  Points curve;
  for (int i = 0; i < (closed ? n : n - 1); ++i)
    for (int step = 0; step < kSteps; ++step)
      curve.push_back(
          on_curve(at(i - 1), at(i), at(i + 1), at(i + 2), static_cast<double>(step) / kSteps));
  if (!closed) curve.push_back(points.back());
  return curve;
}

/// Means over windows of 2 radius + 1 values along lines of `count` values `step` apart.
void box_blur(std::vector<float>& values, int lines, int line_step, int count, int step,
              int radius) {
  std::vector<double> sums(static_cast<std::size_t>(count) + 1);
  for (int line = 0; line < lines; ++line) {
    float* first = values.data() + std::ptrdiff_t{line} * line_step;
    for (int i = 0; i < count; ++i)
      sums[static_cast<std::size_t>(i) + 1] = sums[static_cast<std::size_t>(i)] + first[i * step];
    for (int i = 0; i < count; ++i) {
      const int low = std::max(i - radius, 0), high = std::min(i + radius + 1, count);
      first[i * step] = static_cast<float>(
          (sums[static_cast<std::size_t>(high)] - sums[static_cast<std::size_t>(low)]) /
          (high - low));
    }
  }
}

}  // namespace

Color operator+(Color a, Color b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
Color operator*(Color a, double factor) { return {a.r * factor, a.g * factor, a.b * factor}; }
Color mix(Color a, Color b, double share_of_b) { return a * (1 - share_of_b) + b * share_of_b; }

Points points(const std::string& percentages) {
  std::istringstream in(percentages);
  Points result;
  char comma = 0;
  for (Point p; in >> p.x >> comma >> p.y;) result.push_back({p.x / 100, p.y / 100});
  return result;
}

Points beside(double axis, double side, const std::string& percentages) {
  Points result = points(percentages);
  for (Point& p : result) p.x = axis + side * p.x;
  return result;
}

double random_at(std::uint32_t index, std::uint32_t seed) {
  std::uint32_t h = index * 0x9E3779B1u ^ seed * 0x85EBCA77u;
  h = (h ^ h >> 15) * 0x2C1B3C6Du;
  h = (h ^ h >> 12) * 0x297A2D39u;
  return (h ^ h >> 15) / 4294967296.0;
}

Canvas::Mask operator&(Canvas::Mask a, const Canvas::Mask& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] *= b[i];
  return a;
}
Canvas::Mask operator|(Canvas::Mask a, const Canvas::Mask& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = std::max(a[i], b[i]);
  return a;
}

Canvas::Canvas(int width, int height, int fine_per_pixel)
    : width_(width),
      height_(height),
      fine_(fine_per_pixel),
      columns_(width * fine_per_pixel),
      rows_(height * fine_per_pixel),
      aspect_(static_cast<double>(width) / height),
      pixels_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)) {}

Point Canvas::point_at(int column, int row) const {
  return {(column + 0.5) / rows_, (row + 0.5) / rows_};
}

/// A mask that is 1 where inside(point), which is evaluated only in the rectangle between two
/// corners.
template <class Inside>
Canvas::Mask Canvas::where(Point low, Point high, Inside inside) const {
  Mask mask(pixels_.size());
  const auto clamp = [&](double value, int limit) {
    return static_cast<int>(std::clamp(value * rows_, 0.0, static_cast<double>(limit)));
  };
  for (int row = clamp(low.y, rows_); row < clamp(high.y + 1.0 / rows_, rows_); ++row)
    for (int column = clamp(low.x, columns_); column < clamp(high.x + 1.0 / rows_, columns_);
         ++column)
      if (inside(point_at(column, row)))
        mask[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
             static_cast<std::size_t>(column)] = 1;
  return mask;
}

Canvas::Mask Canvas::everything() const { return Mask(pixels_.size(), 1.0f); }

Canvas::Mask Canvas::ellipse(Point center, double radius_x, double radius_y, double degrees) const {
  const double angle = degrees * std::numbers::pi / 180;
  const Point axis{std::cos(angle), std::sin(angle)};
  const double reach = std::max(radius_x, radius_y);
  return where(center - Point{reach, reach}, center + Point{reach, reach}, [&](Point p) {
    const Point d = p - center;
    const double u = dot(d, axis) / radius_x, v = (d.y * axis.x - d.x * axis.y) / radius_y;
    return u * u + v * v <= 1;
  });
}

Canvas::Mask Canvas::polygon(const Points& corners) const {
  Point low = corners.front(), high = low;
  for (Point p : corners) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  return where(low, high, [&](Point p) {
    bool inside = false;
    for (std::size_t i = 0, j = corners.size() - 1; i < corners.size(); j = i++) {
      const Point a = corners[i], b = corners[j];
      if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (b.x - a.x) * (p.y - a.y) / (b.y - a.y))
        inside = !inside;
    }
    return inside;
  });
}

Canvas::Mask Canvas::blob(const Points& points) const {
  return polygon(smooth_curve(points, true));
}

Canvas::Mask Canvas::stroke(const Points& points, double first_width, double last_width) const {
  const Points curve = smooth_curve(points, false);
  const double steps = static_cast<double>(curve.size() - 1);
  Mask mask(pixels_.size());
  for (std::size_t i = 0; i + 1 < curve.size(); ++i) {
    const Point a = curve[i], along = curve[i + 1] - a;
    const double from = std::lerp(first_width, last_width, static_cast<double>(i) / steps) / 2;
    const double to = std::lerp(first_width, last_width, static_cast<double>(i + 1) / steps) / 2;
    const double reach = std::max(from, to);
    const Point low{std::min(a.x, a.x + along.x) - reach, std::min(a.y, a.y + along.y) - reach};
    const Point high{std::max(a.x, a.x + along.x) + reach, std::max(a.y, a.y + along.y) + reach};
    mask = std::move(mask) | where(low, high, [&](Point p) {
             const double length2 = std::max(dot(along, along), 1e-12);
             const double t = std::clamp(dot(p - a, along) / length2, 0.0, 1.0);
             const Point away = p - (a + along * t);
             const double radius = std::lerp(from, to, t);
             return dot(away, away) <= radius * radius;
           });
  }
  return mask;
}

Canvas::Mask Canvas::blurred(Mask mask, double radius) const {
  const int r = static_cast<int>(std::lround(radius * rows_ / 2));
  for (int pass = 0; pass < 3; ++pass) {
    box_blur(mask, rows_, columns_, columns_, 1, r);
    box_blur(mask, columns_, 1, rows_, columns_, r);
  }
  return mask;
}

void Canvas::paint(const Mask& mask, const Paint& paint, double opacity) {
  for (std::size_t i = 0; i < pixels_.size(); ++i) {
    if (mask[i] <= 0) continue;
    const int row = static_cast<int>(i) / columns_, column = static_cast<int>(i) % columns_;
    pixels_[i] = mix(pixels_[i], paint(point_at(column, row)), mask[i] * opacity);
  }
}

void Canvas::paint_round(const Mask& mask, const Paint& paint, double radius, double contrast) {
  // The blurred shape is the height of the cushion; its slope determines the lighting.
  const Mask height = blurred(mask, radius);
  const auto at = [&](int column, int row) -> double {
    column = std::clamp(column, 0, columns_ - 1);
    row = std::clamp(row, 0, rows_ - 1);
    return height[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
                  static_cast<std::size_t>(column)];
  };
  const double per_step = radius * rows_ / 2;
  this->paint(mask, [&](Point p) {
    const int column = static_cast<int>(p.x * rows_), row = static_cast<int>(p.y * rows_);
    const double slope_x = (at(column + 1, row) - at(column - 1, row)) * per_step;
    const double slope_y = (at(column, row + 1) - at(column, row - 1)) * per_step;
    const double light = 1 + contrast * (0.35 * slope_x + 0.75 * slope_y);
    return paint(p) * std::clamp(light, 0.25, 1.5);
  });
}

void Canvas::blur(double radius) {
  Mask channel(pixels_.size());
  for (double Color::*part : {&Color::r, &Color::g, &Color::b}) {
    for (std::size_t i = 0; i < pixels_.size(); ++i)
      channel[i] = static_cast<float>(pixels_[i].*part);
    channel = blurred(std::move(channel), radius);
    for (std::size_t i = 0; i < pixels_.size(); ++i) pixels_[i].*part = channel[i];
  }
}

tensor::Tensor Canvas::picture(double grain) const {
  tensor::Tensor result = tensor::Tensor::empty({3, height_, width_});
  auto out_elements = result.write<float>();
  float* out = out_elements.data();
  const int size = width_ * height_;
  for (int i = 0; i < size; ++i) {
    const int x = i % width_, y = i / width_;
    Color sum{0, 0, 0};
    for (int row = y * fine_; row < (y + 1) * fine_; ++row)
      for (int column = x * fine_; column < (x + 1) * fine_; ++column)
        sum = sum + pixels_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
                            static_cast<std::size_t>(column)];
    const Color mean = sum * (1.0 / (fine_ * fine_));
    const auto index = static_cast<std::uint32_t>(i);
    const double speck = random_at(index, 1) + random_at(index, 2) + random_at(index, 3) - 1.5;
    const double channels[] = {mean.r, mean.g, mean.b};
    for (int c = 0; c < 3; ++c)
      out[c * size + i] = static_cast<float>(std::clamp(channels[c] + 2 * grain * speck, 0.0, 1.0));
  }
  return result;
}

}  // namespace odin::samples
