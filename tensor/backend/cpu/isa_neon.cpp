#include "odin/tensor/backend/cpu/kernels/table.h"

namespace odin::tensor::cpu {

const Kernels& kernels_neon();
const Kernels& kernels_neon() { return kernels_of<xsimd::neon64>("neon"); }

}  // namespace odin::tensor::cpu
