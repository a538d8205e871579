#include "odin/detector.h"

#include <cmath>

#include "odin/nn/inference.h"
#include "odin/score.h"

namespace odin {

using tensor::Tensor;

Detector::Detector(const nn::Module& network, Normalization normalization, DetectorOptions options)
    : network_(network), normalization_(std::move(normalization)), options_(options) {
  require_temperature("odin", options.temperature);
  require_epsilon("odin", options.epsilon);
  require(!options.threshold || !std::isnan(*options.threshold),
          "odin: expected a number as threshold, got nan");
  nn::require_evaluation_mode("odin", network);
}

Inspection Detector::inspect(const Tensor& images) const {
  const Tensor x = normalize(images, normalization_).to(network_.device());
  const InputGradient first = input_gradient(network_, x, options_.temperature);
  const SecondPass second = second_pass(network_, x, first.logits, first.gradient, options_.epsilon,
                                        normalization_.std, options_.direction);
  Inspection found{{}, x, first.logits, first.gradient, second.x, second.logits};
  const std::vector<double> msp = max_softmax(first.logits, 1);
  const std::vector<double> odin = max_softmax(found.moved_logits, options_.temperature);
  const std::vector<std::int64_t> labels = first.labels.to_vector<std::int64_t>();
  for (std::size_t i = 0; i < msp.size(); ++i) {
    Detection d{labels[i], msp[i], odin[i], std::nullopt};
    if (options_.threshold) d.in_distribution = d.odin > *options_.threshold;
    found.detections.push_back(d);
  }
  return found;
}

std::vector<Detection> Detector::detect(const Tensor& images) const {
  return inspect(images).detections;
}

}  // namespace odin
