#include <utility>

#include "arena.h"
#include "block.h"
#include "host_memory.h"
#include "queue.h"

namespace cuda_on_cpu {
namespace {

bool block_fits(dim3 block) {
  return block.x > 0 && block.y > 0 && block.z > 0 && block.x <= 1024 && block.y <= 1024 &&
         block.z <= 64 && std::size_t{block.x} * block.y * block.z <= 1024;
}

bool grid_fits(dim3 grid) {
  return grid.x > 0 && grid.y > 0 && grid.z > 0 && grid.x <= 0x7fffffff && grid.y <= 65535 &&
         grid.z <= 65535;
}

void run_grid(const std::function<void()>& thread) {
  for (unsigned z = 0; z < grid_size.z; ++z) {
    for (unsigned y = 0; y < grid_size.y; ++y) {
      for (unsigned x = 0; x < grid_size.x; ++x) {
        block_index = {x, y, z};
        if (!run_block(thread)) return;
      }
    }
  }
}

}  // namespace

bool kernel_may_use(const void* pointer) {
  const std::lock_guard guard(lock());
  return pointer == nullptr || Arena::instance().contains(pointer) || is_pinned(pointer);
}

cudaError_t launch(const cudaLaunchConfig_t& config, std::function<void()> thread) {
  if (no_device()) return report(cudaErrorNoDevice);
  if (!block_fits(config.blockDim) || !grid_fits(config.gridDim)) {
    return report(cudaErrorInvalidConfiguration);
  }
  if (config.dynamicSmemBytes != 0 || config.numAttrs != 0) return report(cudaErrorNotSupported);
  return report(
      submit([grid = config.gridDim, block = config.blockDim, thread = std::move(thread)] {
        if (!thread) {
          fail(cudaErrorIllegalAddress, "a kernel was given a pointer to ordinary host memory");
          return;
        }
        grid_size = grid;
        block_size = block;
        run_grid(thread);
        const std::string damage = Arena::instance().damage();
        if (!damage.empty()) fail(cudaErrorIllegalAddress, damage);
      }));
}

}  // namespace cuda_on_cpu
