#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "odin/tensor/parallel.h"
#include "odin/tensor/shape.h"

namespace odin::tensor::cpu {

/// Iterates over K tensors of the same shape and different strides in few, long rows: neighboring
/// dimensions are merged if they are contiguous in every tensor.
template <std::size_t K>
class RowLoop {
 public:
  RowLoop(const Shape& shape, const std::array<Strides, K>& strides) : total_(numel(shape)) {
    for (int d = 0; d < shape.rank(); ++d) {
      if (shape[d] == 1) continue;
      if (mergeable(strides, d, shape[d])) {
        sizes_[-1] *= shape[d];
        for (std::size_t k = 0; k < K; ++k) steps_[k][-1] = strides[k][d];
      } else {
        sizes_.push_back(shape[d]);
        for (std::size_t k = 0; k < K; ++k) steps_[k].push_back(strides[k][d]);
      }
    }
    if (sizes_.empty()) {
      sizes_.push_back(1);
      for (auto& step : steps_) step.push_back(1);
    }
  }

  /// The stride of tensor k within a row.
  std::int64_t step(std::size_t k) const { return steps_[k][-1]; }
  std::int64_t row_length() const { return sizes_[-1]; }

  /// Calls f(n, offsets), on several threads, for pieces of n elements that together cover all
  /// rows; offsets has one entry per tensor.
  template <class F>
  void parallel(F&& f) const {
    if (total_ == 0) return;
    const std::int64_t length = row_length();
    const std::int64_t pieces = (length + kPiece - 1) / kPiece;
    const std::int64_t rows = total_ / length;
    const std::int64_t grain = std::max<std::int64_t>(1, kPiece * pieces / length);
    parallel_for(rows * pieces, grain, [&](std::int64_t first, std::int64_t last) {
      for (auto i = first; i < last; ++i) {
        const std::int64_t begin = i % pieces * kPiece;
        f(std::min(kPiece, length - begin), offsets(i / pieces, begin));
      }
    });
  }

 private:
  static constexpr std::int64_t kPiece = 1 << 14;

  bool mergeable(const std::array<Strides, K>& strides, int d, std::int64_t size) const {
    if (sizes_.empty()) return false;
    for (std::size_t k = 0; k < K; ++k)
      if (steps_[k][-1] != strides[k][d] * size) return false;
    return true;
  }

  std::array<std::int64_t, K> offsets(std::int64_t row, std::int64_t begin) const {
    std::array<std::int64_t, K> at;
    for (std::size_t k = 0; k < K; ++k) at[k] = begin * step(k);
    for (int d = sizes_.rank() - 2; d >= 0; --d) {
      for (std::size_t k = 0; k < K; ++k) at[k] += row % sizes_[d] * steps_[k][d];
      row /= sizes_[d];
    }
    return at;
  }

  std::int64_t total_;
  Dims sizes_;
  std::array<Strides, K> steps_;
};

}  // namespace odin::tensor::cpu
