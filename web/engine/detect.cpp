#include <emscripten/emscripten.h>

#include "engine.h"
#include "odin/nn/inference.h"
#include "odin/score.h"
#include "odin/tensor/random.h"
#include "odin/tune.h"

namespace odin::web {
namespace {

using tensor::Tensor;

val or_null(const std::optional<double>& value) { return value ? val(*value) : val::null(); }

val detect(const val& request) {
  Model& m = model_of(request);
  const Tensor picture = picture_of(request["picture"], m.model.info);
  const double start = emscripten_get_now();
  const DetectorOptions options = options_of(request, m.model.info);
  const Inspection found = Detector(*m.model.network, m.normalization(), options).inspect(picture);
  const double end = emscripten_get_now();
  val result = detection_of(found, 0, picture, m, options);
  result.set("milliseconds", end - start);
  if (!request["method"].isUndefined() && !request["method"].isNull())
    result.set("methods", method_scores(request, m, options, picture));
  return result;
}

/// Request { picture, gradient, epsilon, direction } -> the image after detect's perturbation along
/// this gradient.
val perturb(const val& request) {
  const Model& m = model_of(request);
  const Normalization normalization = m.normalization();
  const DetectorOptions options = options_of(request, m.model.info);
  const Tensor picture = picture_of(request["picture"], m.model.info);
  const Tensor moved = odin::perturb(normalize(picture, normalization),
                                     planes_of(request["gradient"], picture.shape(), "gradient"),
                                     options.epsilon, normalization.std, options.direction);
  return typed_array(pixels_of(moved, normalization));
}

std::vector<double> numbers(const val& list) { return emscripten::vecFromJSArray<double>(list); }

/// Request { temperatures, epsilons, direction } -> scores, all epsilons of the first temperature
/// first.
val sweep(const val& request) {
  const Model& m = model_of(request);
  const TuningGrid grid{numbers(request["temperatures"]), numbers(request["epsilons"]),
                        direction_of(request)};
  const GridScores found = score_grid(*m.model.network, m.normalization(),
                                      picture_of(request["picture"], m.model.info), grid)
                               .value();
  std::vector<double> scores;
  for (const auto& of_setting : found.scores) scores.push_back(of_setting.front());
  return typed_array(scores);
}

/// Request { task: 'forward' | 'odin', batch } -> milliseconds of one run on noise.
val bench(const val& request) {
  const Model& m = model_of(request);
  const auto task = request["task"].as<std::string>();
  require(task == "forward" || task == "odin", "bench: expected forward or odin, got '", task, "'");
  const auto batch = value_or<int>(request, "batch", 1);
  require(batch > 0 && batch <= 64, "bench: expected a batch of 1 to 64, got ", batch);
  const Tensor images =
      tensor::Random(0).uniform(m.model.info.input.or_square(kSideOfAny).batch(batch));
  const Detector detector(*m.model.network, m.normalization());
  const double start = emscripten_get_now();
  if (task == "forward")
    nn::predict(*m.model.network, images);
  else
    detector.detect(images);
  return val(emscripten_get_now() - start);
}

}  // namespace

Tensor pixels_of(const Tensor& x, const Normalization& n) {
  Tensor pixels = Tensor::empty(x.shape());
  const std::vector<float> values = x.to_vector<float>();
  auto to_elements = pixels.write<float>();
  float* to = to_elements.data();
  const auto plane = static_cast<std::size_t>(x.dim(2) * x.dim(3));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t c = i / plane % n.std.size();
    to[i] = static_cast<float>(values[i] * n.std[c] + n.mean[c]);
  }
  return pixels;
}

val detection_of(const Inspection& found, std::int64_t i, const Tensor& pictures, const Model& m,
                 const DetectorOptions& options) {
  const auto row = [i](const Tensor& t) { return t.slice(0, i, i + 1); };
  const Detection& d = found.detections[static_cast<std::size_t>(i)];
  const Tensor logits = row(found.logits), moved_logits = row(found.moved_logits);
  const Tensor picture = row(pictures);
  val result = val::object();
  result.set("label", static_cast<int>(d.label));
  result.set("className", m.model.info.classes[static_cast<std::size_t>(d.label)]);
  result.set("probabilities", typed_array(softmax_at(logits, 1).front()));
  result.set("perturbedProbabilities", typed_array(softmax_at(moved_logits, 1).front()));
  result.set("scores", typed_array(softmax_at(logits, options.temperature).front()));
  result.set("perturbedScores", typed_array(softmax_at(moved_logits, options.temperature).front()));
  result.set("logits", typed_array(logits));
  result.set("perturbedLogits", typed_array(moved_logits));
  result.set("msp", d.msp);
  result.set("odin", d.odin);
  result.set("verdict", d.in_distribution ? val(*d.in_distribution ? "in" : "out") : val::null());
  result.set("threshold", or_null(options.threshold));
  result.set("gradient", typed_array(row(found.gradient)));
  result.set("perturbed", typed_array(pixels_of(row(found.moved), m.normalization())));
  result.set("input", typed_array(picture));
  result.set("shape", val::array(std::vector<int>{static_cast<int>(picture.dim(1)),
                                                  static_cast<int>(picture.dim(2)),
                                                  static_cast<int>(picture.dim(3))}));
  return result;
}

EMSCRIPTEN_BINDINGS(detect) {
  expose<&detect>("detect");
  expose<&perturb>("perturb");
  expose<&sweep>("sweep");
  expose<&bench>("bench");
}

}  // namespace odin::web
