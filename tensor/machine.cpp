#include "odin/tensor/machine.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "odin/tensor/backend/cpu/gemm.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/ops/elementwise.h"
#include "odin/tensor/ops/matmul.h"
#include "odin/tensor/parallel.h"

namespace odin::tensor {
namespace {

/// Unused results are stored here, so that the compiler does not remove the work.
std::atomic<float> unused_result;

/// Repeats `work`, split among all threads, for 0.2 s and returns the shortest time.
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

/// Runs `work` ten times on a GPU and returns the shortest time.
double shortest_seconds_on(Device device, const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  for (int i = 0; i < 10; ++i) {
    synchronize(device);
    const auto before = Clock::now();
    work();
    synchronize(device);
    best = std::min(best, std::chrono::duration<double>(Clock::now() - before).count());
  }
  return best;
}

/// The best rate_of(size, seconds) for work of growing size, until it takes long enough for an
/// accurate measurement.
template <class Make, class Rate>
double best_rate(Device device, std::int64_t first, std::int64_t last, Make&& make,
                 Rate&& rate_of) {
  double best = 0;
  for (std::int64_t size = first; size <= last; size *= 2) {
    const double seconds = shortest_seconds_on(device, make(size));
    best = std::max(best, rate_of(static_cast<double>(size), seconds));
    if (seconds > 5e-3) break;
  }
  return best;
}

}  // namespace

std::string instruction_set() { return cpu::kernels().isa; }

double measure_peak_gflops(Device device) {
  if (device != Device::cpu)
    return best_rate(
        device, 256, 8192,
        [&](std::int64_t n) -> std::function<void()> {
          const Tensor a = Tensor::full({n, n}, 0.5, DType::f32, device);
          return [a] { matmul(a, a); };
        },
        [](double n, double seconds) { return 2 * n * n * n / seconds / 1e9; });
  const cpu::Kernels& k = cpu::kernels();
  constexpr std::int64_t kRounds = 1 << 20;
  const double seconds =
      shortest_seconds([&](std::int64_t) { unused_result = k.multiply_adds(kRounds, 0.5f); });
  return 2.0 * static_cast<double>(kRounds) * k.peak_sums * k.lanes * num_threads() / seconds / 1e9;
}

double measure_memory_bandwidth(Device device) {
  if (device != Device::cpu)
    return best_rate(
        device, 1 << 18, 1 << 28,
        [&](std::int64_t n) -> std::function<void()> {
          const Tensor from = Tensor::zeros({n}, DType::f32, device);
          return [from, to = from.new_empty({n})]() mutable { copy_(to, from); };
        },
        [](double n, double seconds) { return 2 * sizeof(float) * n / seconds / 1e9; });
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
