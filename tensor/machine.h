#pragma once

#include <string>

#include "odin/tensor/device.h"

namespace odin::tensor {

/// The instruction set of the CPU kernels: "avx512", "avx2", "sse2" or "neon"; in WebAssembly
/// "relaxed", "simd128" or "scalar".
std::string instruction_set();

/// The peak arithmetic rate in GFLOP/s (1e9 floating-point operations per second), an upper bound
/// for every kernel: multiply-adds on registers alone, on all threads. Takes 0.2 s. For a GPU: the
/// rate of a product of two large matrices.
double measure_peak_gflops(Device device = Device::cpu);

/// The memory bandwidth in GB/s (1e9 bytes per second): all threads read from main memory, not from
/// caches. Takes 0.2 s and 256 MB. For a GPU: the bytes that a copy reads and writes.
double measure_memory_bandwidth(Device device = Device::cpu);

}  // namespace odin::tensor
