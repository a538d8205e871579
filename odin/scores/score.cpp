#include "odin/scores/score.h"

#include <algorithm>
#include <cmath>

namespace odin {

Outputs outputs_of(const tensor::Tensor& logits, const tensor::Tensor& features) {
  Outputs outputs;
  outputs.logits = rows_of(logits, "logit");
  if (features.defined()) outputs.features = rows_of(features, "feature");
  return outputs;
}

OutputGradients Score::gradients(const Outputs&) const { fail("score: it has no gradient"); }

LinearHead::LinearHead(const nn::LastLayer& last) : weight(rows_of(last.weight, "weight")) {
  bias.assign(static_cast<std::size_t>(weight.count), 0);
  if (last.bias.defined())
    bias = last.bias.to(tensor::Device::cpu).to(tensor::DType::f64).to_vector<double>();
}

Rows LinearHead::logits(const Rows& features) const {
  Rows f = times_transposed(features, weight);
  for (std::int64_t i = 0; i < f.count; ++i)
    for (std::size_t k = 0; k < bias.size(); ++k) f[i][k] += bias[k];
  return f;
}

double log_sum_exp(std::span<const double> logits, double temperature) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const double f : logits) sum += std::exp((f - largest) / temperature);
  return largest + temperature * std::log(sum);
}

std::vector<double> softmax(std::span<const double> logits, double temperature) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  std::vector<double> p;
  double sum = 0;
  for (const double f : logits) sum += p.emplace_back(std::exp((f - largest) / temperature));
  for (double& x : p) x /= sum;
  return p;
}

std::int64_t argmax(std::span<const double> row) {
  return std::max_element(row.begin(), row.end()) - row.begin();
}

std::vector<double> energies(const Rows& logits) {
  return for_each_row(logits.count, [&](std::int64_t i) { return log_sum_exp(logits[i]); });
}

Rows energy_gradients(const Rows& logits, double temperature) {
  Rows gradients = logits;
  for_each_row(gradients, [&](std::span<double> row) {
    std::ranges::copy(softmax(row, temperature), row.begin());
  });
  return gradients;
}

double percentile(std::vector<double> values, double q) {
  require(!values.empty() && q >= 0 && q <= 100, "percentile: expected values and 0 to 100, got ",
          values.size(), " values and ", q);
  const double place = q / 100 * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), first, values.end());
  const double low = *first;
  if (below + 1 == values.size()) return low;
  const double high = *std::min_element(first + 1, values.end());
  return low + (high - low) * (place - static_cast<double>(below));
}

void require_no_negative(const std::string& method, const Rows& features) {
  const auto least = std::min_element(features.values.begin(), features.values.end());
  require(least == features.values.end() || *least >= 0, method,
          ": expected features of 0 or more, as they are behind a ReLU, got ", *least,
          "; this network's last layer reads others");
}

}  // namespace odin
