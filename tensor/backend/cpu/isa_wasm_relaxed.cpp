// Like isa_wasm_simd.cpp, but with the multiply-add instruction of relaxed SIMD, where xsimd uses a
// multiplication and an addition. It must be declared before the xsimd functions that call it.

#include <xsimd/types/xsimd_batch.hpp>

namespace xsimd::kernel {

template <class A>
batch<float, A> fma(const batch<float, A>& x, const batch<float, A>& y, const batch<float, A>& z,
                    requires_arch<wasm>) noexcept {
  return wasm_f32x4_relaxed_madd(x, y, z);
}

}  // namespace xsimd::kernel

#include "odin/tensor/backend/cpu/kernels/table.h"

namespace odin::tensor::cpu {

const Kernels& kernels() { return kernels_of<xsimd::wasm>("relaxed"); }

}  // namespace odin::tensor::cpu
