#include "odin/autograd/ops/kept_constants.h"

namespace odin::autograd {

using tensor::Tensor;

KeptConstants::Source::Source(const Tensor& t)
    : storage(t.storage()), first(t.raw()), count(t.numel()), version(t.storage()->version()) {}

bool KeptConstants::Source::is_still(const Tensor& t) const {
  return storage.lock() == t.storage() && first == t.raw() && count == t.numel() &&
         version == t.storage()->version();
}

tensor::BatchNormConstants KeptConstants::get(const Tensor& mean, const Tensor& var,
                                              const Tensor& gamma, const Tensor& beta,
                                              double epsilon) {
  const std::array<const Tensor*, 4> tensors{&mean, &var, &gamma, &beta};
  const std::lock_guard lock(mutex_);
  bool same = constants_.inv_std.defined() && epsilon_ == epsilon;
  for (std::size_t i = 0; same && i < tensors.size(); ++i) same = sources_[i].is_still(*tensors[i]);
  if (same) return constants_;
  // Versions first: what is written meanwhile is then seen to be newer.
  for (std::size_t i = 0; i < tensors.size(); ++i) sources_[i] = Source(*tensors[i]);
  epsilon_ = epsilon;
  constants_ = {};
  return constants_ = tensor::batch_norm_constants(mean, var, gamma, beta, epsilon);
}

}  // namespace odin::autograd
