#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "odin/nn/module.h"
#include "odin/normalization.h"
#include "odin/perturb.h"

namespace odin {

/// What the detector finds out about one image.
struct Detection {
  std::int64_t label;  ///< the network's own prediction
  double msp;          ///< maximum softmax probability at T = 1, no step: the baseline
  double odin;         ///< maximum softmax at temperature T after the step
  /// odin > threshold; empty without a threshold.
  std::optional<bool> in_distribution;
};

struct DetectorOptions {
  double temperature = 1000;
  double epsilon = 0.0014;  ///< of pixels in [0, 1]
  std::optional<double> threshold;
  Direction direction = Direction::odin;
};

/// What the detector looks at on the way, for people to see: of N images, all normalised. The tensors
/// are on the network's device.
struct Inspection {
  std::vector<Detection> detections;
  tensor::Tensor x, logits;            ///< the images, and [N, classes]
  tensor::Tensor gradient;             ///< of -log S_y(x; T) with respect to x
  tensor::Tensor moved, moved_logits;  ///< after the step
};

/// ODIN (Liang, Li, Srikant: "Enhancing the Reliability of Out-of-distribution Image Detection in
/// Neural Networks", ICLR 2018) over any classifier.
///
/// odin(x) = max_i S_i(x~; T), with S_i(x; T) = exp(f_i(x)/T) / sum_j exp(f_j(x)/T), the logits f,
/// and x~ = x - epsilon sign(grad_x -log S_y(x; T)) / std for the predicted class y.
class Detector {
 public:
  /// The network must outlive the detector. Throws unless it is in evaluation mode, as a loaded or
  /// new one is, T > 0, epsilon >= 0 and the threshold is a number.
  Detector(const nn::Module& network, Normalization normalization, DetectorOptions options = {});

  /// images [N,C,H,W] of pixels in [0, 1], on any device. Thread-safe: any number of threads may
  /// detect on one network, and each gets the bits that one thread alone would get.
  std::vector<Detection> detect(const tensor::Tensor& images) const;
  Inspection inspect(const tensor::Tensor& images) const;

  const DetectorOptions& options() const { return options_; }

 private:
  const nn::Module& network_;
  Normalization normalization_;
  DetectorOptions options_;
};

}  // namespace odin
