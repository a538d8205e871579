#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/detect.h"
#include "odin/detector.h"
#include "odin/native/commands/commands.h"
#include "odin/native/commands/detect_options.h"
#include "odin/nn/io/model_file.h"
#include "odin/tensor/tensor.h"

namespace odin::native {

/// The score of one method for an image, and what its threshold says.
struct MethodResult {
  double score;
  std::optional<bool> in_distribution;
};

/// What is known about one image.
struct ImageResult {
  Detection detection;
  bool has_odin = true;
  std::vector<MethodResult> methods;
};

/// What `odin detect` says of images, with the model and the methods of its options, and how it
/// writes it. Thread-safe.
class PictureJudge {
 public:
  /// Throws Error for a model or methods that cannot be.
  PictureJudge(const DetectOptions& options, const CommonOptions& common);
  ~PictureJudge();

  const nn::ModelInfo& info() const { return model_.info; }
  std::vector<ImageResult> judge(const tensor::Tensor& images) const;

  // Lines with their ends, as the options want them.
  std::string heading() const;  ///< empty for JSON
  std::string line(const std::string& file, const ImageResult& result) const;

 private:
  class Methods;

  bool json_;
  nn::Model model_;
  Detector detector_;
  std::unique_ptr<Methods> methods_;
};

}  // namespace odin::native
