#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "odin/tensor/tensor.h"

namespace odin::nn {

/// The element types of files; in memory there are fewer (tensor::DType).
enum class StoredType { f64, f32, f16, bf16, i64, i32, i16, i8, u8, boolean };

std::size_t size_of(StoredType type);
/// What elements become in memory: floats narrower than float32 are widened to it, integers and
/// booleans to int64.
tensor::DType dtype_of(StoredType type);

/// Where the elements of a tensor lie in a block of them; counted in elements.
struct Layout {
  tensor::Shape shape;
  tensor::Strides strides;
  std::int64_t offset = 0;
};

/// The number of elements of `shape`. Throws for a negative size, and when the sizes multiply to
/// more than an address can hold.
std::int64_t stored_numel(const tensor::Shape& shape);

/// A new contiguous tensor of the elements in `bytes` (little-endian, any alignment). Throws when
/// the layout reaches outside them.
tensor::Tensor decode_elements(StoredType type, std::span<const std::byte> bytes,
                               const Layout& layout);

}  // namespace odin::nn
