#include "odin/tensor/parallel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <thread>
#include <vector>

#include "odin/tensor/error.h"
#include "odin/tests/device.h"

namespace odin {
namespace {

using tensor::parallel_for;

/// Whether parallel_for visits each of n positions once, with a nested parallel_for.
bool visits_each_once(std::int64_t n) {
  std::vector<int> outer(static_cast<std::size_t>(n)), inner(static_cast<std::size_t>(3 * n));
  parallel_for(n, 1, [&](std::int64_t first, std::int64_t last) {
    for (auto i = first; i < last; ++i) {
      ++outer[static_cast<std::size_t>(i)];
      parallel_for(3, 1, [&](std::int64_t a, std::int64_t b) {
        for (auto j = a; j < b; ++j) ++inner[static_cast<std::size_t>(3 * i + j)];
      });
    }
  });
  const auto once = [](int count) { return count == 1; };
  return std::ranges::all_of(outer, once) && std::ranges::all_of(inner, once);
}

/// Restores the number of threads in the destructor.
struct Threads {
  explicit Threads(int n) { tensor::set_num_threads(n); }
  ~Threads() { tensor::set_num_threads(0); }
};

}  // namespace

TEST_SUITE("tensor") {
  TEST_CASE("parallel_for visits each position once, whatever the threads, nested too" *
            tests::on_cpu_only()) {
    for (const int threads : {1, 2, 3, 5, 2}) {
      const Threads scope(threads);
      CAPTURE(threads);
      for (std::int64_t n = 0; n < 40; ++n) CHECK(visits_each_once(n));
    }
  }

  TEST_CASE("parallel_for may be called by several threads at once" * tests::on_cpu_only()) {
    const Threads scope(3);
    bool there = true, here = true;
    std::thread other([&] {
      for (int i = 0; i < 300; ++i) there = visits_each_once(i % 17) && there;
    });
    for (int i = 0; i < 300; ++i) here = visits_each_once(i % 23) && here;
    other.join();
    CHECK(there);
    CHECK(here);
  }

  TEST_CASE("an exception in one range comes out of parallel_for, which then works on" *
            tests::on_cpu_only()) {
    const Threads scope(3);
    const auto failing = [](std::int64_t at) {
      parallel_for(12, 1, [&](std::int64_t first, std::int64_t last) {
        require(at < first || at >= last, "position ", at);
      });
    };
    for (std::int64_t at = 0; at < 12; ++at) CHECK_THROWS_AS(failing(at), Error);
    CHECK(visits_each_once(12));
  }
}

}  // namespace odin
