#pragma once

#include "odin/nn/input_size.h"
#include "odin/nn/module.h"
#include "odin/tensor/params.h"

namespace odin::nn {

/// The last layer of a classifier with the features h [N,D]: logits = h weight^T + bias.
struct LastLayer {
  Tensor weight;  ///< [classes,D]
  Tensor bias;    ///< [classes]; undefined if there is none
};

/// A forward pass with the penultimate features: what the last layer read.
struct Features {
  Variable logits;    ///< [N,classes], the bits that network(x) returns
  Variable features;  ///< [N,D]
  LastLayer last;
};

/// Runs the network on x [N,C,H,W]. Its last layer is a Linear, or a 1x1 Conv2d that reads a single
/// pixel, behind which the numbers are only reshaped; in a graph such a node. Throws for a network
/// that ends otherwise. Costs no more than network(x). Thread-safe in evaluation mode.
Features forward_features(const Module& network, const Variable& x);

/// Logits [N,classes] and features [N,D] on the network's device.
struct FeatureRows {
  Tensor logits, features;
};

/// As predict() (nn/inference.h), with the features. Thread-safe.
FeatureRows predict_features(const Module& network, const Tensor& x);

/// The network's last layer, found by running it on one black image of this size. Throws as
/// forward_features() does. Thread-safe.
LastLayer last_layer(const Module& network, const InputSize& input);

/// For layers: tells forward_features(), if it is running in this thread, that y is the linear
/// function x weight^T + bias. The last call is the one that counts.
void note_linear(const Variable& x, const Variable& weight, const Variable& bias,
                 const Variable& y);
/// Whether anybody wants to know.
bool features_wanted();
/// Whether this convolution of x [N,C,H,W] is a linear function of C features: 1x1, of one pixel.
bool is_linear_conv(const Shape& x, const Shape& weight, const tensor::Conv2dParams& params);

}  // namespace odin::nn
