#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "odin/tensor/team.h"

// Ranges are claimed, never assigned, and the caller claims with the others: it waits only for
// ranges that somebody has begun. A thread that the system has put aside, on a machine that others
// use too, so holds up nobody: an operation of some microseconds would otherwise wait for that thread's
// next turn, milliseconds later.

namespace odin::tensor::team {
namespace {

thread_local bool inside_run = false;

/// So long a thread waits busily. The next operation of a network comes sooner, and a program at rest
/// costs nothing.
constexpr std::chrono::microseconds kBusy{500};

/// Waits busily until ready() or for kBusy, and says whether it was in time. Every microsecond or so
/// it lets others have the processor: the thread that it waits for may be one of them.
template <class F>
bool becomes(F&& ready) {
  constexpr int kChecks = 1000;
  const auto end = std::chrono::steady_clock::now() + kBusy;
  do {
    for (int i = 0; i < kChecks; ++i)
      if (ready()) return true;
    std::this_thread::yield();
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

/// One run's number and its ranges, of which the first `claimed` are taken: a single word, so that a
/// thread that comes late cannot claim a range of another run.
struct Ticket {
  static constexpr int kBits = 16;
  static constexpr std::uint64_t kMask = (std::uint64_t{1} << kBits) - 1;

  std::uint64_t word;

  Ticket(std::uint64_t run, std::uint64_t ranges, std::uint64_t claimed)
      : word(run << 2 * kBits | ranges << kBits | claimed) {}
  explicit Ticket(std::uint64_t w) : word(w) {}
  std::uint64_t run() const { return word >> 2 * kBits; }
  std::uint64_t ranges() const { return word >> kBits & kMask; }
  std::uint64_t claimed() const { return word & kMask; }
  bool open() const { return claimed() < ranges(); }
};

class Pool {
 public:
  void run(int threads, std::int64_t ranges, const std::function<void(std::int64_t)>& f) {
    while (std::ssize(workers_) < threads - 1 && add_worker()) {
    }
    f_ = &f;
    threads_ = threads;
    done_ = 0;
    // Range 0 is the caller's in every run, and the next one that of a thread that is there.
    const Ticket ticket(++runs_, static_cast<std::uint64_t>(ranges), 1);
    ticket_.store(ticket.word);
    if (sleeping_ > 0) {
      { const std::lock_guard lock(mutex_); }
      wake_.notify_all();
    }
    inside_run = true;
    f(0);
    ++done_;
    take_part();
    inside_run = false;
    while (!becomes([&] { return done_ == ranges; })) {
    }
  }

 private:
  /// Where no more threads can be had, as in a WebAssembly module without them, fewer do the work.
  bool add_worker() {
    try {
      workers_.emplace_back([this, id = std::ssize(workers_) + 1] { work(id); });
    } catch (const std::system_error&) {
      return false;
    }
    return true;
  }

  void take_part() {
    Ticket ticket(ticket_.load());
    while (ticket.open()) {
      if (!ticket_.compare_exchange_weak(ticket.word, ticket.word + 1)) continue;
      // The run cannot end before this range is done, so f_ is still its function.
      (*f_.load())(static_cast<std::int64_t>(ticket.claimed()));
      ++done_;
      ticket = Ticket(ticket_.load());
    }
  }

  void work(std::int64_t id) {
    inside_run = true;
    while (true) {
      wait();
      // A run of fewer threads leaves the others out.
      if (id < threads_)
        take_part();
      else
        std::this_thread::yield();
    }
  }

  void wait() {
    const auto open = [&] { return Ticket(ticket_.load()).open(); };
    if (becomes(open)) return;
    std::unique_lock lock(mutex_);
    ++sleeping_;
    wake_.wait(lock, open);
    --sleeping_;
  }

  std::vector<std::thread> workers_;
  std::uint64_t runs_ = 0;
  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<const std::function<void(std::int64_t)>*> f_{nullptr};
  std::atomic<int> threads_{0}, sleeping_{0};
  std::atomic<std::int64_t> done_{0};
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
  if (lock) return pool.run(threads, ranges, f);
  for (std::int64_t r = 0; r < ranges; ++r) f(r);  // another thread's work has the pool
}

}  // namespace odin::tensor::team
