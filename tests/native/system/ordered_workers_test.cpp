#include "odin/native/system/ordered_workers.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>

using odin::native::OrderedWorkers;

namespace {

std::function<std::optional<int>()> count_to(int last) {
  return [last, next = 0]() mutable -> std::optional<int> {
    if (next == last) return std::nullopt;
    return next++;
  };
}

}  // namespace

TEST_SUITE("native/system") {
  TEST_CASE("results come in order, whichever is made first") {
    OrderedWorkers<int, int> workers(
        count_to(50),
        [](int i) {
          std::this_thread::sleep_for(std::chrono::microseconds(i * 7919 % 500));
          return i * i;
        },
        4, 8);
    for (int i = 0; i < 50; ++i) CHECK(workers.next() == i * i);
    CHECK_FALSE(workers.next());
    CHECK_FALSE(workers.next());
  }

  TEST_CASE("no more results are made ahead than wanted, and none of them must be taken") {
    std::atomic<int> made = 0;
    {
      OrderedWorkers<int, int> workers(
          count_to(1000), [&](int i) { return ++made, i; }, 3, 5);
      CHECK(workers.next() == 0);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    CHECK(made >= 1);
    CHECK(made <= 6);
  }

  TEST_CASE("errors come where the value would have come") {
    OrderedWorkers<int, int> failing(
        count_to(4), [](int i) { return i == 2 ? throw std::runtime_error("two") : i; }, 2, 4);
    CHECK(failing.next() == 0);
    CHECK(failing.next() == 1);
    CHECK_THROWS_WITH(failing.next(), "two");
    CHECK(failing.next() == 3);
    CHECK_FALSE(failing.next());

    OrderedWorkers<int, int> ended(
        [next = 0]() mutable -> std::optional<int> {
          if (next == 1) throw std::runtime_error("end");
          return next++;
        },
        [](int i) { return i; }, 2, 4);
    CHECK(ended.next() == 0);
    CHECK_THROWS_WITH(ended.next(), "end");
  }
}
