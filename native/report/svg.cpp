#include "odin/native/report/svg.h"

#include <cmath>
#include <cstdio>

namespace odin::native::report {
namespace {

std::string coordinate(double value) { return short_number(value, 2); }

std::string attribute(const char* name, const std::string& value) {
  return std::string(" ") + name + "=\"" + value + "\"";
}

std::string attribute(const char* name, double value) { return attribute(name, coordinate(value)); }

}  // namespace

std::string escape(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += c;
    }
  }
  return result;
}

std::string compact_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string short_number(double value, int decimals) {
  if (!(std::abs(value) < 1e15)) return compact_number(value);
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  std::string result = text;
  if (result.find('.') != result.npos) {
    result.erase(result.find_last_not_of('0') + 1);
    if (result.back() == '.') result.pop_back();
  }
  return result == "-0" ? "0" : result;
}

Svg::Svg(double width, double height, const std::string& label)
    : body_("<svg" + attribute("viewBox", "0 0 " + coordinate(width) + " " + coordinate(height)) +
            attribute("width", width) + attribute("height", height) +
            " role=\"img\" xmlns=\"http://www.w3.org/2000/svg\"" +
            attribute("aria-label", escape(label)) + ">\n") {}

void Svg::line(Point from, Point to, const std::string& classes) {
  body_ += "<line" + attribute("x1", from.first) + attribute("y1", from.second) +
           attribute("x2", to.first) + attribute("y2", to.second) + attribute("class", classes) +
           "/>\n";
}

void Svg::rect(Point corner, double width, double height, const std::string& classes,
               const std::string& attributes) {
  body_ += "<rect" + attribute("x", corner.first) + attribute("y", corner.second) +
           attribute("width", width) + attribute("height", height) + attribute("class", classes) +
           attributes + "/>\n";
}

void Svg::circle(Point center, double radius, const std::string& classes) {
  body_ += "<circle" + attribute("cx", center.first) + attribute("cy", center.second) +
           attribute("r", radius) + attribute("class", classes) + "/>\n";
}

void Svg::polyline(const std::vector<Point>& points, const std::string& classes) {
  path(points, classes, false);
}

void Svg::polygon(const std::vector<Point>& points, const std::string& classes) {
  path(points, classes, true);
}

void Svg::path(const std::vector<Point>& points, const std::string& classes, bool closed) {
  if (points.empty()) return;
  std::string d;
  for (const auto& [x, y] : points)
    d += (d.empty() ? "M" : "L") + coordinate(x) + " " + coordinate(y);
  body_ += "<path" + attribute("d", d + (closed ? "Z" : "")) + attribute("class", classes) + "/>\n";
}

void Svg::text(Point at, const std::string& text, const std::string& classes, Anchor anchor) {
  const char* where = anchor == Anchor::start    ? ""
                      : anchor == Anchor::middle ? " text-anchor=\"middle\""
                                                 : " text-anchor=\"end\"";
  body_ += "<text" + attribute("x", at.first) + attribute("y", at.second) +
           attribute("class", classes) + where + ">" + escape(text) + "</text>\n";
}

void Svg::vertical_text(Point at, const std::string& text, const std::string& classes) {
  const std::string place = coordinate(at.first) + " " + coordinate(at.second);
  body_ += "<text" + attribute("transform", "translate(" + place + ") rotate(-90)") +
           attribute("class", classes) + " text-anchor=\"middle\">" + escape(text) + "</text>\n";
}

namespace {

/// The width of the UTF-8 letter that begins with this byte, in Latin letters: those of East Asia are
/// about twice as wide.
double letters_of(char first) {
  const auto byte = static_cast<unsigned char>(first);
  const bool wide = (byte >= 0xe3 && byte <= 0xed) || byte >= 0xf0;
  return (byte & 0xc0) == 0x80 ? 0 : wide ? 1.9 : 1;
}

bool is_letter_begin(const std::string& text, std::size_t at) {
  return at >= text.size() || letters_of(text[at]) > 0;
}

}  // namespace

double text_width(const std::string& text, double size) {
  double letters = 0;
  for (const char c : text) letters += letters_of(c);
  return 0.52 * size * letters;
}

std::string fitted(const std::string& text, double size, double width) {
  const double most = width / (0.52 * size) - 1;  // in letters, beside the "…"
  double letters = 0;
  for (const char c : text) letters += letters_of(c);
  if (letters <= most + 1) return text;
  std::size_t head = 0, tail = text.size();
  for (double used = 0; head < text.size() && (used += letters_of(text[head])) <= most / 2;) ++head;
  while (head > 0 && !is_letter_begin(text, head)) --head;
  for (double used = 0; tail > head && (used += letters_of(text[tail - 1])) <= most / 2;) --tail;
  while (!is_letter_begin(text, tail)) ++tail;
  return text.substr(0, head) + "…" + text.substr(tail);
}

}  // namespace odin::native::report
