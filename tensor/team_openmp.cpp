#include <omp.h>

#include "odin/tensor/team.h"

namespace odin::tensor::team {

int processors() { return omp_get_num_procs(); }

bool inside() { return omp_in_parallel(); }

void run(int threads, std::int64_t ranges, const std::function<void(std::int64_t)>& f) {
  if (ranges == threads) {
    // Static: a thread gets the same part of an image in every layer, so its cache may hold it.
#pragma omp parallel for schedule(static, 1) num_threads(threads)
    for (std::int64_t r = 0; r < ranges; ++r) f(r);
  } else {
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (std::int64_t r = 0; r < ranges; ++r) f(r);
  }
}

}  // namespace odin::tensor::team
