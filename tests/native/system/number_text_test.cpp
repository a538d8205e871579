#include "odin/native/system/number_text.h"

#include <doctest/doctest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

using odin::native::shortest_text;

namespace {

std::string by_to_chars(double value) {
  char text[400];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

}  // namespace

TEST_SUITE("native/system: numbers as text") {
  TEST_CASE("the text is that of std::to_chars") {
    using Limits = std::numeric_limits<double>;
    for (const double value : {0.0,
                               -0.0,
                               1.0,
                               -1.0,
                               0.1,
                               1.0 / 3,
                               100.0,
                               1e5,
                               123456.0,
                               1e6,
                               1e15,
                               1e16,
                               1e21,
                               1e22,
                               1e23,
                               1e-4,
                               1e-5,
                               0.001,
                               0.00012,
                               1e-7,
                               123456789012345680.0,
                               5e-324,
                               2.5e-310,
                               Limits::min(),
                               Limits::max(),
                               Limits::infinity(),
                               -Limits::infinity(),
                               Limits::quiet_NaN()})
      CHECK(shortest_text(value) == by_to_chars(value));
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> unit(0, 1);
    for (int i = 0; i < 2000; ++i) {
      const double fraction = unit(random);
      CHECK(shortest_text(fraction) == by_to_chars(fraction));
      const double rounded = std::round(fraction * 1e4) / 1e4;
      CHECK(shortest_text(rounded) == by_to_chars(rounded));
      const double any = std::bit_cast<double>(random());
      if (std::isfinite(any)) CHECK(shortest_text(any) == by_to_chars(any));
    }
  }

  TEST_CASE("powers of two, whose neighbors are not equally far, read back") {
    for (int exponent = -1074; exponent < 1024; ++exponent) {
      const double value = std::ldexp(1.0, exponent);
      CHECK(std::strtod(shortest_text(value).c_str(), nullptr) == value);
    }
  }
}
