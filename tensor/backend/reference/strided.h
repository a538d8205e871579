#pragma once

#include <cstdint>
#include <type_traits>

#include "odin/tensor/tensor.h"

namespace odin::tensor::reference {

/// Access to the elements of a tensor with any strides by position: at(n, c, h, w). T is const for
/// read-only tensors.
template <class T>
class Strided {
 public:
  explicit Strided(const Tensor& t) requires std::is_const_v<T> : data_(static_cast<T*>(t.raw())),
                                                                  strides_(t.strides()) {}
  explicit Strided(Tensor& t) requires(!std::is_const_v<T>)
      : data_(static_cast<T*>(t.backend_raw())), strides_(t.strides()) {}

  template <class... Index>
  T& operator()(Index... index) const {
    std::int64_t at = 0;
    int i = 0;
    ((at += index * strides_[i++]), ...);
    return data_[at];
  }

 private:
  T* data_;
  Strides strides_;
};

/// Calls f(offsets...) for every position of `shape` in row-major order, with the position's offset
/// for each of the given strides.
template <class F, class... S>
void for_each_offset(const Shape& shape, F&& f, const S&... strides) {
  if (numel(shape) == 0) return;
  Dims index = shape;
  for (int i = 0; i < shape.rank(); ++i) index[i] = 0;
  const auto offset = [&](const Strides& s) {
    std::int64_t at = 0;
    for (int i = 0; i < shape.rank(); ++i) at += index[i] * s[i];
    return at;
  };
  for (;;) {
    f(offset(strides)...);
    int i = shape.rank() - 1;
    while (i >= 0 && ++index[i] == shape[i]) index[i--] = 0;
    if (i < 0) return;
  }
}

}  // namespace odin::tensor::reference
