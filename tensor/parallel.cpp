#include "odin/tensor/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

#include "odin/tensor/error.h"
#include "odin/tensor/inherited.h"
#include "odin/tensor/team.h"

namespace odin::tensor {
namespace {
std::atomic<int> requested_threads{0};

/// The threads of the program that are in a parallel_for of their own. Each keeps a processor busy,
/// so that what remains for one of them is num_threads() less the others.
std::atomic<int> callers{0};

struct Caller {
  const int others = callers.fetch_add(1, std::memory_order_relaxed);
  Caller() = default;
  Caller(const Caller&) = delete;
  ~Caller() { callers.fetch_sub(1, std::memory_order_relaxed); }
};

/// What the worker threads need, on one cache line, so that another processor fetches it at once.
struct alignas(64) Loop {
  const std::function<void(std::int64_t, std::int64_t)>& body;
  std::int64_t n, ranges;
  const detail::ScopeLink* scopes = detail::innermost_scope;  ///< the caller's
  std::exception_ptr error = nullptr;
  std::mutex failing = {};

  void run(std::int64_t r) {
    const detail::BorrowedScopes borrowed(scopes);
    try {
      body(n * r / ranges, n * (r + 1) / ranges);
    } catch (...) {
      const std::lock_guard lock(failing);
      if (!error) error = std::current_exception();
    }
  }
};

}  // namespace

void set_num_threads(int threads) {
  require(threads >= 0, "threads: expected 0 (all) or more, got ", threads);
  requested_threads = threads;
}

int num_threads() {
  const int threads = requested_threads;
  return threads > 0 ? threads : team::processors();
}

bool in_parallel() { return team::inside(); }

void parallel_for(std::int64_t n, std::int64_t grain,
                  const std::function<void(std::int64_t, std::int64_t)>& body) {
  if (n <= 0) return;
  grain = std::max<std::int64_t>(grain, 1);
  const std::int64_t most = (n + grain - 1) / grain;
  const std::int64_t usable = std::min<std::int64_t>(num_threads(), team::kMostThreads);
  if (usable <= 1 || most <= 1 || team::inside()) return body(0, n);
  const Caller caller;
  const int threads = static_cast<int>(std::min(usable - caller.others, most));
  if (threads <= 1) return body(0, n);

  // Four ranges per thread, so that the others do not wait long for a late thread.
  const std::int64_t ranges = std::min<std::int64_t>(most, team::kRangesOfThread * threads);
  Loop loop{body, n, ranges};
  team::run(threads, ranges, [&loop](std::int64_t r) { loop.run(r); });
  if (loop.error) std::rethrow_exception(loop.error);
}

}  // namespace odin::tensor
