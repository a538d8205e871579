#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "odin/tensor/shape.h"
#include "odin/tensor/tensor.h"

// Offsets of elements, by number, in tensors of any strides, on the GPU.

namespace odin::tensor::cuda {

/// Fast division of n < 2^31 by a fixed divisor, as a multiplication and a shift (Granlund,
/// Montgomery: "Division by Invariant Integers using Multiplication", PLDI 1994).
class Divider {
 public:
  Divider() : Divider(1) {}
  explicit Divider(std::uint32_t divisor) : divisor_(divisor) {
    while ((std::uint64_t{1} << shift_) < divisor) ++shift_;
    const std::uint64_t excess = (std::uint64_t{1} << shift_) - divisor;
    factor_ = static_cast<std::uint32_t>((excess << 32) / divisor + 1);
  }

  __host__ __device__ std::uint32_t quotient(std::uint32_t n) const {
    const auto high = static_cast<std::uint32_t>((std::uint64_t{n} * factor_) >> 32);
    return (high + n) >> shift_;
  }
  __host__ __device__ std::uint32_t divisor() const { return divisor_; }

 private:
  std::uint32_t divisor_, factor_ = 0, shift_ = 0;
};

/// The offsets of element i, numbered in row-major order of a shape, in K tensors of this shape.
template <int K>
struct Layout {
  struct Offsets {
    std::int64_t at[K];
  };

  int rank = 0;
  Divider sizes[Dims::kMaxRank];
  std::int64_t strides[K][Dims::kMaxRank];

  __device__ Offsets operator()(std::uint32_t i) const {
    Offsets offsets{};
    for (int d = rank - 1; d >= 0; --d) {
      const std::uint32_t rest = d == 0 ? 0 : sizes[d].quotient(i);
      const std::int64_t index = i - rest * sizes[d].divisor();
      for (int k = 0; k < K; ++k) offsets.at[k] += index * strides[k][d];
      i = rest;
    }
    return offsets;
  }
};

/// numel(shape) in 32 bits, as kernels use it. Throws if it exceeds 2^31 - 1.
std::uint32_t element_count(const Shape& shape);

/// Leaves out dimensions of size 1 and merges neighboring dimensions that are contiguous in all
/// tensors.
template <int K>
Layout<K> make_layout(const Shape& shape, const Strides (&strides)[K]) {
  element_count(shape);
  Layout<K> layout;
  std::int64_t sizes[Dims::kMaxRank];
  for (int d = 0; d < shape.rank(); ++d) {
    if (shape[d] == 1) continue;
    const int last = layout.rank - 1;
    bool joins = last >= 0;
    for (int k = 0; joins && k < K; ++k)
      joins = layout.strides[k][last] == strides[k][d] * shape[d];
    const int at = joins ? last : layout.rank++;
    sizes[at] = joins ? sizes[at] * shape[d] : shape[d];
    for (int k = 0; k < K; ++k) layout.strides[k][at] = strides[k][d];
  }
  for (int d = 0; d < layout.rank; ++d)
    layout.sizes[d] = Divider(static_cast<std::uint32_t>(sizes[d] > 0 ? sizes[d] : 1));
  return layout;
}

/// A pointer to the elements, for a kernel. Throws, naming `op`, unless they are on the GPU and of
/// type T.
template <class T>
const T* elements(const char* op, const Tensor& t) {
  require(t.device() == Device::cuda, op, ": a tensor is on ", name_of(t.device()),
          ", another on cuda");
  require(t.dtype() == dtype_of<T>(), op, ": expected ", name_of(dtype_of<T>()), ", got ",
          name_of(t.dtype()));
  return static_cast<const T*>(t.raw());
}
template <class T>
T* mutable_elements(const char* op, Tensor& t) {
  elements<T>(op, t);
  return static_cast<T*>(t.backend_raw());
}

}  // namespace odin::tensor::cuda
