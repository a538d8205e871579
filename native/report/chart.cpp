#include "odin/native/report/chart.h"

#include <algorithm>
#include <cmath>

namespace odin::native::report {
namespace {

constexpr double kLeft = 46, kRight = 12, kTop = 46, kBottom = 42;  // kLeft: at least
constexpr double kTick = 4, kTickSize = 10, kLegendSize = 10.5, kSwatch = 16;
constexpr double kAxisLabel = 16;  // the room of the y axis's name
constexpr double kChartTitleSize = 12.5, kAxisNameSize = 10.5;

/// An axis of an empty, reversed or infinite range cannot be drawn: a unit around its lower end.
Axis drawable(Axis axis) {
  const bool range = std::isfinite(axis.low) && std::isfinite(axis.high) && axis.low < axis.high;
  if (range && (!axis.logarithmic || axis.low > 0)) return axis;
  const std::vector<double> ends{axis.low};
  const Range around = range_of({&ends});
  axis.logarithmic = false;
  if (!range) axis.low = around.low, axis.high = around.high;
  return axis;
}

double widest(const std::vector<std::string>& labels) {
  double width = 0;
  for (const std::string& label : labels) width = std::max(width, text_width(label, kTickSize));
  return width;
}

std::vector<Point> indexed(const std::vector<double>& heights) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < heights.size(); ++i)
    points.emplace_back(static_cast<double>(i), heights[i]);
  return points;
}

}  // namespace

Chart::Chart(std::string title, Axis x, Axis y, double width, double height)
    : title_(std::move(title)),
      x_(drawable(std::move(x))),
      y_(drawable(std::move(y))),
      width_(width),
      height_(height),
      left_(left()) {}

/// Long numbers on the y axis move the plot to the right.
double Chart::left() const {
  return std::clamp(kAxisLabel + widest(y_.tick_labels()) + kTick + 3, kLeft, 0.5 * width_);
}

void Chart::line(const std::vector<Point>& points, const std::string& classes,
                 const std::string& name) {
  series_.push_back({Shape::line, points, classes, name, 0});
}

void Chart::histogram(const std::vector<double>& heights, const std::string& classes,
                      const std::string& name) {
  series_.push_back({Shape::histogram, indexed(heights), classes, name, 0});
}

void Chart::bars(const std::vector<double>& heights, const std::string& classes,
                 const std::string& name) {
  series_.push_back({Shape::bars, indexed(heights), classes, name, 0});
}

void Chart::points(const std::vector<Point>& points, const std::string& classes,
                   const std::string& name, double radius) {
  series_.push_back({Shape::points, points, classes, name, radius});
}

void Chart::marker(double x, const std::string& label, const std::string& classes) {
  markers_.push_back({x, label, classes});
}

void Chart::diagonal() { diagonal_ = true; }

Point Chart::place(double x, double y) const {
  return {left_ + x_.position(x) * (width_ - left_ - kRight),
          height_ - kBottom - y_.position(y) * (height_ - kTop - kBottom)};
}

/// The points in pixels, without those too close to the previous one to be seen.
std::vector<Point> Chart::thinned(const std::vector<Point>& points) const {
  std::vector<Point> kept;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point p = place(points[i].first, points[i].second);
    const bool ends = i == 0 || i + 1 == points.size();
    if (ends || std::hypot(p.first - kept.back().first, p.second - kept.back().second) >= 0.4)
      kept.push_back(p);
  }
  return kept;
}

/// The outline of a histogram's bins, starting and ending on the x axis.
std::vector<Point> Chart::outline(const Series& series) const {
  const auto bins = static_cast<double>(series.points.size());
  const auto edge = [&](double i) { return left_ + i / bins * (width_ - left_ - kRight); };
  std::vector<Point> points{{edge(0), place(0, y_.low).second}};
  for (const auto& [i, height] : series.points) {
    const double y = place(0, height).second;
    points.emplace_back(edge(i), y);
    points.emplace_back(edge(i + 1), y);
  }
  points.emplace_back(edge(bins), place(0, y_.low).second);
  return points;
}

void Chart::draw_axes(Svg& svg) const {
  const double left = left_, right = width_ - kRight, top = kTop, bottom = height_ - kBottom;
  const auto y_ticks = y_.tick_values();
  const auto y_labels = y_.tick_labels();
  for (std::size_t i = 0; i < y_ticks.size(); ++i) {
    const double y = place(x_.low, y_ticks[i]).second;
    if (y_ticks[i] > y_.low) svg.line({left, y}, {right, y}, "rule");
    svg.line({left - kTick, y}, {left, y}, "axis");
    svg.text({left - kTick - 3, y + 3.5}, y_labels[i], "tick", Anchor::end);
  }
  draw_x_labels(svg);
  svg.line({left, top}, {left, bottom}, "axis");
  svg.line({left, bottom}, {right, bottom}, "axis");
  svg.text({(left + right) / 2, height_ - 7}, fitted(x_.label, kAxisNameSize, right - left),
           "label", Anchor::middle);
  svg.vertical_text({11, (top + bottom) / 2}, fitted(y_.label, kAxisNameSize, height_), "label");
}

/// Labels that would run into the one before are left out, their ticks are not.
void Chart::draw_x_labels(Svg& svg) const {
  const double bottom = height_ - kBottom;
  const auto ticks = x_.tick_values();
  const auto labels = x_.tick_labels();
  double free_from = 0;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double x = place(ticks[i], y_.low).first, half = text_width(labels[i], kTickSize) / 2;
    svg.line({x, bottom}, {x, bottom + kTick}, "axis");
    if (x - half < free_from) continue;
    svg.text({x, bottom + kTick + 11}, labels[i], "tick", Anchor::middle);
    free_from = x + half + 4;
  }
}

void Chart::draw_legend(Svg& svg) const {
  double x = left_;
  const double y = 34;
  for (const Series& s : series_) {
    if (s.name.empty()) continue;
    if (s.shape == Shape::line)
      svg.line({x, y - 3.5}, {x + kSwatch, y - 3.5}, "line " + s.classes);
    else if (s.shape == Shape::points)
      svg.circle({x + kSwatch / 2, y - 3.5}, 3, "key " + s.classes);
    else
      svg.rect({x + 2, y - 8}, kSwatch - 4, 9,
               (s.shape == Shape::bars ? "bar " : "area ") + s.classes);
    const std::string name = fitted(s.name, kLegendSize, (width_ - left_) / 2 - kSwatch - 5);
    svg.text({x + kSwatch + 5, y}, name, "legend");
    x += kSwatch + 5 + text_width(name, kLegendSize) + 12;
  }
}

void Chart::draw_series(Svg& svg, const Series& s) const {
  switch (s.shape) {
    case Shape::line: svg.polyline(thinned(s.points), "line " + s.classes); break;
    case Shape::points:
      for (const auto& [x, y] : s.points) svg.circle(place(x, y), s.radius, "dot " + s.classes);
      break;
    case Shape::histogram: {
      const auto points = outline(s);
      svg.polygon(points, "area " + s.classes);
      svg.polyline(points, "step " + s.classes);
      break;
    }
    case Shape::bars: {
      const double bin = (width_ - left_ - kRight) / static_cast<double>(s.points.size());
      const double bottom = place(0, y_.low).second;
      for (const auto& [i, height] : s.points) {
        const double y = place(0, height).second;
        if (bottom > y)
          svg.rect({left_ + i * bin + 0.5, y}, bin - 1, bottom - y, "bar " + s.classes);
      }
      break;
    }
  }
}

void Chart::draw_marker(Svg& svg, const Marker& m) const {
  const double x = place(m.x, 0).first;
  svg.line({x, kTop}, {x, height_ - kBottom}, m.classes);
  if (m.label.empty()) return;
  const bool right = x_.position(m.x) < 0.5;
  svg.text({right ? x + 5 : x - 5, kTop + 9}, m.label, "note", right ? Anchor::start : Anchor::end);
}

std::string Chart::render() const {
  Svg svg(width_, height_, title_);
  svg.text({left_, 16}, fitted(title_, kChartTitleSize, width_ - left_), "title");
  draw_axes(svg);
  if (diagonal_) {
    const double from = std::max(x_.low, y_.low), to = std::min(x_.high, y_.high);
    svg.polyline({place(from, from), place(to, to)}, "line diagonal");
  }
  for (const Series& s : series_) draw_series(svg, s);
  for (const Marker& m : markers_) draw_marker(svg, m);
  draw_legend(svg);
  return svg.finish();
}

}  // namespace odin::native::report
