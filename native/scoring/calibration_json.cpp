#include "odin/native/scoring/calibration_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "odin/calibration.h"

namespace odin::native {

using json = nlohmann::ordered_json;

namespace {

json reliability_json(const tensor::Tensor& logits, const std::vector<std::int64_t>& labels,
                      double temperature) {
  const auto bins = reliability(logits, labels, temperature);
  json rows = json::array();
  for (const ReliabilityBin& bin : bins)
    rows.push_back(
        {{"confidence", bin.confidence}, {"accuracy", bin.accuracy}, {"count", bin.count}});
  return {{"temperature", temperature}, {"ece", expected_calibration_error(bins)}, {"bins", rows}};
}

/// From 0.1 to 1000 in logarithmic steps, ten for each power of ten.
std::vector<double> temperatures() {
  std::vector<double> values;
  for (int i = -10; i <= 30; ++i) values.push_back(std::pow(10.0, i / 10.0));
  return values;
}

}  // namespace

json calibration_json(const tensor::Tensor& logits, const std::vector<std::int64_t>& labels) {
  const double best = calibrated_temperature(logits, labels);
  json ece = json::array(), nll = json::array();
  for (const double t : temperatures()) {
    ece.push_back(expected_calibration_error(reliability(logits, labels, t)));
    nll.push_back(negative_log_likelihood(logits, labels, t));
  }
  return {{"n", labels.size()},
          {"best_temperature", best},
          {"reliability",
           {reliability_json(logits, labels, 1), reliability_json(logits, labels, best)}},
          {"temperatures", temperatures()},
          {"ece", ece},
          {"nll", nll}};
}

}  // namespace odin::native
