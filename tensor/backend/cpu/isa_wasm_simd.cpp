#include "odin/tensor/backend/cpu/kernels/table.h"

namespace odin::tensor::cpu {

const Kernels& kernels() { return kernels_of<xsimd::wasm>("simd128"); }

}  // namespace odin::tensor::cpu
