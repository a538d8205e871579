#include "odin/native/report/heat_map.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "odin/native/report/axis.h"
#include "odin/native/report/svg.h"

namespace odin::native::report {
namespace {

constexpr double kMapLeft = 62, kMapTop = 30, kCellHeight = 23, kMapBottom = 44, kMapRight = 8;
constexpr double kPlotWidth = 890;
constexpr double kValueSize = 10, kTitleSize = 12.5, kRowLabelGap = 24;
constexpr double kPalest = 0.06, kDarkest = 1;  // opacity of the color over the page

std::string cell_text(double value, int decimals) {
  if (std::abs(value) >= 1e6) return compact_number(value);
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

double widest_of(const std::vector<std::string>& texts, double size) {
  double width = 0;
  for (const std::string& text : texts) width = std::max(width, text_width(text, size));
  return width;
}

}  // namespace

std::size_t HeatMap::columns_per_label(double cell) const {
  const double needed = (widest_of(columns, kValueSize) + 4) / cell;
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(needed)));
}

std::string HeatMap::render() const {
  const double left = std::max(kMapLeft, kRowLabelGap + widest_of(rows, kValueSize));
  const double cell = std::min(60.0, kPlotWidth / static_cast<double>(columns.size()));
  const double right = left + cell * static_cast<double>(columns.size());
  const std::string heading = fitted(title, kTitleSize, kPlotWidth);
  const double width = std::max(right, left + text_width(heading, kTitleSize)) + kMapRight;
  const double bottom = kMapTop + kCellHeight * static_cast<double>(rows.size());
  Svg svg(width, bottom + kMapBottom, title);
  svg.text({left, 16}, heading, "title");

  std::vector<const std::vector<double>*> all;
  for (const auto& row : values) all.push_back(&row);
  const Range range = range_of(all);
  const std::size_t every = columns_per_label(cell);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const double y = kMapTop + kCellHeight * static_cast<double>(r);
    svg.text({left - 7, y + kCellHeight / 2 + 3.5}, rows[r], "tick", Anchor::end);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const double value = values[r][c];
      if (!std::isfinite(value)) continue;
      const double x = left + cell * static_cast<double>(c);
      const double share = share_of_range(value, range.low, range.high);
      const double opacity = kPalest + share * (kDarkest - kPalest);
      svg.rect({x, y}, cell, kCellHeight, "cell",
               " fill-opacity=\"" + short_number(opacity, 3) + "\"");
      const std::string text = cell_text(value, decimals);
      if (text_width(text, kValueSize) <= cell)
        svg.text({x + cell / 2, y + kCellHeight / 2 + 3.5}, text,
                 opacity > 0.55 ? "value inverse" : "value", Anchor::middle);
    }
  }
  for (std::size_t c = 0; c < columns.size(); c += every)
    svg.text({left + cell * (static_cast<double>(c) + 0.5), bottom + 14}, columns[c], "tick",
             Anchor::middle);
  if (marked)
    svg.rect({left + cell * static_cast<double>(marked->second),
              kMapTop + kCellHeight * static_cast<double>(marked->first)},
             cell, kCellHeight, "frame");
  svg.text({(left + right) / 2, bottom + 34}, x_label, "label", Anchor::middle);
  svg.vertical_text({12, (kMapTop + bottom) / 2}, y_label, "label");
  return svg.finish();
}

}  // namespace odin::native::report
