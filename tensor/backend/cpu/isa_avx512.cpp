#include "odin/tensor/backend/cpu/kernels/table.h"

namespace odin::tensor::cpu {

const Kernels& kernels_avx512();
const Kernels& kernels_avx512() { return kernels_of<xsimd::avx512bw>("avx512"); }

}  // namespace odin::tensor::cpu
