#pragma once

// The part of CUDA C++ for code inside kernels: qualifiers, indices, barriers, shuffles, atomic
// functions and some math.

#include <math.h>

#include <bit>
#include <cstdint>
#include <type_traits>

#include "vector_types.h"

#define __global__
#define __device__
#define __host__
#define __constant__
// Blocks run one after another, so all can use the same memory; it keeps the previous block's
// values.
#define __shared__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)

namespace cuda_on_cpu {

extern uint3 thread_index, block_index;
extern dim3 block_size, grid_size;

// The values that the lanes of a warp contributed to a shuffle.
struct WarpValues {
  std::uint64_t lanes[32];
  unsigned present;  // one bit for each lane that took part
};

// Barriers of a block and of a warp: return when all required threads have arrived. `file` and
// `line` are for error messages.
void meet_block(const char* file, int line);
const WarpValues& meet_warp(unsigned mask, std::uint64_t value, const char* file, int line);

inline unsigned lane() {
  const unsigned row = thread_index.y + block_size.y * thread_index.z;
  return (thread_index.x + block_size.x * row) % 32;
}

template <typename T>
concept ShuffleType = std::is_arithmetic_v<T> &&(sizeof(T) == 4 || sizeof(T) == 8);

template <typename T>
concept AtomicInteger =
    std::is_same_v<T, int> || std::is_same_v<T, unsigned> || std::is_same_v<T, unsigned long long>;

template <typename T>
concept AtomicNumber = AtomicInteger<T> || std::is_same_v<T, float> || std::is_same_v<T, double>;

template <typename T>
using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

// The value of lane `source`; undefined (here all bits set) if that lane did not take part.
template <ShuffleType T>
T shuffle(unsigned mask, T value, unsigned source, const char* file, int line) {
  const WarpValues& warp = meet_warp(mask, std::bit_cast<Bits<T>>(value), file, line);
  const bool present = (warp.present >> source & 1u) != 0;
  const std::uint64_t bits = present ? warp.lanes[source] : ~std::uint64_t{0};
  return std::bit_cast<T>(static_cast<Bits<T>>(bits));
}

inline unsigned first_lane(int width) { return lane() & ~(static_cast<unsigned>(width) - 1u); }
inline unsigned last_lane(int width) { return lane() | (static_cast<unsigned>(width) - 1u); }

}  // namespace cuda_on_cpu

inline constexpr const uint3& threadIdx = cuda_on_cpu::thread_index;
inline constexpr const uint3& blockIdx = cuda_on_cpu::block_index;
inline constexpr const dim3& blockDim = cuda_on_cpu::block_size;
inline constexpr const dim3& gridDim = cuda_on_cpu::grid_size;
inline constexpr int warpSize = 32;

// The source location of a barrier, as default arguments.
#define CUDA_ON_CPU_PLACE const char *file = __builtin_FILE(), int line = __builtin_LINE()

inline void __syncthreads(CUDA_ON_CPU_PLACE) { cuda_on_cpu::meet_block(file, line); }

inline void __syncwarp(unsigned mask = 0xffffffffu, CUDA_ON_CPU_PLACE) {
  cuda_on_cpu::meet_warp(mask, 0, file, line);
}

template <cuda_on_cpu::ShuffleType T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32, CUDA_ON_CPU_PLACE) {
  const unsigned within = static_cast<unsigned>(source) & (static_cast<unsigned>(width) - 1u);
  return cuda_on_cpu::shuffle(mask, value, cuda_on_cpu::first_lane(width) | within, file, line);
}

template <cuda_on_cpu::ShuffleType T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32, CUDA_ON_CPU_PLACE) {
  const unsigned lane = cuda_on_cpu::lane();
  const bool inside = lane >= cuda_on_cpu::first_lane(width) + delta;
  return cuda_on_cpu::shuffle(mask, value, inside ? lane - delta : lane, file, line);
}

template <cuda_on_cpu::ShuffleType T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32, CUDA_ON_CPU_PLACE) {
  const unsigned lane = cuda_on_cpu::lane();
  const bool inside = lane + delta <= cuda_on_cpu::last_lane(width);
  return cuda_on_cpu::shuffle(mask, value, inside ? lane + delta : lane, file, line);
}

template <cuda_on_cpu::ShuffleType T>
T __shfl_xor_sync(unsigned mask, T value, int flip, int width = 32, CUDA_ON_CPU_PLACE) {
  const unsigned lane = cuda_on_cpu::lane();
  const unsigned source = lane ^ static_cast<unsigned>(flip);
  const bool inside = source <= cuda_on_cpu::last_lane(width);
  return cuda_on_cpu::shuffle(mask, value, inside ? source : lane, file, line);
}

inline unsigned __ballot_sync(unsigned mask, int predicate, CUDA_ON_CPU_PLACE) {
  const std::uint64_t vote = predicate != 0;
  const cuda_on_cpu::WarpValues& warp = cuda_on_cpu::meet_warp(mask, vote, file, line);
  unsigned votes = 0;
  for (unsigned lane = 0; lane < 32; ++lane) {
    const bool yes = (warp.present >> lane & 1u) != 0 && warp.lanes[lane] != 0;
    votes |= (yes ? 1u : 0u) << lane;
  }
  return votes;
}

inline int __any_sync(unsigned mask, int predicate, CUDA_ON_CPU_PLACE) {
  return __ballot_sync(mask, predicate, file, line) != 0;
}

inline int __all_sync(unsigned mask, int predicate, CUDA_ON_CPU_PLACE) {
  return __ballot_sync(mask, predicate == 0, file, line) == 0;
}

#undef CUDA_ON_CPU_PLACE

inline void __threadfence() {}
inline void __threadfence_block() {}

// Threads switch only at barriers, so plain reads and writes are atomic.
template <cuda_on_cpu::AtomicNumber T>
T atomicAdd(T* address, std::type_identity_t<T> value) {
  const T old = *address;
  *address = old + value;
  return old;
}

template <cuda_on_cpu::AtomicNumber T>
requires(!std::is_same_v<T, double>) T atomicExch(T* address, std::type_identity_t<T> value) {
  const T old = *address;
  *address = value;
  return old;
}

template <cuda_on_cpu::AtomicInteger T>
T atomicCAS(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  const T old = *address;
  if (old == expected) *address = value;
  return old;
}

template <cuda_on_cpu::AtomicInteger T>
T atomicMax(T* address, std::type_identity_t<T> value) {
  const T old = *address;
  if (value > old) *address = value;
  return old;
}

template <cuda_on_cpu::AtomicInteger T>
T atomicMin(T* address, std::type_identity_t<T> value) {
  const T old = *address;
  if (value < old) *address = value;
  return old;
}

template <cuda_on_cpu::AtomicInteger T>
T atomicOr(T* address, std::type_identity_t<T> value) {
  const T old = *address;
  *address = old | value;
  return old;
}

template <cuda_on_cpu::AtomicInteger T>
T atomicAnd(T* address, std::type_identity_t<T> value) {
  const T old = *address;
  *address = old & value;
  return old;
}

template <typename T>
T __ldg(const T* address) {
  return *address;
}

inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
inline double rsqrt(double x) { return 1.0 / sqrt(x); }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline double __fma_rn(double a, double b, double c) { return fma(a, b, c); }

inline int __float_as_int(float x) { return std::bit_cast<int>(x); }
inline float __int_as_float(int x) { return std::bit_cast<float>(x); }
inline unsigned __float_as_uint(float x) { return std::bit_cast<unsigned>(x); }
inline float __uint_as_float(unsigned x) { return std::bit_cast<float>(x); }
inline long long __double_as_longlong(double x) { return std::bit_cast<long long>(x); }
inline double __longlong_as_double(long long x) { return std::bit_cast<double>(x); }

inline int min(int a, int b) { return b < a ? b : a; }
inline unsigned min(unsigned a, unsigned b) { return b < a ? b : a; }
inline long min(long a, long b) { return b < a ? b : a; }
inline long long min(long long a, long long b) { return b < a ? b : a; }
inline float min(float a, float b) { return fminf(a, b); }
inline double min(double a, double b) { return fmin(a, b); }
inline int max(int a, int b) { return a < b ? b : a; }
inline unsigned max(unsigned a, unsigned b) { return a < b ? b : a; }
inline long max(long a, long b) { return a < b ? b : a; }
inline long long max(long long a, long long b) { return a < b ? b : a; }
inline float max(float a, float b) { return fmaxf(a, b); }
inline double max(double a, double b) { return fmax(a, b); }
