#include <doctest/doctest.h>

#include "odin/nn/io/late_library.h"
#include "odin/tests/nn/io_fixtures.h"

#if __has_include(<features.h>)
#include <features.h>
#endif

using odin::nn::LateLibrary;
using odin::tests::contains;
using odin::tests::error_of;

TEST_SUITE("nn") {
  TEST_CASE("a library that is loaded late and not installed is an error of one line") {
    const std::string error =
        error_of([] { LateLibrary("libodin-does-not-exist.so.7", "tar archives"); });
    CHECK(contains(error, "tar archives are read with a library that cannot be loaded: "));
    CHECK(contains(error, "libodin-does-not-exist.so.7"));
    CHECK(!contains(error, "\n"));
  }

#ifdef __GLIBC__
  TEST_CASE("functions of a library that is loaded late are found by their names") {
    const LateLibrary library("libm.so.6", "numbers");
    CHECK(library.function<double (*)(double)>("sqrt")(9) == 3);
    CHECK(error_of([&] { library.function<double (*)(double)>("no_such_function"); }) ==
          "the library libm.so.6 has no function no_such_function");
  }
#endif
}
