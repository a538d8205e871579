#pragma once

#include <string>

#include "odin/tensor/device.h"

namespace odin::tensor {

/// The instruction set of the cpu kernels: "avx512", "avx2", "sse2" or "neon"; in WebAssembly
/// "relaxed", "simd128" or "scalar".
std::string instruction_set();

/// Multiply-adds on registers alone, on all threads, in 1e9 floating-point operations a second: what
/// no kernel can exceed on this machine. Takes a fifth of a second. Of a GPU, what the product of two
/// large matrices reaches.
double measure_peak_gflops(Device device = Device::cpu);

/// Bytes that all threads together read from memory, none of it in a cache, in 1e9 a second. Takes a
/// fifth of a second and 256 MB. Of a GPU, what a copy reads and writes.
double measure_memory_bandwidth(Device device = Device::cpu);

}  // namespace odin::tensor
