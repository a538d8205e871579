#include "odin/calibration.h"

#include <algorithm>
#include <cmath>

#include "odin/score.h"

namespace odin {

using tensor::Tensor;

namespace {

void check(const Tensor& logits, const std::vector<std::int64_t>& labels) {
  require(logits.rank() == 2 && logits.dim(0) == std::ssize(labels) && !labels.empty(),
          "calibration: expected logits [N, classes] and N labels, got ", logits.shape(), " and ",
          labels.size());
  for (const std::int64_t label : labels)
    require(label >= 0 && label < logits.dim(1), "calibration: label ", label, " of ",
            logits.dim(1), " classes");
}

/// The derivative of the negative log-likelihood with respect to 1/T: the mean over the images of
/// sum_i S_i f_i - f_label. It increases with 1/T.
double slope(const std::vector<double>& logits, const std::vector<std::int64_t>& labels,
             double inverse_temperature) {
  const std::size_t classes = logits.size() / labels.size();
  double total = 0;
  for (std::size_t n = 0; n < labels.size(); ++n) {
    const double* row = logits.data() + n * classes;
    const double largest = *std::max_element(row, row + classes);
    double sum = 0, weighted = 0;
    for (std::size_t i = 0; i < classes; ++i) {
      const double weight = std::exp((row[i] - largest) * inverse_temperature);
      sum += weight;
      weighted += weight * row[i];
    }
    total += weighted / sum - row[labels[n]];
  }
  return total / static_cast<double>(labels.size());
}

}  // namespace

std::vector<ReliabilityBin> reliability(const Tensor& logits,
                                        const std::vector<std::int64_t>& labels, double temperature,
                                        std::size_t bins) {
  check(logits, labels);
  require(bins > 0, "calibration: no bins");
  std::vector<ReliabilityBin> result(bins);
  const auto scores = softmax_at(logits, temperature);
  for (std::size_t n = 0; n < scores.size(); ++n) {
    const auto top = std::max_element(scores[n].begin(), scores[n].end());
    const auto place = static_cast<std::size_t>(*top * static_cast<double>(bins));
    ReliabilityBin& bin = result[std::min(place, bins - 1)];
    bin.confidence += *top;
    bin.accuracy += top - scores[n].begin() == labels[n] ? 1 : 0;
    ++bin.count;
  }
  for (ReliabilityBin& bin : result)
    if (bin.count > 0) {
      bin.confidence /= static_cast<double>(bin.count);
      bin.accuracy /= static_cast<double>(bin.count);
    }
  return result;
}

double expected_calibration_error(const std::vector<ReliabilityBin>& bins) {
  double error = 0, images = 0;
  for (const ReliabilityBin& bin : bins) {
    error += static_cast<double>(bin.count) * std::abs(bin.accuracy - bin.confidence);
    images += static_cast<double>(bin.count);
  }
  require(images > 0, "calibration: no images");
  return error / images;
}

double negative_log_likelihood(const Tensor& logits, const std::vector<std::int64_t>& labels,
                               double temperature) {
  check(logits, labels);
  const auto scores = softmax_at(logits, temperature);
  double total = 0;
  for (std::size_t n = 0; n < scores.size(); ++n) {
    // If the softmax underflows to 0, use 1e-300: log 0 would make the whole mean infinite.
    total -= std::log(std::max(scores[n][static_cast<std::size_t>(labels[n])], 1e-300));
  }
  return total / static_cast<double>(labels.size());
}

double calibrated_temperature(const Tensor& logits, const std::vector<std::int64_t>& labels) {
  check(logits, labels);
  softmax_at(logits, 1);  // throws if a logit is not finite
  const auto values = logits.to(tensor::DType::f64).to_vector<double>();
  // The negative log-likelihood is convex in 1/T, so its slope has one zero.
  double low = std::log(1e-3), high = std::log(1e3);
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (slope(values, labels, std::exp(middle)) < 0 ? low : high) = middle;
  }
  return std::exp(-(low + high) / 2);
}

}  // namespace odin
