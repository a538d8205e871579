// For browsers without SIMD: emulated vectors of four numbers. The multiply-add is a multiplication
// and an addition, as in isa_wasm_simd.cpp, since WebAssembly has no instruction for it and the
// library function is slow. It must be declared before the xsimd functions that call it.

#define XSIMD_WITH_EMULATED 1
#include <xsimd/types/xsimd_batch.hpp>

namespace xsimd::kernel {

template <class A>
batch<float, A> fma(const batch<float, A>& x, const batch<float, A>& y, const batch<float, A>& z,
                    requires_arch<emulated<128>>) noexcept {
  return x * y + z;
}

}  // namespace xsimd::kernel

#include "odin/tensor/backend/cpu/kernels/table.h"

namespace odin::tensor::cpu {

const Kernels& kernels() { return kernels_of<xsimd::emulated<128>>("scalar"); }

}  // namespace odin::tensor::cpu
