#pragma once

#include <type_traits>
#include <xsimd/xsimd.hpp>

namespace odin::tensor::cpu {

// Division and square root as IEEE 754 has them, correctly rounded. For float on aarch64, xsimd
// takes the 32-bit processors' estimates with Newton steps instead: wrong in the last bit, and for
// denormal numbers and infinities.
#if defined(__aarch64__)
template <class Arch>
inline constexpr bool kEstimates = std::is_base_of_v<xsimd::neon64, Arch>;
#endif

template <class Arch>
xsimd::batch<float, Arch> quotient(xsimd::batch<float, Arch> a, xsimd::batch<float, Arch> b) {
#if defined(__aarch64__)
  if constexpr (kEstimates<Arch>) return vdivq_f32(a, b);
#endif
  return a / b;
}

template <class Arch>
xsimd::batch<float, Arch> square_root(xsimd::batch<float, Arch> x) {
#if defined(__aarch64__)
  if constexpr (kEstimates<Arch>) return vsqrtq_f32(x);
#endif
  return xsimd::sqrt(x);
}

}  // namespace odin::tensor::cpu
