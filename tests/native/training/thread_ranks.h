#pragma once

#include <barrier>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "odin/native/ranks/ranks.h"

namespace odin::tests {

/// Ranks that are threads of this process, to test what several ranks compute without MPI.
class ThreadRanks {
 public:
  explicit ThreadRanks(int size)
      : size_(size), meeting_(size), slots_(static_cast<std::size_t>(size)) {}

  /// Calls `work` once for each rank, on a thread of its own. Rethrows the first rank's exception.
  void run(const std::function<void(native::Ranks&)>& work) {
    std::vector<std::thread> threads;
    std::vector<std::exception_ptr> errors(static_cast<std::size_t>(size_));
    for (int r = 0; r < size_; ++r)
      threads.emplace_back([&, r] {
        One one(*this, r);
        try {
          work(one);
        } catch (...) {
          errors[static_cast<std::size_t>(r)] = std::current_exception();
          meeting_.arrive_and_drop();
        }
      });
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& error : errors)
      if (error) std::rethrow_exception(error);
  }

 private:
  struct Slot {
    std::vector<std::span<const float>> vectors;
    std::vector<double> numbers;
    std::string text;
  };
  class Done final : public native::PendingSum {
   public:
    void progress() override {}
    void wait() override {}
  };
  class One final : public native::Ranks {
   public:
    One(ThreadRanks& all, int rank) : all_(all), rank_(rank) {}
    int rank() const override { return rank_; }
    int size() const override { return all_.size_; }

    std::unique_ptr<native::PendingSum> begin_sum(std::vector<std::span<const float>> vectors,
                                                  std::span<float> sum) override {
      exchange([&](Slot& slot) { slot.vectors = std::move(vectors); },
               [&] {
                 std::vector<std::span<const float>> in_order;
                 for (const Slot& slot : all_.slots_)
                   in_order.insert(in_order.end(), slot.vectors.begin(), slot.vectors.end());
                 native::sum_in_order(in_order, sum);
               });
      return std::make_unique<Done>();
    }
    std::vector<double> gather(std::span<const double> mine) override {
      std::vector<double> all;
      exchange([&](Slot& slot) { slot.numbers.assign(mine.begin(), mine.end()); },
               [&] {
                 for (const Slot& slot : all_.slots_)
                   all.insert(all.end(), slot.numbers.begin(), slot.numbers.end());
               });
      return all;
    }
    std::vector<std::string> gather(const std::string& mine) override {
      std::vector<std::string> all;
      exchange([&](Slot& slot) { slot.text = mine; },
               [&] {
                 for (const Slot& slot : all_.slots_) all.push_back(slot.text);
               });
      return all;
    }
    void meet() override { all_.meeting_.arrive_and_wait(); }

   private:
    /// Every rank fills its slot, all read all slots, and only then the slots may change again.
    template <class Give, class Take>
    void exchange(const Give& give, const Take& take) {
      give(all_.slots_[static_cast<std::size_t>(rank_)]);
      all_.meeting_.arrive_and_wait();
      take();
      all_.meeting_.arrive_and_wait();
    }

    ThreadRanks& all_;
    int rank_;
  };

  int size_;
  std::barrier<> meeting_;
  std::vector<Slot> slots_;
};

}  // namespace odin::tests
