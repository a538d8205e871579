#pragma once

#include "odin/nn/models/densenet_bc.h"

namespace odin::nn {

/// Initializes `deep` from a trained, shallower DenseNet-BC so that both compute the same logits in
/// evaluation mode (a function-preserving transformation; Chen, Goodfellow, Shlens: "Net2Net", ICLR
/// 2016). The trained layers become the first layers of each block. The remaining layers of `deep`
/// keep their weights, usually random; the layers copied from `trained` read the new channels with
/// weight 0, so that training can bring them in gradually. Throws, and changes nothing, unless both
/// have the same growth rate and number of classes and `deep` has more layers.
void grow(DenseNetBC& trained, DenseNetBC& deep);

}  // namespace odin::nn
