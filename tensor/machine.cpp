#include "odin/tensor/machine.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/parallel.h"

namespace odin::tensor {
namespace {

/// Operations of one call of the tile that every product and convolution is made of, over a depth
/// whose operands stay in the first-level cache.
constexpr std::int64_t kDepth = 64;

void multiply_tiles(const cpu::Kernels& k, std::int64_t count) {
  const auto rows = static_cast<std::size_t>(k.tile_rows),
             cols = static_cast<std::size_t>(k.tile_cols);
  const std::vector<float> a(rows * kDepth, 1.0f), b(cols * kDepth, 1.0f);
  std::vector<float> c(rows * cols);
  std::vector<std::int64_t> b_rows(kDepth);
  for (std::size_t i = 0; i < b_rows.size(); ++i) b_rows[i] = static_cast<std::int64_t>(i * cols);
  const cpu::GemmTile tile{.rows = k.tile_rows,
                           .depth = kDepth,
                           .a = a.data(),
                           .b = b.data(),
                           .b_rows = b_rows.data(),
                           .c = c.data(),
                           .c_stride = k.tile_cols,
                           .add = nullptr,
                           .add_stride = 0};
  for (std::int64_t i = 0; i < count; ++i) k.gemm_tile(tile);
}

}  // namespace

std::string instruction_set() { return cpu::kernels().isa; }

double measure_peak_gflops() {
  using Clock = std::chrono::steady_clock;
  const cpu::Kernels& k = cpu::kernels();
  constexpr std::int64_t kTiles = 4000;
  const std::int64_t threads = num_threads();
  const double operations = 2.0 * static_cast<double>(k.tile_rows * k.tile_cols * kDepth) *
                            static_cast<double>(kTiles * threads);
  double best = 0;
  const auto start = Clock::now();
  while (Clock::now() - start < std::chrono::milliseconds(200)) {
    const auto before = Clock::now();
    parallel_for(threads, 1, [&](std::int64_t first, std::int64_t last) {
      multiply_tiles(k, kTiles * (last - first));
    });
    const std::chrono::duration<double> seconds = Clock::now() - before;
    best = std::max(best, operations / seconds.count() / 1e9);
  }
  return best;
}

}  // namespace odin::tensor
