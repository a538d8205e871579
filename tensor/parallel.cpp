#include "odin/tensor/parallel.h"

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>

#include "odin/tensor/error.h"

namespace odin::tensor {
namespace {
std::atomic<int> requested_threads{0};
}

void set_num_threads(int threads) {
  require(threads >= 0, "threads: expected 0 (all) or more, got ", threads);
  requested_threads = threads;
}

int num_threads() {
  const int threads = requested_threads;
  return threads > 0 ? threads : omp_get_num_procs();
}

bool in_parallel() { return omp_in_parallel(); }

void parallel_for(std::int64_t n, std::int64_t grain,
                  const std::function<void(std::int64_t, std::int64_t)>& body) {
  if (n <= 0) return;
  grain = std::max<std::int64_t>(grain, 1);
  const std::int64_t most = (n + grain - 1) / grain;
  const int threads = static_cast<int>(std::min<std::int64_t>(num_threads(), most));
  if (threads <= 1 || omp_in_parallel()) return body(0, n);

  // Four ranges a thread, taken as threads come free, so that a late thread holds nobody up long.
  // Where there are only as many as threads, each has its own: the parts of one image then meet
  // the same cache in every layer.
  const std::int64_t ranges = std::min<std::int64_t>(most, 4 * threads);
  std::exception_ptr error;
  const auto run = [&](std::int64_t r) {
    try {
      body(n * r / ranges, n * (r + 1) / ranges);
    } catch (...) {
#pragma omp critical(odin_parallel_error)
      if (!error) error = std::current_exception();
    }
  };
  if (ranges == threads) {
#pragma omp parallel for schedule(static, 1) num_threads(threads)
    for (std::int64_t r = 0; r < ranges; ++r) run(r);
  } else {
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (std::int64_t r = 0; r < ranges; ++r) run(r);
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace odin::tensor
