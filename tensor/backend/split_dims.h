#pragma once

#include <cstddef>
#include <span>

#include "odin/tensor/shape.h"

namespace odin::tensor {

/// The first (head) or last (tail) `count` dimensions.
inline Dims head(const Dims& d, int count) {
  return Dims(std::span(d.begin(), static_cast<std::size_t>(count)));
}
inline Dims tail(const Dims& d, int count) {
  return Dims(std::span(d.end() - count, static_cast<std::size_t>(count)));
}

}  // namespace odin::tensor
