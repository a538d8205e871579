#include "odin/tensor/backend/cpu/kernels/table.h"

namespace odin::tensor::cpu {

const Kernels& kernels_avx2();
const Kernels& kernels_avx2() { return kernels_of<xsimd::fma3<xsimd::avx2>>("avx2"); }

}  // namespace odin::tensor::cpu
