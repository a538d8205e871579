#pragma once

#include <doctest/doctest.h>

#include "odin/autograd/variable.h"
#include "odin/nn/features.h"
#include "odin/nn/fusion.h"
#include "odin/nn/inference.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"

namespace odin::tests {

inline tensor::Tensor feature_noise(const tensor::Shape& shape) {
  return on_device(tensor::Random(5).normal(shape));
}

/// The last layer, applied to the features, gives the logits; and these are the network's, to the
/// last bit.
inline void check_features(const nn::Module& network, const tensor::Tensor& x) {
  const nn::Features found = nn::forward_features(network, autograd::Variable(x));
  const tensor::Tensor logits = found.logits.value();
  CHECK(logits.to_vector<float>() == network(autograd::Variable(x)).value().to_vector<float>());
  REQUIRE(found.features.rank() == 2);
  tensor::Tensor again = tensor::matmul(found.features.value(), found.last.weight.transpose(0, 1));
  if (found.last.bias.defined()) again = tensor::add(again, found.last.bias);
  CHECK_CLOSE(again.to(tensor::Device::cpu), logits.to(tensor::Device::cpu), 1e-5);
  const nn::FeatureRows rows = nn::predict_features(network, x);
  CHECK_CLOSE(rows.features.to(tensor::Device::cpu), found.features.value().to(tensor::Device::cpu),
              1e-5);
  CHECK(rows.logits.to_vector<float>() == nn::predict(network, x).to_vector<float>());
}

inline void check_all_paths(const nn::Module& network, const tensor::Tensor& x) {
  check_features(network, x);
  {
    const nn::FusionScope plain(false);
    check_features(network, x);
  }
  const autograd::NoGradScope no_grad;
  check_features(network, x);
  const autograd::FrozenParametersScope frozen;
  check_features(network, x);
}

}  // namespace odin::tests
