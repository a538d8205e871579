#pragma once

#include <bit>
#include <cstdint>

namespace odin::nn {

/// float16: 1 sign bit, 5 exponent bits (bias 15), 10 mantissa bits. The conversion is exact.
inline float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1fu;
  const std::uint32_t mantissa = half & 0x3ffu;
  if (exponent == 0) {  // zero or subnormal: mantissa * 2^-24, exact in float32
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
  }
  const std::uint32_t wide_exponent = exponent == 31 ? 255 : exponent + (127 - 15);
  return std::bit_cast<float>(sign | wide_exponent << 23 | mantissa << 13);
}

/// Rounds to the nearest float16, ties to even. Magnitudes of 65520 and more become infinite.
inline std::uint16_t float_to_half(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  const auto with_sign = [bits](std::uint32_t half) {
    return static_cast<std::uint16_t>((bits >> 16 & 0x8000u) | half);
  };
  constexpr std::uint32_t kInfinity = 0x7f800000u;
  if (magnitude > kInfinity) return with_sign(0x7e00u | (magnitude >> 13 & 0x3ffu));  // NaN
  if (magnitude >= std::bit_cast<std::uint32_t>(65520.0f)) return with_sign(0x7c00u);
  if (magnitude < std::bit_cast<std::uint32_t>(0x1p-14f)) {
    // Subnormal: the last mantissa bit of 0.5f is worth 2^-24, like that of a subnormal float16, so
    // that the addition of 0.5f rounds correctly.
    const float sum = std::bit_cast<float>(magnitude) + 0.5f;
    return with_sign(std::bit_cast<std::uint32_t>(sum) - std::bit_cast<std::uint32_t>(0.5f));
  }
  // 13 mantissa bits are dropped. Adding just under half of the last kept bit, plus one if that bit
  // is odd, carries exactly if the value must be rounded up.
  const std::uint32_t rounding = 0xfffu + (magnitude >> 13 & 1u);
  return with_sign((magnitude - ((127u - 15u) << 23) + rounding) >> 13);
}

/// bfloat16 is the upper half of a float32.
inline float bfloat16_to_float(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

}  // namespace odin::nn
