#include "odin/nn/io/elements.h"

#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

#include "odin/nn/io/half.h"
#include "odin/tensor/error.h"

namespace odin::nn {
namespace {

using tensor::DType;
using tensor::Tensor;

static_assert(std::endian::native == std::endian::little,
              "files hold little-endian numbers, and they are copied as they are");

/// Throws unless all positions of the (non-empty) layout are in [0, available).
void check_inside(const Layout& layout, std::int64_t available) {
  const auto fits = [&] {
    if (layout.offset < 0 || layout.offset >= available) return false;
    std::int64_t last = layout.offset;
    for (int i = 0; i < layout.shape.rank(); ++i) {
      const auto steps = layout.shape[i] - 1, stride = layout.strides[i];
      if (stride < 0 || (steps > 0 && stride > (available - 1 - last) / steps)) return false;
      if (steps > 0) last += steps * stride;
    }
    return true;
  };
  require(fits(), "shape ", layout.shape, ", strides ", layout.strides, " and offset ",
          layout.offset, " reach outside the ", available, " stored elements");
}

/// The same layout, with stride 0 for dimensions of size 1, whose stride does not matter.
Layout simplified(Layout layout) {
  for (int i = 0; i < layout.shape.rank(); ++i)
    if (layout.shape[i] == 1) layout.strides[i] = 0;
  return layout;
}

bool is_row_major(const Layout& layout) {
  const Layout row_major{layout.shape, tensor::contiguous_strides(layout.shape)};
  return simplified(layout).strides == simplified(row_major).strides;
}

template <class Stored, class T, class Convert>
void gather(const std::byte* bytes, const Layout& positions, Tensor& to, Convert convert) {
  auto out = to.write<T>();
  const Layout layout = simplified(positions);
  const auto count = tensor::numel(layout.shape);
  const auto element = [&](std::int64_t i) {
    Stored stored;
    std::memcpy(&stored, bytes + i * static_cast<std::int64_t>(sizeof stored), sizeof stored);
    return convert(stored);
  };
  if (is_row_major(layout)) {
    for (std::int64_t n = 0; n < count; ++n) out[n] = element(layout.offset + n);
    return;
  }
  tensor::Dims index = layout.shape;
  for (auto i = 0; i < index.rank(); ++i) index[i] = 0;
  std::int64_t at = layout.offset;
  for (std::int64_t n = 0; n < count; ++n) {
    out[n] = element(at);
    for (int d = layout.shape.rank() - 1; d >= 0; --d) {
      at += layout.strides[d];
      if (++index[d] < layout.shape[d]) break;
      at -= layout.strides[d] * layout.shape[d];
      index[d] = 0;
    }
  }
}

template <class T>
void copy_or_gather(const std::byte* bytes, const Layout& layout, Tensor& out) {
  const auto count = static_cast<std::size_t>(tensor::numel(layout.shape));
  if (!is_row_major(layout)) return gather<T, T>(bytes, layout, out, [](T value) { return value; });
  auto elements = out.write<T>();
  std::memcpy(elements.data(), bytes + layout.offset * static_cast<std::int64_t>(sizeof(T)),
              count * sizeof(T));
}

template <class Stored>
void widen_integers(const std::byte* bytes, const Layout& layout, Tensor& out) {
  gather<Stored, std::int64_t>(bytes, layout, out,
                               [](Stored value) { return std::int64_t{value}; });
}

void decode(StoredType type, const std::byte* bytes, const Layout& layout, Tensor& out) {
  switch (type) {
    case StoredType::f64: return copy_or_gather<double>(bytes, layout, out);
    case StoredType::f32: return copy_or_gather<float>(bytes, layout, out);
    case StoredType::f16: return gather<std::uint16_t, float>(bytes, layout, out, half_to_float);
    case StoredType::bf16:
      return gather<std::uint16_t, float>(bytes, layout, out, bfloat16_to_float);
    case StoredType::i64: return copy_or_gather<std::int64_t>(bytes, layout, out);
    case StoredType::i32: return widen_integers<std::int32_t>(bytes, layout, out);
    case StoredType::i16: return widen_integers<std::int16_t>(bytes, layout, out);
    case StoredType::i8: return widen_integers<std::int8_t>(bytes, layout, out);
    case StoredType::u8: return widen_integers<std::uint8_t>(bytes, layout, out);
    case StoredType::boolean:
      return gather<std::uint8_t, std::int64_t>(
          bytes, layout, out, [](std::uint8_t value) { return std::int64_t{value != 0}; });
  }
}

}  // namespace

std::size_t size_of(StoredType type) {
  switch (type) {
    case StoredType::f64:
    case StoredType::i64: return 8;
    case StoredType::f32:
    case StoredType::i32: return 4;
    case StoredType::f16:
    case StoredType::bf16:
    case StoredType::i16: return 2;
    case StoredType::i8:
    case StoredType::u8:
    case StoredType::boolean: return 1;
  }
  return 0;
}

DType dtype_of(StoredType type) {
  switch (type) {
    case StoredType::f64: return DType::f64;
    case StoredType::f32:
    case StoredType::f16:
    case StoredType::bf16: return DType::f32;
    case StoredType::i64:
    case StoredType::i32:
    case StoredType::i16:
    case StoredType::i8:
    case StoredType::u8:
    case StoredType::boolean: return DType::i64;
  }
  fail("stored type ", static_cast<int>(type), " has no element type");
}

std::int64_t stored_numel(const tensor::Shape& shape) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 16;  // 8 bytes each
  return tensor::checked_numel("shape", shape, kMost);
}

Tensor decode_elements(StoredType type, std::span<const std::byte> bytes, const Layout& layout) {
  require(layout.shape.rank() == layout.strides.rank(), "shape ", layout.shape, " with strides ",
          layout.strides);
  const auto count = stored_numel(layout.shape);
  if (count > 0) check_inside(layout, static_cast<std::int64_t>(bytes.size() / size_of(type)));
  Tensor out = Tensor::empty(layout.shape, dtype_of(type));
  if (count > 0) decode(type, bytes.data(), layout, out);
  return out;
}

}  // namespace odin::nn
