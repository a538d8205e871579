#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "odin/tensor/tensor.h"

namespace odin::nn {

/// The element types in files. There are fewer in memory (tensor::DType).
enum class StoredType { f64, f32, f16, bf16, i64, i32, i16, i8, u8, boolean };

std::size_t size_of(StoredType type);
/// The type in memory: f16 and bf16 become float32, integers and booleans become int64.
tensor::DType dtype_of(StoredType type);

/// How a tensor is laid out in a storage. Strides and offset are in elements, not bytes.
struct Layout {
  tensor::Shape shape;
  tensor::Strides strides;
  std::int64_t offset = 0;
};

/// The number of elements of `shape`. Throws for a negative size or if the product overflows.
std::int64_t stored_numel(const tensor::Shape& shape);

/// Copies elements from `bytes` (little-endian, any alignment) into a new contiguous tensor. Throws
/// if the layout reaches outside `bytes`.
tensor::Tensor decode_elements(StoredType type, std::span<const std::byte> bytes,
                               const Layout& layout);

}  // namespace odin::nn
