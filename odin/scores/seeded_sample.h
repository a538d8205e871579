#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "odin/tensor/random.h"

namespace odin {

/// Keeps at most `most` of the values offered. Which ones, a seed and the values' numbers decide,
/// not the order in which they come; all are equally likely.
template <class T>
class SeededSample {
 public:
  SeededSample(std::size_t most, std::uint64_t seed) : most_(most), random_(seed, kStream) {}

  /// Calls make() for the value only if it is kept for now.
  template <class Make>
  void offer(std::int64_t number, Make&& make) {
    const auto place = static_cast<std::uint64_t>(number);
    const std::uint64_t key =
        std::uint64_t{random_.bits(2 * place)} << 32 | random_.bits(2 * place + 1);
    if (most_ == 0 || (kept_.size() == most_ && !(key < kept_.front().key))) return;
    if (kept_.size() == most_) {
      std::pop_heap(kept_.begin(), kept_.end(), by_key);
      kept_.pop_back();
    }
    kept_.push_back({key, number, make()});
    std::push_heap(kept_.begin(), kept_.end(), by_key);
  }

  std::size_t size() const { return kept_.size(); }

  /// In the order of their numbers.
  std::vector<T> take() {
    std::sort(kept_.begin(), kept_.end(),
              [](const Kept& a, const Kept& b) { return a.number < b.number; });
    std::vector<T> values;
    for (Kept& kept : kept_) values.push_back(std::move(kept.value));
    kept_.clear();
    return values;
  }

 private:
  struct Kept {
    std::uint64_t key;
    std::int64_t number;
    T value;
  };
  static bool by_key(const Kept& a, const Kept& b) { return a.key < b.key; }
  static constexpr std::uint64_t kStream = 0x666974;  // apart from other uses of the seed

  std::size_t most_;
  tensor::Random random_;
  std::vector<Kept> kept_;  ///< a heap, the largest key first
};

}  // namespace odin
