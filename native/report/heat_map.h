#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace odin::native::report {

/// A table of numbers as colored cells, with the number in each cell that has room for it.
struct HeatMap {
  std::string title, x_label, y_label;
  std::vector<std::string> columns, rows;
  std::vector<std::vector<double>> values;  ///< [row][column]; NaN: an empty cell
  int decimals = 1;
  /// (row, column) of the cell to frame.
  std::optional<std::pair<std::size_t, std::size_t>> marked;

  std::string render() const;

 private:
  /// Every how many columns there is room for a label below a cell of that width.
  std::size_t columns_per_label(double cell) const;
};

}  // namespace odin::native::report
