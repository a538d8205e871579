#include "odin/native/scoring/metrics_json.h"

#include <nlohmann/json.hpp>

namespace odin::native {

nlohmann::ordered_json metrics_json(const Metrics& m) {
  return {{"fpr95", m.fpr95},
          {"detection_error_at_tpr95", m.detection_error_at_tpr95},
          {"detection_error", m.detection_error},
          {"auroc", m.auroc},
          {"aupr_in", m.aupr_in},
          {"aupr_out", m.aupr_out}};
}

nlohmann::ordered_json intervals_json(const MetricsIntervals& m) {
  const auto pair = [](const Interval& i) { return nlohmann::ordered_json{i.low, i.high}; };
  return {{"fpr95", pair(m.fpr95)},
          {"detection_error_at_tpr95", pair(m.detection_error_at_tpr95)},
          {"detection_error", pair(m.detection_error)},
          {"auroc", pair(m.auroc)},
          {"aupr_in", pair(m.aupr_in)},
          {"aupr_out", pair(m.aupr_out)}};
}

nlohmann::ordered_json confusion_json(const Confusion& c) {
  return {{"threshold", c.threshold},
          {"true_in", c.true_in},
          {"false_out", c.false_out},
          {"false_in", c.false_in},
          {"true_out", c.true_out},
          {"sensitivity", c.sensitivity()},
          {"specificity", c.specificity()},
          {"fpr", c.fpr()},
          {"precision", c.precision()},
          {"accuracy", c.accuracy()},
          {"detection_error", c.detection_error()}};
}

}  // namespace odin::native
