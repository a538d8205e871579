#pragma once

#include <string>
#include <vector>

#include "odin/native/report/axis.h"
#include "odin/native/report/svg.h"

namespace odin::native::report {

/// A chart with two axes. Series are drawn in the order in which they are added. `classes` are
/// classes of the style sheet, which set the color: "in", "out", "odin", "baseline", ...
class Chart {
 public:
  Chart(std::string title, Axis x, Axis y, double width = 300, double height = 232);

  void line(const std::vector<Point>& points, const std::string& classes,
            const std::string& name = "");
  /// `heights` of bins of equal width over the range of the x axis, drawn as an outline with a
  /// light fill so that two histograms can overlap.
  void histogram(const std::vector<double>& heights, const std::string& classes,
                 const std::string& name = "");
  /// Bars from 0 over the same bins as in histogram().
  void bars(const std::vector<double>& heights, const std::string& classes,
            const std::string& name = "");
  void points(const std::vector<Point>& points, const std::string& classes,
              const std::string& name = "", double radius = 1.6);
  /// A labeled vertical line at x.
  void marker(double x, const std::string& label, const std::string& classes = "marker");
  /// The line y = x.
  void diagonal();

  std::string render() const;

 private:
  enum class Shape { line, histogram, bars, points };
  struct Series {
    Shape shape;
    std::vector<Point> points;  ///< in data units; for histograms and bars (bin, height)
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
  double left() const;
  void draw_axes(Svg& svg) const;
  void draw_x_labels(Svg& svg) const;
  void draw_legend(Svg& svg) const;
  void draw_series(Svg& svg, const Series& series) const;
  void draw_marker(Svg& svg, const Marker& marker) const;

  std::string title_;
  Axis x_, y_;
  double width_, height_;
  double left_;  ///< of the plot, after the labels of the y axis
  bool diagonal_ = false;
  std::vector<Series> series_;
  std::vector<Marker> markers_;
};

}  // namespace odin::native::report
