#include "odin/native/streams/brace_names.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

constexpr std::int64_t kMostNames = 1'000'000;

struct BraceRange {
  std::int64_t first = 0, last = 0;
  std::size_t digits = 0;  ///< of every number, filled up with zeros; 0: as many as it has

  /// Steps from the first number to the last; there is one number more.
  std::int64_t steps() const { return first <= last ? last - first : first - last; }
  std::string number(std::int64_t i) const {
    std::string text = std::to_string(first <= last ? first + i : first - i);
    if (text.size() < digits) text.insert(0, digits - text.size(), '0');
    return text;
  }
};

std::optional<std::int64_t> number_of(std::string_view digits) {
  std::int64_t value = 0;
  if (digits.empty() || digits.front() == '-') return std::nullopt;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

/// The range between braces, "000..999"; empty if it is something else.
std::optional<BraceRange> range_of(std::string_view inside) {
  const auto dots = inside.find("..");
  if (dots == inside.npos) return std::nullopt;
  const std::string_view first = inside.substr(0, dots), last = inside.substr(dots + 2);
  const auto from = number_of(first), to = number_of(last);
  if (!from || !to) return std::nullopt;
  const auto filled = [](std::string_view text) { return text.size() > 1 && text.front() == '0'; };
  const bool zeros = filled(first) || filled(last);
  return BraceRange{*from, *to, zeros ? std::max(first.size(), last.size()) : 0};
}

}  // namespace

std::vector<std::string> expand_braces(const std::string& text) {
  std::vector<std::string> names{""};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t close = text[at] == '{' ? text.find('}', at) : text.npos;
    const auto range = close == text.npos
                           ? std::nullopt
                           : range_of(std::string_view(text).substr(at + 1, close - at - 1));
    if (!range) {
      for (std::string& name : names) name += text[at];
      ++at;
      continue;
    }
    require(range->steps() < kMostNames / std::ssize(names), nn::quote(text), ": more than ",
            kMostNames, " names");
    std::vector<std::string> longer;
    for (const std::string& name : names)
      for (std::int64_t i = 0; i <= range->steps(); ++i) longer.push_back(name + range->number(i));
    names = std::move(longer);
    at = close + 1;
  }
  return names;
}

}  // namespace odin::native
