#include "odin/native/training/log.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <type_traits>

#include "odin/native/system/number_text.h"
#include "odin/native/system/text_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

constexpr const char* kRanksColumn = "waited_for_ranks";

bool is_of_ranks(const EpochFigures& figures) { return !figures.waited_for_ranks.empty(); }

/// Calls f(name, member) for each column.
template <class Figures, class F>
void for_each_column(Figures& figures, F&& f) {
  f("epoch", figures.epoch);
  f("learning_rate", figures.learning_rate);
  f("loss", figures.loss);
  f("train_accuracy", figures.train_accuracy);
  f("validation_accuracy", figures.validation_accuracy);
  f("test_accuracy", figures.test_accuracy);
  f("ema_validation_accuracy", figures.ema_validation_accuracy);
  f("ema_test_accuracy", figures.ema_test_accuracy);
  f("seconds", figures.seconds);
  f("images_per_second", figures.images_per_second);
  f("waited_seconds", figures.waited_seconds);
  f(kRanksColumn, figures.waited_for_ranks);
}

std::string cell(std::int64_t number) { return std::to_string(number); }
std::string cell(double number) { return shortest_text(number); }

std::string cell(const std::optional<double>& number) { return number ? cell(*number) : ""; }

/// Separated by spaces, with the digits that a share needs.
std::string cell(const std::vector<double>& shares) {
  std::string text;
  for (const double share : shares)
    text += (text.empty() ? "" : " ") + cell(std::round(share * 1e4) / 1e4);
  return text;
}

template <class T>
bool parse_cell(const std::string& text, T& number) {
  const char* end = text.data() + text.size();
  const auto [parsed, problem] = std::from_chars(text.data(), end, number);
  if constexpr (std::is_floating_point_v<T>)
    if (!std::isfinite(number)) return false;
  return problem == std::errc() && parsed == end;
}

bool parse_cell(const std::string& text, std::optional<double>& number) {
  return text.empty() || parse_cell(text, number.emplace());
}

bool parse_cell(const std::string& text, std::vector<double>& shares) {
  for (const std::string& share :
       text.empty() ? std::vector<std::string>() : table_cells(text, ' '))
    if (!parse_cell(share, shares.emplace_back())) return false;
  return true;
}

std::string joined(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& c : cells) line += (&c == &cells.front() ? "" : ",") + c;
  return line + "\n";
}

std::string header(bool of_ranks) {
  std::vector<std::string> names;
  const EpochFigures none;
  for_each_column(none, [&](const char* name, const auto&) {
    if (of_ranks || name != kRanksColumn) names.push_back(name);
  });
  return joined(names);
}

/// The places of the columns of EpochFigures in a table with these names; empty if one is missing
/// but that of the ranks, whose place is then behind the last.
std::vector<std::size_t> places_of_columns(const std::vector<std::string>& names) {
  std::vector<std::size_t> places;
  const EpochFigures none;
  bool all = true;
  for_each_column(none, [&](const char* name, const auto&) {
    const auto found = std::find(names.begin(), names.end(), name);
    all = all && (found != names.end() || name == kRanksColumn);
    places.push_back(static_cast<std::size_t>(found - names.begin()));
  });
  return all ? places : std::vector<std::size_t>();
}

EpochFigures parse_row(const std::vector<std::string>& cells,
                       const std::vector<std::size_t>& places, const std::string& where) {
  EpochFigures figures;
  auto place = places.begin();
  for_each_column(figures, [&](const char* name, auto& member) {
    const std::size_t at = *place++;
    if (at >= cells.size() && name == kRanksColumn) return;
    require(at < cells.size(), where, ": no ", name);
    const std::string& text = cells[at];
    require(parse_cell(text, member), where, ": ", name, " is ", nn::quote(text),
            ", expected a number");
  });
  return figures;
}

/// Throws unless these are figures that a training can have, after those of `before`.
void check(const EpochFigures& f, const EpochFigures* before, const std::string& where) {
  constexpr std::int64_t kMostEpochs = 1'000'000'000;
  require(f.epoch > (before ? before->epoch : 0) && f.epoch <= kMostEpochs, where, ": epoch ",
          f.epoch, before ? " after epoch " + std::to_string(before->epoch) : "",
          ", expected them in order from 1");
  const auto check_share = [&](const char* name, const std::optional<double>& share) {
    require(!share || (*share >= 0 && *share <= 1), where, ": ", name, " is ", share.value_or(0),
            ", expected a share from 0 to 1");
  };
  check_share("train_accuracy", f.train_accuracy);
  check_share("validation_accuracy", f.validation_accuracy);
  check_share("test_accuracy", f.test_accuracy);
  check_share("ema_validation_accuracy", f.ema_validation_accuracy);
  check_share("ema_test_accuracy", f.ema_test_accuracy);
  const auto check_positive = [&](const char* name, double value) {
    require(value >= 0, where, ": ", name, " is ", value, ", expected 0 or more");
  };
  check_positive("learning_rate", f.learning_rate);
  check_positive("loss", f.loss);
  check_positive("seconds", f.seconds);
  check_positive("images_per_second", f.images_per_second);
  check_positive("waited_seconds", f.waited_seconds);
  for (const double share : f.waited_for_ranks) check_share(kRanksColumn, share);
}

}  // namespace

std::optional<double> validation_of(const EpochFigures& f) {
  return f.ema_validation_accuracy ? f.ema_validation_accuracy : f.validation_accuracy;
}

std::optional<double> test_of(const EpochFigures& f) {
  return f.ema_test_accuracy ? f.ema_test_accuracy : f.test_accuracy;
}

std::optional<std::size_t> best_epoch(const std::vector<EpochFigures>& log) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < log.size(); ++i)
    if (validation_of(log[i]) && (!best || *validation_of(log[i]) >= *validation_of(log[*best])))
      best = i;
  return best;
}

std::string to_csv(const std::vector<EpochFigures>& log) {
  const bool of_ranks = std::any_of(log.begin(), log.end(), is_of_ranks);
  std::string text = header(of_ranks);
  for (const EpochFigures& figures : log) {
    std::vector<std::string> cells;
    for_each_column(figures, [&](const char* name, const auto& member) {
      if (of_ranks || name != kRanksColumn) cells.push_back(cell(member));
    });
    text += joined(cells);
  }
  return text;
}

bool is_log(const std::string& text) {
  const auto lines = filled_lines(text);
  if (lines.empty()) return false;
  const std::string_view names = lines.front().text;
  return !places_of_columns(table_cells(names, separator_of(names))).empty();
}

std::vector<EpochFigures> parse_log(const std::string& text, const std::string& name) {
  const auto lines = filled_lines(text);
  const std::string_view first = lines.empty() ? std::string_view() : lines.front().text;
  const char separator = separator_of(first);
  const auto names = table_cells(first, separator);
  const auto places = places_of_columns(names);
  require(!places.empty(), name, ": expected a log of odin train, which begins with ",
          trimmed(header(false)));
  std::vector<EpochFigures> log;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string where = name + ", line " + std::to_string(lines[i].number);
    const auto cells = table_cells(lines[i].text, separator);
    require(cells.size() <= names.size(), where, ": more values than columns");
    const EpochFigures figures = parse_row(cells, places, where);
    check(figures, log.empty() ? nullptr : &log.back(), where);
    log.push_back(figures);
  }
  return log;
}

}  // namespace odin::native
