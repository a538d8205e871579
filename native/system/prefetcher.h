#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace odin::native {

/// Makes values before they are asked for, on a thread of its own, and hands them out in order. At
/// most `ahead` wait at a time. The same values come out whichever thread is the faster. One thread
/// takes them; it alone may call the members.
///
/// `make` gives the next value, or nothing at the end. It runs beside the operations of a network,
/// so it must not call parallel_for: that would take the threads which those operations share
/// (tensor/team.h has one team), and they would go on alone.
template <class T>
class Prefetcher {
 public:
  Prefetcher(std::function<std::optional<T>()> make, std::size_t ahead)
      : make_(std::move(make)), ahead_(ahead), thread_([this] { work(); }) {}

  /// Waits for at most the value that is being made.
  ~Prefetcher() {
    {
      const std::lock_guard lock(mutex_);
      abandoned_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  /// The next value, or nothing at the end. Throws what `make` threw, once the values made before
  /// that are handed out, and again whenever it is called after that.
  std::optional<T> next() {
    std::unique_lock lock(mutex_);
    wait_for_value(lock);
    if (ready_.empty()) {
      if (error_) std::rethrow_exception(error_);
      return std::nullopt;
    }
    std::optional<T> value(std::move(ready_.front()));
    ready_.pop_front();
    lock.unlock();
    changed_.notify_all();
    return value;
  }

  /// How long next() has waited in all: what was not hidden behind the caller's own work.
  double waited_seconds() const { return waited_.count(); }

 private:
  using Clock = std::chrono::steady_clock;

  void wait_for_value(std::unique_lock<std::mutex>& lock) {
    const auto there = [this] { return !ready_.empty() || finished_; };
    if (there()) return;
    const auto start = Clock::now();
    changed_.wait(lock, there);
    waited_ += Clock::now() - start;
  }

  void work() {
    std::exception_ptr error;
    try {
      while (std::optional<T> value = make_())
        if (!put(std::move(*value))) break;
    } catch (...) {
      error = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex_);
      error_ = error;
      finished_ = true;
    }
    changed_.notify_all();
  }

  /// False when nobody wants more.
  bool put(T value) {
    std::unique_lock lock(mutex_);
    ready_.push_back(std::move(value));
    changed_.notify_all();
    changed_.wait(lock, [this] { return ready_.size() < ahead_ || abandoned_; });
    return !abandoned_;
  }

  const std::function<std::optional<T>()> make_;
  const std::size_t ahead_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> ready_;
  std::exception_ptr error_;
  bool finished_ = false, abandoned_ = false;
  std::chrono::duration<double> waited_{0};
  std::thread thread_;  // the last member: it uses all others from its first moment
};

}  // namespace odin::native
