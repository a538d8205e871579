#pragma once

#include <compare>
#include <functional>
#include <memory>

#include "odin/tensor/tensor.h"

namespace odin::tensor::cpu {

enum class DerivedKind {
  forward_rows,
  forward_winograd,
  backward_winograd,
  forward_columns,
  backward_columns,
  phase_rows
};

/// Tells the things worked out from one weight apart, and with it their types.
struct DerivedUse {
  DerivedKind kind;
  std::int64_t stride = 1, row = 0, column = 0;  ///< of phase_rows
  auto operator<=>(const DerivedUse&) const = default;
};

/// What is worked out from a weight [O,C,KH,KW], made by `make` at its first use and kept until the
/// weight's elements change or nobody holds them any more (Storage::version).
std::shared_ptr<const void> derived_from(const Tensor& w, const DerivedUse& use,
                                         const std::function<std::shared_ptr<const void>()>& make);

/// The same where it is a T: make() returns one.
template <class T, class F>
std::shared_ptr<const T> derived(const Tensor& w, const DerivedUse& use, F&& make) {
  return std::static_pointer_cast<const T>(
      derived_from(w, use, [&] { return std::make_shared<const T>(make()); }));
}

/// Things kept for weights that nobody holds any more go when there is a new weight, or here.
void drop_derived_of_gone_weights();

}  // namespace odin::tensor::cpu
