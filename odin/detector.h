#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "odin/nn/module.h"
#include "odin/normalization.h"
#include "odin/perturb.h"

namespace odin {

/// The result for one image.
struct Detection {
  std::int64_t label;  ///< the predicted class: argmax of the logits of the unperturbed image
  double msp;   ///< baseline score: maximum softmax probability at T = 1 without perturbation
  double odin;  ///< ODIN's score: maximum softmax at temperature T after the perturbation
  /// odin > threshold; empty without a threshold.
  std::optional<bool> in_distribution;
};

struct DetectorOptions {
  double temperature = 1000;
  double epsilon = 0.0014;  ///< size of the perturbation, in units of pixels in [0, 1]
  std::optional<double> threshold;
  Direction direction = Direction::odin;
};

/// The detector's intermediate results for N images, to show how it works. Images are normalized;
/// the tensors are on the network's device.
struct Inspection {
  std::vector<Detection> detections;
  tensor::Tensor x, logits;            ///< the images [N,C,H,W] and their logits [N, classes]
  tensor::Tensor gradient;             ///< of -log S_y(x; T) with respect to x, shape of x
  tensor::Tensor moved, moved_logits;  ///< the perturbed images and their logits
};

/// The ODIN detector for any classifier (Liang, Li, Srikant: "Enhancing the Reliability of
/// Out-of-distribution Image Detection in Neural Networks", ICLR 2018). Its score is
///
///     odin(x) = max_i S_i(x~; T),  S_i(x; T) = exp(f_i(x) / T) / sum_j exp(f_j(x) / T),
///     x~ = x - epsilon sign(grad_x -log S_y(x; T)) / std
///
/// with the normalized image x, the logits f and the predicted class y = argmax_i f_i(x).
class Detector {
 public:
  /// The network must outlive the detector. Throws unless the network is in evaluation mode (as
  /// loaded and new networks are), T > 0, epsilon >= 0 and the threshold is not NaN.
  Detector(const nn::Module& network, Normalization normalization, DetectorOptions options = {});

  /// Takes images [N,C,H,W] with pixels in [0, 1], on any device; throws as normalize does, among
  /// others for pixels of 0 to 255. Thread-safe: any number of
  /// threads may use one detector or one network at once, and the results are bit-identical to
  /// those of a single thread.
  std::vector<Detection> detect(const tensor::Tensor& images) const;
  Inspection inspect(const tensor::Tensor& images) const;

  const DetectorOptions& options() const { return options_; }

 private:
  const nn::Module& network_;
  Normalization normalization_;
  DetectorOptions options_;
};

}  // namespace odin
