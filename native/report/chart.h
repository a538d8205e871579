#pragma once

#include <string>
#include <vector>

#include "odin/native/report/axis.h"
#include "odin/native/report/svg.h"

namespace odin::native::report {

/// A chart of two axes. Series are drawn in the order in which they are added; each has a class of
/// the style sheet, which gives its colour: "in", "out", "odin", "baseline", ...
class Chart {
 public:
  Chart(std::string title, Axis x, Axis y, double width = 300, double height = 232);

  void line(const std::vector<Point>& points, const std::string& classes,
            const std::string& name = "");
  /// `heights` over bins of equal width from the x axis's low to its high: an outline over a light
  /// fill, so that two of them can lie over each other.
  void histogram(const std::vector<double>& heights, const std::string& classes,
                 const std::string& name = "");
  /// Bars from 0, side by side, over bins as in histogram.
  void bars(const std::vector<double>& heights, const std::string& classes,
            const std::string& name = "");
  void points(const std::vector<Point>& points, const std::string& classes,
              const std::string& name = "", double radius = 1.6);
  /// A line across the plot at x, with a word beside it.
  void marker(double x, const std::string& label, const std::string& classes = "marker");
  /// The line y = x.
  void diagonal();

  std::string render() const;

 private:
  enum class Shape { line, histogram, bars, points };
  struct Series {
    Shape shape;
    std::vector<Point> points;  ///< in data units; of histograms and bars: (bin, height)
    std::string classes, name;
    double radius;
  };
  struct Marker {
    double x;
    std::string label, classes;
  };

  Point place(double x, double y) const;
  std::vector<Point> thinned(const std::vector<Point>& points) const;
  std::vector<Point> outline(const Series& series) const;
  void draw_axes(Svg& svg) const;
  void draw_legend(Svg& svg) const;
  void draw_series(Svg& svg, const Series& series) const;
  void draw_marker(Svg& svg, const Marker& marker) const;

  std::string title_;
  Axis x_, y_;
  double width_, height_;
  bool diagonal_ = false;
  std::vector<Series> series_;
  std::vector<Marker> markers_;
};

}  // namespace odin::native::report
