#pragma once

#include <string>
#include <utility>
#include <vector>

namespace odin::native::report {

/// Escapes &, <, > and quotes for HTML and SVG.
std::string escape(const std::string& text);

/// At most `decimals` digits after the point, without trailing zeros: "12.5", "3", "-0.25"; from
/// 1e15 on as compact_number().
std::string short_number(double value, int decimals = 2);

/// Six significant digits, with an exponent where there would be many zeros: "1000", "0.0014",
/// "1e+17", "2.5e-07".
std::string compact_number(double value);

using Point = std::pair<double, double>;

enum class Anchor { start, middle, end };

/// Writes the elements of one SVG drawing. The origin is the upper left corner, y points down.
/// Colors, widths and fonts are set by class names in the page's style sheet.
class Svg {
 public:
  /// `label` is for screen readers.
  Svg(double width, double height, const std::string& label);

  void line(Point from, Point to, const std::string& classes);
  void rect(Point corner, double width, double height, const std::string& classes,
            const std::string& attributes = "");
  void circle(Point center, double radius, const std::string& classes);
  void polyline(const std::vector<Point>& points, const std::string& classes);
  /// Closed by a straight line from the last point to the first.
  void polygon(const std::vector<Point>& points, const std::string& classes);
  void text(Point at, const std::string& text, const std::string& classes,
            Anchor anchor = Anchor::start);
  /// Text that reads from bottom to top, centered on the point.
  void vertical_text(Point at, const std::string& text, const std::string& classes);

  std::string finish() const { return body_ + "</svg>\n"; }

 private:
  void path(const std::vector<Point>& points, const std::string& classes, bool closed);

  std::string body_;
};

/// The approximate width in pixels of a text in the charts' font of the given size.
double text_width(const std::string& text, double size);

/// The text, or its beginning and its end with "…" between them, which together are no wider.
std::string fitted(const std::string& text, double size, double width);

}  // namespace odin::native::report
