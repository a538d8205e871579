#include "odin/native/scoring/score_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "odin/native/system/text_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

/// The number that the whole text is; numbers too near to 0 for a double are 0.
std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || stop != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    value = std::strtod(std::string(text).c_str(), nullptr);
    return std::isinf(value) ? std::nullopt : std::optional(value);
  }
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

std::string in_lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  return text;
}

bool is_name(const std::string& cell) {
  const char c = cell.empty() ? '\0' : cell.front();
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '#' ||
                      static_cast<unsigned char>(c) >= 0x80;
  return letter && !parse_number(cell);
}

/// A table of scores, whose columns may have names.
class ScoreTable {
 public:
  ScoreTable(const std::filesystem::path& path, const std::string& column)
      : prefix_("scores: " + nn::quote(path.string())),
        text_(read_text_file(path, "scores")),
        lines_(filled_lines(text_)) {
    require(!lines_.empty(), prefix_, ": expected a score a line, found none");
    const std::string_view names = lines_.front().text;
    separator_ = separator_of(column.empty() ? trimmed(names) : names);
    // Words of one column of text are no columns, unless somebody says so.
    if (separator_ == ' ' && column.empty()) separator_ = '\0';
    const auto first = table_cells(lines_.front().text, separator_);
    columns_ = first.size();
    if (std::none_of(first.begin(), first.end(), parse_number) &&
        std::any_of(first.begin(), first.end(), is_name))
      name_columns(first);
    place_ = column.empty() ? only_column() : named_column(column);
  }

  std::vector<double> scores() const {
    std::vector<double> scores;
    for (std::size_t i = names_.empty() ? 0 : 1; i < lines_.size(); ++i)
      scores.push_back(score_in(lines_[i]));
    require(!scores.empty(), prefix_, ": names of columns and no scores");
    return scores;
  }

 private:
  /// A line of names may be a comment: "# score".
  void name_columns(std::vector<std::string> names) {
    std::string& first = names.front();
    first.erase(0, std::min(first.find_first_not_of("# "), first.size()));
    names_ = std::move(names);
  }

  std::size_t only_column() const {
    if (columns_ == 1) return 0;
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (in_lower_case(names_[i]) != "score") continue;
      require(!found, prefix_,
              ": two columns are named score: give the number of one with --column");
      found = i;
    }
    require(found.has_value(), prefix_, ": ", columns_, " columns", listed(),
            ": choose one with --column");
    return *found;
  }

  std::size_t named_column(const std::string& column) const {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(column.data(), column.data() + column.size(), number);
    const auto exact = std::find(names_.begin(), names_.end(), column);
    if (exact != names_.end()) return static_cast<std::size_t>(exact - names_.begin());
    if (error == std::errc() && end == column.data() + column.size()) {
      require(number >= 1 && number <= columns_, prefix_, ": no column ", number, " of ", columns_,
              listed());
      return number - 1;
    }
    const auto near = std::find_if(names_.begin(), names_.end(), [&](const std::string& name) {
      return in_lower_case(name) == in_lower_case(column);
    });
    require(near != names_.end(), prefix_, ": no column ", nn::quote(column), " of ", columns_,
            names_.empty() ? ", which have no names" : listed());
    return static_cast<std::size_t>(near - names_.begin());
  }

  /// " ('file', 'score')"
  std::string listed() const {
    return names_.empty() ? "" : " (" + nn::quote_some(names_, 12) + ")";
  }

  double score_in(const TextLine& line) const {
    const auto cells = table_cells(line.text, separator_);
    const std::string where = prefix_ + ", line " + std::to_string(line.number);
    require(cells.size() == columns_, where, ": ", cells.size(),
            cells.size() == 1 ? " column" : " columns", ", expected ", columns_);
    const std::string& cell = cells[place_];
    const auto value = parse_number(cell);
    require(value && !std::isnan(*value), where, ": expected a number, got ",
            cell.empty() ? "nothing" : nn::quote(cell));
    return *value;
  }

  std::string prefix_, text_;
  std::vector<TextLine> lines_;  // of text_
  char separator_ = ',';
  std::size_t columns_ = 1, place_ = 0;
  std::vector<std::string> names_;  ///< empty if the first line has scores already
};

}  // namespace

std::vector<double> read_scores(const std::filesystem::path& path, const std::string& column) {
  return ScoreTable(path, column).scores();
}

}  // namespace odin::native
