#include "odin/native/system/prefetcher.h"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <vector>

#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using native::Prefetcher;

namespace {

/// 0, 1, ..., count - 1.
std::function<std::optional<int>()> counting(int count) {
  return [i = 0, count]() mutable { return i < count ? std::optional(i++) : std::nullopt; };
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("a prefetcher hands out every value once and in order, then nothing") {
    for (const std::size_t ahead : {1, 2, 5, 100}) {
      CAPTURE(ahead);
      Prefetcher<int> prefetcher(counting(40), ahead);
      std::vector<int> values;
      while (const auto value = prefetcher.next()) values.push_back(*value);
      std::vector<int> expected(40);
      for (int i = 0; i < 40; ++i) expected[static_cast<std::size_t>(i)] = i;
      CHECK(values == expected);
      CHECK_FALSE(prefetcher.next().has_value());
    }
  }

  TEST_CASE("a prefetcher makes no more than it was told to keep") {
    std::atomic<int> made{0};
    {
      Prefetcher<int> prefetcher([&] { return std::optional(made++); }, 3);
      for (int i = 0; i < 50; ++i) {
        CHECK(*prefetcher.next() == i);
        CHECK(made <= i + 1 + 3);
      }
    }
    CHECK(made <= 53);
  }

  TEST_CASE("a prefetcher may be left at any time") {
    for (int taken = 0; taken < 6; ++taken)
      for (int repeat = 0; repeat < 20; ++repeat) {
        Prefetcher<std::vector<int>> prefetcher(
            [] { return std::optional(std::vector<int>(1000)); }, 2);
        for (int i = 0; i < taken; ++i) CHECK(prefetcher.next()->size() == 1000);
      }
  }

  TEST_CASE("what goes wrong on a prefetcher's thread is thrown in its turn, and again") {
    Prefetcher<int> prefetcher(
        [i = 0]() mutable -> std::optional<int> {
          if (i == 2) fail("value ", i, " cannot be made");
          return i++;
        },
        5);
    CHECK(prefetcher.next() == 0);
    CHECK(prefetcher.next() == 1);
    for (int i = 0; i < 2; ++i)
      CHECK(tests::error_of([&] { prefetcher.next(); }) == "value 2 cannot be made");
  }
}
