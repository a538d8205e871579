#include "odin/score.h"

#include <algorithm>
#include <cmath>

#include "odin/tensor/ops/reduce.h"

namespace odin {

void require_temperature(const char* op, double temperature) {
  require(temperature > 0 && std::isfinite(temperature), op, ": temperature must be positive, got ",
          temperature);
}

std::vector<double> finite_logits(const tensor::Tensor& logits) {
  require(logits.rank() == 2 && logits.dim(1) > 0, "score: expected logits [N, classes], got ",
          logits.shape());
  const tensor::Tensor here = logits.to(tensor::Device::cpu);
  require(tensor::all_finite(here), "score: a logit is NaN or infinite");
  return here.to(tensor::DType::f64).to_vector<double>();
}

std::vector<std::vector<double>> softmax_at(const tensor::Tensor& logits, double temperature) {
  require_temperature("score", temperature);
  const std::vector<double> values = finite_logits(logits);
  const auto classes = static_cast<std::size_t>(logits.dim(1));
  std::vector<std::vector<double>> result;
  for (auto row = values.begin(); row != values.end(); row += logits.dim(1)) {
    const double largest = *std::max_element(row, row + logits.dim(1));
    std::vector<double> scores(classes);
    double sum = 0;
    for (std::size_t i = 0; i < classes; ++i)
      sum += scores[i] = std::exp((row[static_cast<std::ptrdiff_t>(i)] - largest) / temperature);
    for (double& s : scores) s /= sum;
    result.push_back(std::move(scores));
  }
  return result;
}

std::vector<double> max_softmax(const tensor::Tensor& logits, double temperature) {
  std::vector<double> result;
  for (const auto& scores : softmax_at(logits, temperature))
    result.push_back(*std::max_element(scores.begin(), scores.end()));
  return result;
}

}  // namespace odin
