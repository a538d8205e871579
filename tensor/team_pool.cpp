#include <algorithm>
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

/// Tells the processor that this is a loop that waits, where there is a way to.
void wait_a_little() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Waits busily until ready() or for kBusy, and says whether it was in time. Every few microseconds
/// it lets others have the processor: the thread that it waits for may be one of them.
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

/// One run's number, its threads and its ranges, of which the first `claimed` are taken: a single
/// word, so that a thread that comes late cannot claim a range of another run.
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

/// What one processor writes and others wait for, on a cache line of its own: each time that such a
/// line changes hands takes 50 to 900 ns on a virtual machine, and a network has a hundred runs an
/// image. A run takes five such changes: the post is written, read, claimed, the results counted,
/// the count read.
constexpr std::size_t kLine = 64;

class Pool {
 public:
  void run(int threads, std::int64_t ranges, const std::function<void(std::int64_t)>& f) {
    while (std::ssize(workers_) < threads - 1 && add_worker()) {
    }
    post_.f = &f;
    // Range 0 is the caller's in every run, and the next one that of a thread that is there.
    const Ticket ticket = Ticket(++runs_, threads, ranges).with_one_more();
    post_.ticket.store(ticket.word, std::memory_order_release);
    // A thread that falls asleep at this moment misses the run, whose ranges others take.
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
  /// Where no more threads can be had, as in a WebAssembly module without them, fewer do the work.
  bool add_worker() {
    try {
      workers_.emplace_back([this, id = std::ssize(workers_) + 1] { work(id); });
    } catch (const std::system_error&) {
      return false;
    }
    return true;
  }

  /// Takes ranges until none is left, and returns how many.
  std::int64_t take_part() {
    std::int64_t taken = 0;
    Ticket ticket(post_.ticket.load(std::memory_order_acquire));
    while (ticket.open()) {
      if (!post_.ticket.compare_exchange_weak(ticket.word, ticket.with_one_more().word,
                                              std::memory_order_acq_rel, std::memory_order_acquire))
        continue;
      // The run cannot end before this range is done, so f is still its function.
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
      // A run of fewer threads leaves the others out.
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

  // Together, so that they come together.
  struct alignas(kLine) Post {
    std::atomic<std::uint64_t> ticket{0};
    const std::function<void(std::int64_t)>* f = nullptr;
  } post_;
  alignas(kLine) std::atomic<std::int64_t> done_{0};  ///< ranges that workers have done, ever
  alignas(kLine) std::atomic<int> sleeping_{0};
  std::vector<std::thread> workers_;
  std::uint64_t runs_ = 0;
  std::int64_t done_before_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
};

}  // namespace

int processors() {
  // Asking takes microseconds, and every operation wants to know.
  static const int count = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return count;
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
