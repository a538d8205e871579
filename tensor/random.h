#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC11):
/// four 32-bit random words as a function of a key and a counter. There is no hidden state, so the
/// result does not depend on threads, devices or call order.
std::array<std::uint32_t, 4> philox(std::uint64_t key, std::array<std::uint32_t, 4> counter);

/// The random numbers of one stream, given by (seed, stream) and read by position. Immutable, so
/// thread-safe.
class Random {
 public:
  explicit Random(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  std::uint32_t bits(std::uint64_t position) const;
  /// In [0, 1), a multiple of 2^-24 (exact in float32).
  float uniform_at(std::uint64_t position) const;
  /// Mean 0, standard deviation 1 (Box-Muller).
  float normal_at(std::uint64_t position) const;
  /// An integer in [0, n).
  std::uint32_t below(std::uint64_t position, std::uint32_t n) const;

  Tensor uniform(const Shape& shape) const;
  Tensor normal(const Shape& shape) const;
  /// The numbers 0 to n - 1 in random order.
  std::vector<std::int64_t> permutation(std::int64_t n) const;

 private:
  std::uint64_t seed_, stream_;
};

}  // namespace odin::tensor
