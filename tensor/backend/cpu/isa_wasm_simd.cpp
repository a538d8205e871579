#include "odin/tensor/backend/cpu/kernels/table.h"

namespace odin::tensor::cpu {

// Compiled twice: with relaxed SIMD a multiplication and the addition after it become one instruction.
#ifdef __wasm_relaxed_simd__
const Kernels& kernels() { return kernels_of<xsimd::wasm>("relaxed"); }
#else
const Kernels& kernels() { return kernels_of<xsimd::wasm>("simd128"); }
#endif

}  // namespace odin::tensor::cpu
