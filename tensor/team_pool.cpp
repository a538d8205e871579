#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "odin/tensor/team.h"

namespace odin::tensor::team {
namespace {

thread_local bool inside_run = false;

/// Checks of a flag before a thread goes to sleep: some tens of microseconds. The next operation of
/// a network comes sooner, and a program at rest costs nothing.
constexpr int kSpins = 30000;

struct Job {
  int threads;
  std::int64_t ranges;
  const std::function<void(std::int64_t)>* f;
};

class Pool {
 public:
  void run(const Job& job) {
    while (std::ssize(workers_) < job.threads - 1) {
      const int id = static_cast<int>(workers_.size()) + 1;
      workers_.emplace_back([this, id, seen = generation_.load()] { work(id, seen); });
    }
    job_ = job;
    next_ = 0;
    working_ = static_cast<int>(workers_.size());
    {
      const std::lock_guard lock(mutex_);
      ++generation_;
    }
    if (sleeping_ > 0) wake_.notify_all();
    take_part(job, 0);
    while (working_ > 0) {
    }
  }

 private:
  void take_part(const Job& job, int id) {
    if (id >= job.threads) return;
    inside_run = true;
    if (job.ranges == job.threads)
      (*job.f)(id);
    else
      for (std::int64_t r = next_++; r < job.ranges; r = next_++) (*job.f)(r);
    inside_run = false;
  }

  void work(int id, std::uint32_t seen) {
    while (true) {
      wait_for_job(seen);
      seen = generation_;
      take_part(job_, id);
      --working_;
    }
  }

  void wait_for_job(std::uint32_t seen) {
    for (int i = 0; i < kSpins; ++i)
      if (generation_ != seen) return;
    std::unique_lock lock(mutex_);
    ++sleeping_;
    wake_.wait(lock, [&] { return generation_ != seen; });
    --sleeping_;
  }

  std::vector<std::thread> workers_;
  Job job_{};
  std::atomic<std::int64_t> next_{0};
  std::atomic<int> working_{0}, sleeping_{0};
  std::atomic<std::uint32_t> generation_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
};

}  // namespace

int processors() {
  const unsigned count = std::thread::hardware_concurrency();
  return count > 0 ? static_cast<int>(count) : 1;
}

bool inside() { return inside_run; }

void run(int threads, std::int64_t ranges, const std::function<void(std::int64_t)>& f) {
  // Never destroyed: its threads end with the program.
  static Pool& pool = *new Pool;
  static std::mutex in_use;
  const std::unique_lock lock(in_use, std::try_to_lock);
  if (lock) return pool.run({threads, ranges, &f});
  for (std::int64_t r = 0; r < ranges; ++r) f(r);  // another thread's work has the pool
}

}  // namespace odin::tensor::team
