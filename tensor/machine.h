#pragma once

#include <string>

namespace odin::tensor {

/// The instruction set of the cpu kernels: "avx512", "avx2", "sse2" or "neon".
std::string instruction_set();

/// Multiply-adds on registers alone, on all threads, in 1e9 floating-point operations a second: what
/// no kernel can exceed on this machine. Takes a fifth of a second.
double measure_peak_gflops();

/// Bytes that all threads together read from memory, none of it in a cache, in 1e9 a second. Takes a
/// fifth of a second and 256 MB.
double measure_memory_bandwidth();

}  // namespace odin::tensor
