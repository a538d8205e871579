#include "odin/native/training/log.h"

#include <charconv>
#include <cmath>
#include <sstream>
#include <type_traits>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

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
}

template <class T>
std::string cell(T number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

std::string cell(const std::optional<double>& number) { return number ? cell(*number) : ""; }

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

std::string joined(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& c : cells) line += (&c == &cells.front() ? "" : ",") + c;
  return line + "\n";
}

std::string header() {
  std::vector<std::string> names;
  const EpochFigures none;
  for_each_column(none, [&](const char* name, const auto&) { names.push_back(name); });
  return joined(names);
}

EpochFigures parse_line(const std::string& line, const std::string& where) {
  EpochFigures figures;
  std::size_t at = 0;
  for_each_column(figures, [&](const char* name, auto& member) {
    require(at <= line.size(), where, ": no ", name);
    const std::size_t end = std::min(line.find(',', at), line.size());
    const std::string text = line.substr(at, end - at);
    require(parse_cell(text, member), where, ": ", name, " is ", nn::quote(text),
            ", expected a number");
    at = end + 1;
  });
  require(at == line.size() + 1, where, ": more values than columns");
  return figures;
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
  std::string text = header();
  for (const EpochFigures& figures : log) {
    std::vector<std::string> cells;
    for_each_column(figures,
                    [&](const char*, const auto& member) { cells.push_back(cell(member)); });
    text += joined(cells);
  }
  return text;
}

std::vector<EpochFigures> parse_log(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  require(line + "\n" == header(), name, ": expected a log of odin train, which begins with ",
          header().substr(0, header().size() - 1));
  std::vector<EpochFigures> log;
  for (std::int64_t number = 2; std::getline(lines, line); ++number) {
    const std::string where = name + ", line " + std::to_string(number);
    log.push_back(parse_line(line, where));
    require(log.back().epoch == number - 1, where, ": epoch is ", log.back().epoch, ", expected ",
            number - 1);
  }
  return log;
}

}  // namespace odin::native
