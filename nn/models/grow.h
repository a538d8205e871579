#pragma once

#include "odin/nn/models/densenet_bc.h"

namespace odin::nn {

/// Makes `deep` begin where a trained, shallower DenseNet-BC has come to: in evaluation both compute
/// the same logits (a function-preserving transformation; Chen, Goodfellow, Shlens, "Net2Net", ICLR
/// 2016). The trained layers become the first ones of each block. What the other layers of `deep`
/// make keeps the weights it has, random ones as a rule, and weighs 0 in the trained layers, which
/// learn what it is good for.
/// Throws, and changes nothing, unless both have the same growth rate and classes and `deep` has
/// more layers.
void grow(DenseNetBC& trained, DenseNetBC& deep);

}  // namespace odin::nn
