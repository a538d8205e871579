#include "odin/tensor/inherited.h"

#include <doctest/doctest.h>

#include <array>
#include <stdexcept>
#include <thread>

#include "odin/tensor/parallel.h"
#include "odin/tests/device.h"

using namespace odin;
using tensor::Inherited;

namespace {

constinit const Inherited<int> color{1};
constinit const Inherited<int> size{10};

}  // namespace

TEST_SUITE("tensor") {
  TEST_CASE("a setting has the value of the innermost scope, and its own outside any") {
    CHECK(color.get() == 1);
    {
      const Inherited<int>::Scope outer(color, 2);
      const Inherited<int>::Scope other(size, 20);
      CHECK(color.get() == 2);
      {
        const Inherited<int>::Scope inner(color, 3);
        CHECK(color.get() == 3);
        CHECK(size.get() == 20);
      }
      CHECK(color.get() == 2);
    }
    CHECK(color.get() == 1);
    CHECK(size.get() == 10);
  }

  TEST_CASE("the threads of a parallel_for have the caller's settings, and other threads do not" *
            tests::with_threads_only()) {
    tensor::set_num_threads(3);
    const Inherited<int>::Scope scope(color, 2);
    std::array<int, 64> seen{};
    tensor::parallel_for(64, 1, [&](std::int64_t first, std::int64_t last) {
      for (auto i = first; i < last; ++i) {
        const Inherited<int>::Scope inner(size, static_cast<int>(i));
        tensor::parallel_for(4, 1, [&](std::int64_t, std::int64_t) {
          seen[static_cast<std::size_t>(i)] = color.get() == 2 && size.get() == i;
        });
      }
    });
    tensor::set_num_threads(0);
    for (const int right : seen) CHECK(right == 1);
    int elsewhere = 0;
    std::thread([&] { elsewhere = color.get(); }).join();
    CHECK(elsewhere == 1);
  }

  TEST_CASE("a scope ends with its block, also where that throws") {
    try {
      const Inherited<int>::Scope scope(color, 2);
      throw std::runtime_error("out");
    } catch (const std::runtime_error&) {
      CHECK(color.get() == 1);
    }
    CHECK_THROWS(tensor::parallel_for(8, 1, [](std::int64_t, std::int64_t) {
      const Inherited<int>::Scope scope(color, 2);
      throw std::runtime_error("out");
    }));
    CHECK(color.get() == 1);
  }
}
