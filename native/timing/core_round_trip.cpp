#include "odin/native/timing/core_round_trip.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <thread>

namespace odin::native {
namespace {

constexpr int kRounds = 8, kEnd = -1;

/// Answers every odd number with the next one.
void answer(std::atomic<int>& turn) {
  for (int expected = 1;; expected += 2) {
    int seen;
    while ((seen = turn.load(std::memory_order_acquire)) != expected)
      if (seen == kEnd) return;
    turn.store(expected + 1, std::memory_order_release);
  }
}

/// The mean of as many rounds as fit into 5 ms. Limited by time because a round takes milliseconds
/// if the two threads share a processor.
double measure_once() {
  using Clock = std::chrono::steady_clock;
  std::atomic<int> turn{0};
  std::thread other([&] { answer(turn); });
  const auto start = Clock::now();
  int asked = 0;
  Clock::duration passed;
  do {
    for (int i = 0; i < kRounds; ++i, ++asked) {
      turn.store(2 * asked + 1, std::memory_order_release);
      while (turn.load(std::memory_order_acquire) != 2 * asked + 2) {
      }
    }
    passed = Clock::now() - start;
  } while (passed < std::chrono::milliseconds(5));
  turn.store(kEnd, std::memory_order_release);
  other.join();
  return std::chrono::duration<double, std::nano>(passed).count() / asked;
}

}  // namespace

double core_round_trip_ns() {
  std::array<double, 9> times;
  for (double& t : times) t = measure_once();
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  return times[times.size() / 2];
}

}  // namespace odin::native
