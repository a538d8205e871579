#include "odin/tensor/machine.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/parallel.h"

namespace odin::tensor {
namespace {

/// Results that nobody needs go here, so that the work is done.
std::atomic<float> unused_result;

/// The shortest of the times that `work`, shared among all threads, takes in a fifth of a second.
double shortest_seconds(const std::function<void(std::int64_t part)>& work) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  const auto start = Clock::now();
  while (Clock::now() - start < std::chrono::milliseconds(200)) {
    const auto before = Clock::now();
    parallel_for(num_threads(), 1, [&](std::int64_t first, std::int64_t last) {
      for (auto part = first; part < last; ++part) work(part);
    });
    best = std::min(best, std::chrono::duration<double>(Clock::now() - before).count());
  }
  return best;
}

}  // namespace

std::string instruction_set() { return cpu::kernels().isa; }

double measure_peak_gflops() {
  const cpu::Kernels& k = cpu::kernels();
  constexpr std::int64_t kRounds = 1 << 20;
  const double seconds =
      shortest_seconds([&](std::int64_t) { unused_result = k.multiply_adds(kRounds, 0.5f); });
  return 2.0 * static_cast<double>(kRounds) * k.peak_sums * k.lanes * num_threads() / seconds / 1e9;
}

double measure_memory_bandwidth() {
  constexpr std::int64_t kFloats = 64 << 20;
  const cpu::Scratch memory(kFloats);
  std::fill_n(memory.data(), kFloats, 0.0f);
  const std::int64_t share = kFloats / num_threads();
  const double seconds = shortest_seconds([&](std::int64_t part) {
    unused_result = cpu::kernels().sum(share, memory.data() + part * share);
  });
  return static_cast<double>(share * num_threads()) * sizeof(float) / seconds / 1e9;
}

}  // namespace odin::tensor
