#include "odin/native/system/number_text.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace odin::native {
namespace {

template <class... Args>
std::string formatted(const char* format, Args... args) {
  char text[512];  // the largest double has 309 digits
  std::snprintf(text, sizeof text, format, args...);
  return text;
}

}  // namespace

std::string shortest_text(double value) {
  if (std::isnan(value)) return std::signbit(value) ? "-nan" : "nan";
  if (!std::isfinite(value) || value == 0) return formatted("%.0f", value);

  // Every decimal number of 15 digits can be told apart from its neighbors, but for doubles near 0.
  using Limits = std::numeric_limits<double>;
  int digits = std::isnormal(value) ? Limits::digits10 : 1;
  std::string scientific;
  do {
    scientific = formatted("%.*e", digits - 1, value);
  } while (std::strtod(scientific.c_str(), nullptr) != value && ++digits <= Limits::max_digits10);

  // Without the zeros at the end.
  const std::size_t exponent_at = scientific.find('e');
  std::size_t end = exponent_at;
  while (digits > 1 && scientific[end - 1] == '0') --end, --digits;
  if (scientific[end - 1] == '.') --end;
  const int exponent = std::atoi(scientific.c_str() + exponent_at + 1);
  scientific.erase(end, exponent_at - end);

  const int decimals = digits - 1 - exponent;
  const std::string fixed = formatted("%.*f", decimals > 0 ? decimals : 0, value);
  return fixed.size() <= scientific.size() ? fixed : scientific;
}

}  // namespace odin::native
