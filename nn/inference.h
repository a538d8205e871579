#pragma once

#include <functional>
#include <vector>

#include "odin/nn/module.h"

namespace odin::nn {

/// f(first, last) for consecutive ranges that cover `images` images, and its results joined: each
/// of the tensors that f returns, [last - first, ...], becomes one [images, ...].
///
/// Ranges hold so few images that what the network makes of them stays in the cache, but so many that
/// its weights are used well once they are there. Different ranges run on different threads at once.
/// Images fewer than threads come as one range, for the threads to share inside it, and so do all
/// images of a network that is not on the CPU, and those of a caller inside a parallel_for.
std::vector<Tensor> for_each_chunk(
    const Module& network, std::int64_t images,
    const std::function<std::vector<Tensor>(std::int64_t first, std::int64_t last)>& f);

/// What network(x) gives for x [N,...], without gradients, image by image, and sooner. The network
/// must be in evaluation mode, where images do not depend on one another; its forward() is called
/// from several threads at once. Thread-safe. x may be on any device, the result is on the network's.
Tensor predict(const Module& network, const Tensor& x);

/// Throws, beginning with the operation, unless the network is in evaluation mode.
void require_evaluation_mode(const char* op, const Module& network);

}  // namespace odin::nn
