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

/// Makes values in advance in a worker thread and returns them in order. At most `ahead` values
/// wait in the queue. The values do not depend on timing. Not thread-safe: only one thread may call
/// next().
///
/// `make` returns the next value, or nothing at the end. It runs concurrently with the operations
/// of a network and must not call parallel_for, which would take the worker threads (tensor/team.h)
/// away from those operations.
template <class T>
class Prefetcher {
 public:
  Prefetcher(std::function<std::optional<T>()> make, std::size_t ahead)
      : make_(std::move(make)), ahead_(ahead), thread_([this] { work(); }) {}

  /// Waits until the value that is being made is complete.
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

  /// The next value, or nothing at the end. If `make` threw, rethrows its exception after all
  /// values made before, and again in every later call.
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

  /// The total time for which next() has waited for values.
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

  /// Returns false if no more values are wanted.
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
  std::thread thread_;  // must be the last member: the thread uses all others from its start
};

}  // namespace odin::native
