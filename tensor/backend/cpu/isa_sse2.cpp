#include "odin/tensor/backend/cpu/kernels/table.h"

namespace odin::tensor::cpu {

const Kernels& kernels_sse2();
const Kernels& kernels_sse2() { return kernels_of<xsimd::sse2>("sse2"); }

}  // namespace odin::tensor::cpu
