#pragma once

#include <string>

namespace odin::tensor {

/// The instruction set of the cpu kernels: "avx512", "avx2", "sse2" or "neon".
std::string instruction_set();

/// Multiply-adds in registers and first-level cache on all threads, in 1e9 floating-point operations
/// a second: what no kernel can exceed on this machine. Takes a fifth of a second.
double measure_peak_gflops();

}  // namespace odin::tensor
