#include "odin/nn/inference.h"

#include <algorithm>

#include "odin/tensor/ops/concat.h"
#include "odin/tensor/parallel.h"

namespace odin::nn {

std::vector<Tensor> for_each_chunk(
    std::int64_t images, const std::function<std::vector<Tensor>(std::int64_t, std::int64_t)>& f) {
  constexpr std::int64_t kImages = 2;
  const std::int64_t threads = tensor::num_threads();
  if (images < threads || images <= 1) return f(0, images);
  const std::int64_t size = std::min(kImages, images / threads);
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

Tensor predict(Module& network, const Tensor& x) {
  require(!network.is_training(), "predict: the network must be in evaluation mode");
  require(x.rank() > 0, "predict: expected images [N,...], got a scalar");
  return for_each_chunk(x.dim(0),
                        [&](std::int64_t first, std::int64_t last) {
                          const autograd::NoGradScope no_grad;
                          return std::vector{network(Variable(x.slice(0, first, last))).value()};
                        })
      .front();
}

}  // namespace odin::nn
