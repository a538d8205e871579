#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "odin/tensor/team.h"

// A pool of worker threads. Threads claim ranges instead of having them assigned, and the caller
// claims too: it waits only for ranges that another thread has begun. So a worker that the system
// has suspended does not delay the others: otherwise an operation of a few microseconds would wait
// until that worker is scheduled again, milliseconds later.

namespace odin::tensor::team {
namespace {

thread_local bool inside_run = false;

/// How long an idle thread spins before it sleeps: longer than the time between two operations of a
/// network, but short enough that an idle program uses no CPU.
constexpr std::chrono::microseconds kBusy{500};

/// A hint to the processor, where it has one, that this is a spin loop.
void wait_a_little() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Spins until ready(), at most for kBusy; returns whether ready() became true. Every few
/// microseconds it yields the processor, which the thread that it waits for may need.
template <class F>
bool becomes(F&& ready) {
  constexpr int kChecks = 500;
  const auto end = std::chrono::steady_clock::now() + kBusy;
  do {
    for (int i = 0; i < kChecks; ++i) {
      if (ready()) return true;
      wait_a_little();
    }
    std::this_thread::yield();
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

/// A run's number, its threads, its ranges, and how many of these are claimed, in one atomic word:
/// so a late thread cannot claim a range of another run.
struct Ticket {
  static constexpr int kBits = 12;
  static constexpr std::uint64_t kMask = (std::uint64_t{1} << kBits) - 1;
  static_assert(kRangesOfThread * kMostThreads <= kMask, "the fields hold every run");

  std::uint64_t word;

  Ticket(std::uint64_t run, std::int64_t threads, std::int64_t ranges)
      : word(run << 3 * kBits | static_cast<std::uint64_t>(threads) << 2 * kBits |
             static_cast<std::uint64_t>(ranges) << kBits) {}
  explicit Ticket(std::uint64_t w) : word(w) {}
  std::int64_t threads() const { return field(2); }
  std::int64_t ranges() const { return field(1); }
  std::int64_t claimed() const { return field(0); }
  bool open() const { return claimed() < ranges(); }
  Ticket with_one_more() const { return Ticket(word + 1); }

 private:
  std::int64_t field(int i) const { return static_cast<std::int64_t>(word >> i * kBits & kMask); }
};

/// Size of a cache line. What one thread writes and others wait for has a line of its own: moving a
/// line between processors takes 50 to 900 ns on a virtual machine, and a network has a hundred
/// runs per image. A run moves a line five times: the post is written, read and claimed, then the
/// count of finished ranges is written and read.
constexpr std::size_t kLine = 64;

class Pool {
 public:
  void run(int threads, std::int64_t ranges, const std::function<void(std::int64_t)>& f) {
    while (std::ssize(workers_) < threads - 1 && add_worker()) {
    }
    post_.f = &f;
    // The caller has claimed range 0; ready threads claim the others.
    const Ticket ticket = Ticket(++runs_, threads, ranges).with_one_more();
    post_.ticket.store(ticket.word, std::memory_order_release);
    // A thread that falls asleep at this moment misses the run; the others do its ranges.
    if (sleeping_.load(std::memory_order_relaxed) > 0) {
      { const std::lock_guard lock(mutex_); }
      wake_.notify_all();
    }
    inside_run = true;
    f(0);
    const std::int64_t own = 1 + take_part();
    inside_run = false;
    done_before_ += ranges - own;
    while (!becomes([&] { return done_.load(std::memory_order_acquire) == done_before_; })) {
    }
  }

 private:
  /// Returns false if the system has no more threads (WebAssembly without threads): fewer do the
  /// work.
  bool add_worker() {
    try {
      workers_.emplace_back([this, id = std::ssize(workers_) + 1] { work(id); });
    } catch (const std::system_error&) {
      return false;
    }
    return true;
  }

  /// Claims and runs ranges until none is left; returns how many.
  std::int64_t take_part() {
    std::int64_t taken = 0;
    Ticket ticket(post_.ticket.load(std::memory_order_acquire));
    while (ticket.open()) {
      if (!post_.ticket.compare_exchange_weak(ticket.word, ticket.with_one_more().word,
                                              std::memory_order_acq_rel, std::memory_order_acquire))
        continue;
      // The run cannot end before this range has finished, so post_.f is still valid.
      (*post_.f)(ticket.claimed());
      ++taken;
      ticket = Ticket(post_.ticket.load(std::memory_order_acquire));
    }
    return taken;
  }

  void work(std::int64_t id) {
    inside_run = true;
    while (true) {
      const Ticket ticket = wait();
      // Threads beyond the run's number of threads take no part.
      if (id >= ticket.threads())
        std::this_thread::yield();
      else if (const std::int64_t taken = take_part())
        done_.fetch_add(taken, std::memory_order_release);
    }
  }

  Ticket wait() {
    Ticket ticket(0);
    const auto open = [&] {
      ticket = Ticket(post_.ticket.load(std::memory_order_acquire));
      return ticket.open();
    };
    if (becomes(open)) return ticket;
    std::unique_lock lock(mutex_);
    ++sleeping_;
    wake_.wait(lock, open);
    --sleeping_;
    return ticket;
  }

  // On one cache line, so that both are fetched together.
  struct alignas(kLine) Post {
    std::atomic<std::uint64_t> ticket{0};
    const std::function<void(std::int64_t)>* f = nullptr;
  } post_;
  alignas(kLine) std::atomic<std::int64_t> done_{0};  ///< ranges finished by workers, over all runs
  alignas(kLine) std::atomic<int> sleeping_{0};
  std::vector<std::thread> workers_;
  std::uint64_t runs_ = 0;
  std::int64_t done_before_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
};

}  // namespace

int processors() {
  // Cached: the call takes microseconds, and every operation makes it.
  static const int count = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return count;
}

bool inside() { return inside_run; }

void run(int threads, std::int64_t ranges, const std::function<void(std::int64_t)>& f) {
  // Never destroyed: its threads run until the program ends.
  static Pool& pool = *new Pool;
  static std::mutex in_use;
  const std::unique_lock lock(in_use, std::try_to_lock);
  if (lock) return pool.run(threads, ranges, f);
  for (std::int64_t r = 0; r < ranges; ++r) f(r);  // another thread is using the pool
}

}  // namespace odin::tensor::team
