#include "odin/native/commands/checks.h"

#include <cmath>
#include <string>

namespace odin::native {
namespace {

template <class Holds>
CLI::Validator number_that(const std::string& expected, const char* kind, Holds holds) {
  const auto error = [=](const std::string& text) {
    double value = 0;
    const bool right =
        CLI::detail::lexical_cast(text, value) && std::isfinite(value) && holds(value);
    return right ? "" : "expected a number " + expected + ", got " + text;
  };
  return CLI::Validator(error, kind);
}

}  // namespace

CLI::Validator positive() {
  return number_that("above 0", "POSITIVE", [](double v) { return v > 0; });
}

CLI::Validator not_negative() {
  return number_that("of 0 or more", "NONNEGATIVE", [](double v) { return v >= 0; });
}

}  // namespace odin::native
