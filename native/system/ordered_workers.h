#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace odin::native {

/// Several threads that work ahead on values that come one after the other, and give the results in
/// the same order. At most `ahead` results exist that next() has not returned. Not thread-safe: only
/// one thread may call next().
///
/// `take` returns the next value, or nothing at the end; it is called by one thread at a time.
/// `work` is called by several at once. As with Prefetcher neither may call parallel_for.
template <class In, class Out>
class OrderedWorkers {
 public:
  OrderedWorkers(std::function<std::optional<In>()> take, std::function<Out(In)> work,
                 std::size_t threads, std::size_t ahead)
      : take_(std::move(take)), work_(std::move(work)), ahead_(ahead) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }

  /// Waits until the values that are being worked on are complete.
  ~OrderedWorkers() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  OrderedWorkers(const OrderedWorkers&) = delete;
  OrderedWorkers& operator=(const OrderedWorkers&) = delete;

  /// The next result, or nothing at the end. Rethrows what `take` or `work` threw, after the results
  /// before it.
  std::optional<Out> next() {
    std::unique_lock lock(mutex_);
    const auto there = [this] { return ready_.contains(given_) || (ended_ && given_ == taken_); };
    if (!there()) {
      const auto start = Clock::now();
      changed_.wait(lock, there);
      waited_ += Clock::now() - start;
    }
    const auto found = ready_.find(given_);
    if (found == ready_.end()) {
      if (error_) std::rethrow_exception(error_);
      return std::nullopt;
    }
    Result result = std::move(found->second);
    ready_.erase(found);
    ++given_;
    lock.unlock();
    changed_.notify_all();
    if (result.error) std::rethrow_exception(result.error);
    return std::move(result.value);
  }

  /// The total time for which next() has waited for results.
  double waited_seconds() const { return waited_.count(); }

 private:
  using Clock = std::chrono::steady_clock;
  struct Result {
    std::optional<Out> value;
    std::exception_ptr error;
  };

  void run() {
    while (auto taken = take_one()) {
      Result result;
      try {
        result.value = work_(std::move(taken->second));
      } catch (...) {
        result.error = std::current_exception();
      }
      {
        const std::lock_guard lock(mutex_);
        ready_.emplace(taken->first, std::move(result));
      }
      changed_.notify_all();
    }
  }

  /// A value and its place in the order; nothing at the end.
  std::optional<std::pair<std::uint64_t, In>> take_one() {
    const std::lock_guard taking(taking_);
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return ended_ || taken_ - given_ < ahead_; });
      if (ended_) return std::nullopt;
    }
    std::optional<In> value;
    std::exception_ptr error;
    try {
      value = take_();
    } catch (...) {
      error = std::current_exception();
    }
    std::unique_lock lock(mutex_);
    if (value) return std::pair(taken_++, std::move(*value));
    error_ = error;
    ended_ = true;
    lock.unlock();
    changed_.notify_all();
    return std::nullopt;
  }

  const std::function<std::optional<In>()> take_;
  const std::function<Out(In)> work_;
  const std::uint64_t ahead_;
  std::mutex taking_, mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Result> ready_;
  std::uint64_t taken_ = 0, given_ = 0;
  std::exception_ptr error_;
  bool ended_ = false;
  std::chrono::duration<double> waited_{0};
  std::vector<std::thread> threads_;  // the last member: the threads use all others
};

}  // namespace odin::native
