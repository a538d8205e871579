#include "odin/native/training/count_correct.h"

#include "odin/tensor/ops/reduce.h"

namespace odin::native {

std::int64_t count_correct(const tensor::Tensor& logits, const tensor::Tensor& labels) {
  const auto predicted = tensor::argmax(logits, 1).to_vector<std::int64_t>();
  const auto expected = labels.to_vector<std::int64_t>();
  std::int64_t correct = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) correct += predicted[i] == expected[i];
  return correct;
}

}  // namespace odin::native
