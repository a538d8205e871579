// Four lanes that are plain numbers, for browsers without SIMD.
#define XSIMD_WITH_EMULATED 1
#include "odin/tensor/backend/cpu/kernels/table.h"

namespace odin::tensor::cpu {

const Kernels& kernels() {
  return kernels_of<xsimd::emulated<128>>("scalar");
}

}  // namespace odin::tensor::cpu
