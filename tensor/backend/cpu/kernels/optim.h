#pragma once

#include <cstdint>

#include "odin/tensor/backend/cpu/kernels/rows.h"
#include "odin/tensor/params.h"

namespace odin::tensor::cpu {

/// Fused, with one pass over the three rows: the step is bound by memory bandwidth, and separate
/// elementwise operations would need five passes.
template <class Arch>
void sgd_step(const SgdStep& p, std::int64_t n, const float* g, float* w, float* v) {
  using V = xsimd::batch<float, Arch>;
  constexpr auto kLanes = static_cast<std::int64_t>(V::size);
  const V rate(static_cast<float>(p.learning_rate)), m(static_cast<float>(p.momentum)),
      decay(static_cast<float>(p.weight_decay));
  const auto update = [&](V gradient, V& weight, V& momentum) {
    const V d = gradient + decay * weight;
    momentum = m * momentum + d;
    weight = weight - rate * (p.nesterov ? d + m * momentum : momentum);
  };
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    V weight = V::load_unaligned(w + i), momentum = V::load_unaligned(v + i);
    update(V::load_unaligned(g + i), weight, momentum);
    weight.store_unaligned(w + i);
    momentum.store_unaligned(v + i);
  }
  if (i == n) return;
  V weight = load_part<Arch>(w + i, n - i), momentum = load_part<Arch>(v + i, n - i);
  update(load_part<Arch>(g + i, n - i), weight, momentum);
  store_part<Arch>(weight, w + i, n - i);
  store_part<Arch>(momentum, v + i, n - i);
}

}  // namespace odin::tensor::cpu
