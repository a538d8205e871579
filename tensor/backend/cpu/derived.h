#pragma once

#include <functional>
#include <memory>

#include "odin/tensor/tensor.h"

namespace odin::tensor::cpu {

/// What is worked out from a weight, made by `make` at its first use and kept until the weight's
/// elements change or nobody holds them any more (Storage::version). `use` tells the things worked
/// out from one weight apart, and with it their types.
std::shared_ptr<const void> derived_from(const Tensor& w, int use,
                                         const std::function<std::shared_ptr<const void>()>& make);

/// The same where it is a T: make() returns one.
template <class T, class F>
std::shared_ptr<const T> derived(const Tensor& w, int use, F&& make) {
  return std::static_pointer_cast<const T>(
      derived_from(w, use, [&] { return std::make_shared<const T>(make()); }));
}

/// Things kept for weights that nobody holds any more go when there is a new weight, or here.
void drop_derived_of_gone_weights();

/// First numbers of the uses.
enum DerivedUse {
  kForwardRows,
  kForwardWinograd,
  kBackwardWinograd,
  kForwardColumns,
  kBackwardColumns,
  kPhaseRows  ///< and those that follow
};

}  // namespace odin::tensor::cpu
