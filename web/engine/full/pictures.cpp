#include <emscripten/emscripten.h>

#include "../engine.h"
#include "odin/nn/features.h"
#include "odin/score.h"
#include "odin/tensor/ops.h"
#include "odin/threshold.h"

// Several pictures at once, a class of one's own choice, features, a threshold from pictures. Calls of
// them bring the full module (api/host.ts).

namespace odin::web {
namespace {

using tensor::Tensor;

/// Pictures that follow one another and have the same size, as one [N,C,H,W]. Only networks of any
/// size see more than one size.
std::vector<Tensor> batches_of(const val& pictures, const nn::ModelInfo& info) {
  std::vector<std::vector<Tensor>> groups;
  const auto count = pictures["length"].as<unsigned>();
  for (unsigned i = 0; i < count; ++i) {
    Tensor picture = picture_of(pictures[i], info);
    if (groups.empty() || groups.back().front().shape() != picture.shape()) groups.emplace_back();
    groups.back().push_back(std::move(picture));
  }
  std::vector<Tensor> batches;
  for (const auto& group : groups)
    batches.push_back(tensor::concat(std::span<const Tensor>(group), 0));
  return batches;
}

/// -log S_target in place of the predicted class's: its gradient, the step along it, and as score
/// the softmax of that class behind it.
Inspection inspect_toward(std::int64_t target, const Model& m, const DetectorOptions& o,
                          const Tensor& pictures) {
  const nn::Module& network = *m.model.network;
  const Tensor x = normalize(pictures, m.normalization());
  const FirstPass first(network, x);
  const auto column = static_cast<std::size_t>(target);
  std::vector<float> of_logits;
  for (auto row : softmax_at(first.logits(), o.temperature)) {
    row[column] -= 1;
    for (const double value : row) of_logits.push_back(static_cast<float>(value / o.temperature));
  }
  const Tensor gradient =
      first.gradient_from(Tensor::from(of_logits, first.logits().shape()), Tensor());
  const SecondPass second = second_pass(network, x, first.logits(), gradient, o.epsilon,
                                        m.normalization().std, o.direction);
  Inspection found{{}, x, first.logits(), gradient, second.x, second.logits};
  const auto labels = first.labels().to_vector<std::int64_t>();
  const auto msp = max_softmax(first.logits(), 1);
  const auto scores = softmax_at(second.logits, o.temperature);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    Detection d{labels[i], msp[i], scores[i][column], std::nullopt};
    if (o.threshold) d.in_distribution = d.odin > *o.threshold;
    found.detections.push_back(d);
  }
  return found;
}

Inspection inspect(const std::optional<int>& target, const Model& m, const DetectorOptions& options,
                   const Tensor& pictures) {
  if (!target) return Detector(*m.model.network, m.normalization(), options).inspect(pictures);
  const std::int64_t classes = std::ssize(m.model.info.classes);
  require(*target >= 0 && *target < classes, "detect: expected a class of 0 to ", classes - 1,
          " as target, got ", *target);
  return inspect_toward(*target, m, options, pictures);
}

/// Request { pictures, target, and what detect takes } -> a list of detections; with onlyScores, of
/// numbers.
val detect_many(const val& request) {
  Model& m = model_of(request);
  const auto target = optional<int>(request, "target");
  DetectorOptions options = options_of(request, m.model.info);
  // The model's own belongs to the score of the predicted class.
  if (target) options.threshold = optional<double>(request, "threshold");
  const bool only_scores = value_or<bool>(request, "onlyScores", false);
  const bool has_methods = !request["method"].isUndefined() && !request["method"].isNull();
  val results = val::array();
  for (const Tensor& batch : batches_of(request["pictures"], m.model.info)) {
    const double start = emscripten_get_now();
    const Inspection found = inspect(target, m, options, batch);
    const double each = (emscripten_get_now() - start) / static_cast<double>(batch.dim(0));
    for (std::int64_t i = 0; i < batch.dim(0); ++i) {
      if (only_scores) {
        results.call<void>("push", found.detections[static_cast<std::size_t>(i)].odin);
        continue;
      }
      val result = detection_of(found, i, batch, m, options);
      result.set("milliseconds", each);
      if (has_methods)
        result.set("methods", method_scores(request, m, options, batch.slice(0, i, i + 1)));
      results.call<void>("push", result);
    }
  }
  return results;
}

/// Request { pictures } -> a list of Float32Arrays.
val features(const val& request) {
  const Model& m = model_of(request);
  val results = val::array();
  for (const Tensor& batch : batches_of(request["pictures"], m.model.info)) {
    const Tensor rows =
        nn::predict_features(*m.model.network, normalize(batch, m.normalization())).features;
    for (std::int64_t i = 0; i < rows.dim(0); ++i)
      results.call<void>("push", typed_array(rows.slice(0, i, i + 1)));
  }
  return results;
}

/// Request { scores, tpr, temperature, epsilon } -> the threshold, which the model has from now on
/// with this T and epsilon, and its sampling error.
val set_threshold(const val& request) {
  nn::ModelInfo& info = model_of(request).model.info;
  const ThresholdEstimate found = estimate_threshold(
      emscripten::vecFromJSArray<double>(request["scores"]), request["tpr"].as<double>());
  const DetectorOptions options = options_of(request, info);
  info.temperature = options.temperature;
  info.epsilon = options.epsilon;
  info.threshold = found.threshold;
  val result = val::object();
  result.set("threshold", found.threshold);
  result.set("low", found.low);
  result.set("high", found.high);
  result.set("standardError", found.standard_error);
  result.set("tprLow", found.tpr_low);
  result.set("tprHigh", found.tpr_high);
  result.set("temperature", options.temperature);
  result.set("epsilon", options.epsilon);
  return result;
}

}  // namespace

EMSCRIPTEN_BINDINGS(pictures) {
  expose<&detect_many>("detectMany");
  expose<&features>("features");
  expose<&set_threshold>("setThreshold");
}

}  // namespace odin::web
