#include "odin/score.h"

#include <algorithm>
#include <cmath>

#include "odin/scores/score.h"

namespace odin {

void require_temperature(const char* op, double temperature) {
  require(temperature > 0 && std::isfinite(temperature), op, ": temperature must be positive, got ",
          temperature);
}

std::vector<std::vector<double>> softmax_at(const tensor::Tensor& logits, double temperature) {
  require_temperature("score", temperature);
  const Rows rows = rows_of(logits, "logit");
  std::vector<std::vector<double>> result;
  for (std::int64_t i = 0; i < rows.count; ++i) result.push_back(softmax(rows[i], temperature));
  return result;
}

std::vector<double> max_softmax(const tensor::Tensor& logits, double temperature) {
  std::vector<double> result;
  for (const auto& scores : softmax_at(logits, temperature))
    result.push_back(*std::max_element(scores.begin(), scores.end()));
  return result;
}

}  // namespace odin
