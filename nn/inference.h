#pragma once

#include <functional>
#include <vector>

#include "odin/nn/module.h"

namespace odin::nn {

/// Splits `images` images into consecutive ranges, calls f(first, last) for each and concatenates
/// the results: every tensor [last - first, ...] that f returns becomes one tensor [images, ...]. f
/// is called from several threads at once and must be thread-safe.
///
/// The size of a range balances the cache: few enough images that the activations fit, enough that
/// loading the weights pays off. There is only one range, images 0 to `images`, if there are fewer
/// images than threads, if the network is not on the CPU, or inside a parallel_for.
std::vector<Tensor> for_each_chunk(
    const Module& network, std::int64_t images,
    const std::function<std::vector<Tensor>(std::int64_t first, std::int64_t last)>& f);

/// f(x) for images x [N,...], without gradients, split over the worker threads as for_each_chunk()
/// does. x may be on any device; f gets it on the network's. Throws unless the network is in
/// evaluation mode; the message begins with `op`. Thread-safe if f is.
std::vector<Tensor> predict_with(
    const char* op, const Module& network, const Tensor& x,
    const std::function<std::vector<Tensor>(const Variable& images)>& f);

/// network(x) for images x [N,...], without gradients, split over the worker threads. x may be on
/// any device; the result is on the network's. Throws unless the network is in evaluation mode.
/// Thread-safe; calls forward() from several threads at once.
Tensor predict(const Module& network, const Tensor& x);

/// Throws unless the network is in evaluation mode. The message begins with `op`.
void require_evaluation_mode(const char* op, const Module& network);

}  // namespace odin::nn
