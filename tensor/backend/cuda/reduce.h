#pragma once

#include "odin/tensor/backend/cuda/launch.h"
#include "odin/tensor/backend/cuda/layout.h"

// Reductions, such as sums. A row is split among the threads of a block, and a long row among
// several blocks if there are few rows. The parts are always combined in the same order, so results
// are bitwise reproducible.

namespace odin::tensor::cuda {

/// Combines the values of all threads of the block; every thread gets the result.
template <class V, class Combine>
__device__ V combine_block(V value, Combine combine) {
  __shared__ V values[kThreads];
  values[threadIdx.x] = value;
  for (unsigned half = kThreads / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half)
      values[threadIdx.x] = combine(values[threadIdx.x], values[threadIdx.x + half]);
  }
  __syncthreads();
  return values[0];
}

/// Block (row, part) combines load(row, i) for all i in its part of [0, n).
template <class V, class Load, class Combine, class Store>
__global__ void reduce_kernel(std::uint32_t n, std::uint32_t parts, V first, Load load,
                              Combine combine, Store store) {
  const std::uint32_t row = blockIdx.x / parts, part = blockIdx.x % parts;
  const std::uint32_t length = (n + parts - 1) / parts, begin = part * length;
  const std::uint32_t end = begin + length < n ? begin + length : n;
  V value = first;
  for (std::uint32_t i = begin + threadIdx.x; i < end; i += kThreads)
    value = combine(value, load(row, i));
  value = combine_block(value, combine);
  if (threadIdx.x == 0) store(blockIdx.x, value);
}

template <class V>
struct StoreIn {
  V* values;
  __device__ void operator()(std::uint32_t at, V value) const { values[at] = value; }
};
template <class V>
struct LoadFrom {
  const V* values;
  std::uint32_t length;
  __device__ V operator()(std::uint32_t row, std::uint32_t i) const {
    return values[row * length + i];
  }
};

/// Calls store(row, first + load(row, 0) + ... + load(row, n - 1)) for every row, where + is
/// `combine` and must be associative and commutative; the order is always the same. V must be
/// trivially copyable.
template <class V, class Load, class Combine, class Store>
void reduce_rows(const char* op, std::uint32_t rows, std::uint32_t n, V first, Load load,
                 Combine combine, Store store) {
  if (rows == 0) return;
  const auto busy = static_cast<std::uint32_t>(Context::get().multiprocessors()) * 2;
  const std::uint32_t parts = std::max<std::uint32_t>(1, std::min(busy / rows, n / (kThreads * 8)));
  if (parts == 1) {
    launch(op, rows, kThreads, reduce_kernel<V, Load, Combine, Store>, n, parts, first, load,
           combine, store);
    return;
  }
  Tensor buffer = Tensor::empty(
      {static_cast<std::int64_t>((rows * parts * sizeof(V) + sizeof(double) - 1) / sizeof(double))},
      DType::f64, Device::cuda);
  V* const values = static_cast<V*>(buffer.backend_raw());
  launch(op, rows * parts, kThreads, reduce_kernel<V, Load, Combine, StoreIn<V>>, n, parts, first,
         load, combine, StoreIn<V>{values});
  launch(op, rows, kThreads, reduce_kernel<V, LoadFrom<V>, Combine, Store>, parts, 1u, first,
         LoadFrom<V>{values, parts}, combine, store);
}

struct Sum {
  template <class V>
  __device__ V operator()(V a, V b) const {
    return a + b;
  }
};

}  // namespace odin::tensor::cuda
