#include "odin/nn/inference.h"

#include <algorithm>

#include "odin/tensor/ops/concat.h"
#include "odin/tensor/parallel.h"

namespace odin::nn {
namespace {

/// Images per chunk = parameters / kWeightsOfImage. Measured on DenseNet-BC-100-12 (few weights,
/// large activations) and on Wide ResNets (many weights, small activations).
constexpr std::int64_t kWeightsOfImage = 1 << 18;

}  // namespace

std::vector<Tensor> for_each_chunk(
    const Module& network, std::int64_t images,
    const std::function<std::vector<Tensor>(std::int64_t, std::int64_t)>& f) {
  const std::int64_t threads = tensor::num_threads();
  if (images < threads || images <= 1 || tensor::in_parallel() ||
      network.device() != tensor::Device::cpu)
    return f(0, images);
  const std::int64_t size =
      std::min(std::clamp<std::int64_t>(network.parameter_count() / kWeightsOfImage, 2, 16),
               images / threads);
  const std::int64_t chunks = (images + size - 1) / size;
  std::vector<std::vector<Tensor>> results(static_cast<std::size_t>(chunks));
  tensor::parallel_for(chunks, 1, [&](std::int64_t first, std::int64_t last) {
    for (auto c = first; c < last; ++c)
      results[static_cast<std::size_t>(c)] = f(c * size, std::min((c + 1) * size, images));
  });
  std::vector<Tensor> joined;
  for (std::size_t i = 0; i < results.front().size(); ++i) {
    std::vector<Tensor> parts;
    for (const auto& result : results) parts.push_back(result[i]);
    joined.push_back(tensor::concat(parts, 0));
  }
  return joined;
}

void require_evaluation_mode(const char* op, const Module& network) {
  require(!network.is_training(), op, ": the network must be in evaluation mode");
}

std::vector<Tensor> predict_with(
    const char* op, const Module& network, const Tensor& x,
    const std::function<std::vector<Tensor>(const Variable& images)>& f) {
  require_evaluation_mode(op, network);
  require(x.rank() > 0, op, ": expected images [N,...], got a scalar");
  const Tensor there = x.to(network.device());
  const autograd::NoGradScope no_grad;
  return for_each_chunk(network, x.dim(0), [&](auto first, auto last) {
    return f(Variable(there.slice(0, first, last)));
  });
}

Tensor predict(const Module& network, const Tensor& x) {
  return predict_with("predict", network, x,
                      [&](const Variable& images) { return std::vector{network(images).value()}; })
      .front();
}

}  // namespace odin::nn
