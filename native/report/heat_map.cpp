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
constexpr double kPalest = 0.06, kDarkest = 1;  // opacity of the color over the page

std::string fixed(double value, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

}  // namespace

std::string HeatMap::render() const {
  const double cell = std::min(60.0, kPlotWidth / static_cast<double>(columns.size()));
  const double width = kMapLeft + cell * static_cast<double>(columns.size()) + kMapRight;
  const double bottom = kMapTop + kCellHeight * static_cast<double>(rows.size());
  Svg svg(width, bottom + kMapBottom, title);
  svg.text({kMapLeft, 16}, title, "title");

  std::vector<const std::vector<double>*> all;
  for (const auto& row : values) all.push_back(&row);
  const Range range = range_of(all);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const double y = kMapTop + kCellHeight * static_cast<double>(r);
    svg.text({kMapLeft - 7, y + kCellHeight / 2 + 3.5}, rows[r], "tick", Anchor::end);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const double value = values[r][c];
      if (!std::isfinite(value)) continue;
      const double x = kMapLeft + cell * static_cast<double>(c);
      const double share = (value - range.low) / (range.high - range.low);
      const double opacity = kPalest + share * (kDarkest - kPalest);
      svg.rect({x, y}, cell, kCellHeight, "cell",
               " fill-opacity=\"" + short_number(opacity, 3) + "\"");
      svg.text({x + cell / 2, y + kCellHeight / 2 + 3.5}, fixed(value, decimals),
               opacity > 0.55 ? "value inverse" : "value", Anchor::middle);
    }
  }
  for (std::size_t c = 0; c < columns.size(); ++c)
    svg.text({kMapLeft + cell * (static_cast<double>(c) + 0.5), bottom + 14}, columns[c], "tick",
             Anchor::middle);
  if (marked)
    svg.rect({kMapLeft + cell * static_cast<double>(marked->second),
              kMapTop + kCellHeight * static_cast<double>(marked->first)},
             cell, kCellHeight, "frame");
  svg.text({(kMapLeft + width - kMapRight) / 2, bottom + 34}, x_label, "label", Anchor::middle);
  svg.vertical_text({12, (kMapTop + bottom) / 2}, y_label, "label");
  return svg.finish();
}

}  // namespace odin::native::report
