#pragma once

#include <functional>

#include "odin/nn/onnx/lower.h"

namespace odin::nn::onnx {

/// The network for images of any size. `of_size` makes it for one: for several sizes, even and odd
/// ones, the nodes have to be the same but for the sizes of reshapes, which become those of their
/// inputs. Throws, naming the node, for what else depends on the size of the images.
Network for_any_size(const std::function<Network(const tensor::Size2d&)>& of_size);

}  // namespace odin::nn::onnx
