#include "odin/nn/features.h"

#include "odin/autograd/ops/shape.h"
#include "odin/nn/inference.h"

namespace odin::nn {
namespace {

/// The last linear layer that has run.
struct LinearCall {
  Variable x, weight, bias, y;
};

constinit const tensor::Inherited<LinearCall*> wanted_call{nullptr};

/// Whether the logits are y itself, or y reshaped.
bool is_same(const Variable& y, const Variable& logits) {
  return y.defined() && y.value().storage() == logits.value().storage() &&
         y.value().numel() == logits.value().numel();
}

/// [N,D,1,1] as [N,D].
Variable as_rows(const Variable& x, std::int64_t rows) {
  return x.rank() == 2 ? x : autograd::reshape(x, {rows, -1});
}

Tensor as_matrix(const Tensor& weight) {
  return weight.rank() == 2 ? weight : weight.reshape({weight.dim(0), -1});
}

}  // namespace

bool features_wanted() { return wanted_call.get() != nullptr; }

bool is_linear_conv(const Shape& x, const Shape& weight, const tensor::Conv2dParams& params) {
  return params.groups == 1 && params.padding == tensor::Padding2d(0) && x[2] == 1 && x[3] == 1 &&
         weight[2] == 1 && weight[3] == 1;
}

void note_linear(const Variable& x, const Variable& weight, const Variable& bias,
                 const Variable& y) {
  if (LinearCall* call = wanted_call.get()) *call = {x, weight, bias, y};
}

Features forward_features(const Module& network, const Variable& x) {
  LinearCall call;
  const Variable logits = [&] {
    const tensor::Inherited<LinearCall*>::Scope scope(wanted_call, &call);
    return network(x);
  }();
  require(
      is_same(call.y, logits),
      "features: the network does not end in a linear layer, or a 1x1 convolution of one pixel");
  const Tensor weight = as_matrix(call.weight.value());
  const Variable features = as_rows(call.x, logits.dim(0));
  require(features.dim(0) == logits.dim(0) && features.dim(1) == weight.dim(1),
          "features: the last layer reads ", call.x.shape(), ", expected one row for each of ",
          logits.dim(0), " images");
  return {logits, features, {weight, call.bias.defined() ? call.bias.value() : Tensor()}};
}

FeatureRows predict_features(const Module& network, const Tensor& x) {
  const auto parts = predict_with("features", network, x, [&](const Variable& images) {
    const Features found = forward_features(network, images);
    return std::vector{found.logits.value(), found.features.value()};
  });
  return {parts[0], parts[1]};
}

LastLayer last_layer(const Module& network, const InputSize& input) {
  constexpr std::int64_t kSideOfAny = 224;
  require_evaluation_mode("features", network);
  const autograd::NoGradScope no_grad;
  const Tensor black = Tensor::zeros(input.or_square(kSideOfAny).batch(1));
  return forward_features(network, Variable(black.to(network.device()))).last;
}

}  // namespace odin::nn
