#include "odin/native/scoring/score_file.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto first = text.find_first_not_of(kBlank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

std::vector<double> read_scores(const std::filesystem::path& path) {
  const auto bytes = nn::read_file(path, "scores");
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<double> scores;
  for (std::size_t line = 1; !rest.empty(); ++line) {
    const auto end = rest.find('\n');
    const std::string_view text = trimmed(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    require(!text.empty() && error == std::errc() && stop == text.data() + text.size() &&
                std::isfinite(value),
            "scores: ", nn::quote(path.string()), ", line ", line,
            ": expected a finite number, got ", text.empty() ? "an empty line" : nn::quote(text));
    scores.push_back(value);
  }
  return scores;
}

}  // namespace odin::native
