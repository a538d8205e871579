#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace odin::native::report {

/// A table of numbers as coloured cells, with each number in its cell.
struct HeatMap {
  std::string title, x_label, y_label;
  std::vector<std::string> columns, rows;
  std::vector<std::vector<double>> values;  ///< [row][column]; NaN: left empty
  int decimals = 1;
  /// The cell (row, column) with a frame around it.
  std::optional<std::pair<std::size_t, std::size_t>> marked;

  std::string render() const;
};

}  // namespace odin::native::report
