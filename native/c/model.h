#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "odin/method_scorer.h"
#include "odin/model_options.h"
#include "odin/native/c/c.h"
#include "odin/nn/io/model_file.h"

namespace odin::c {

/// What is behind an odin_model.
class LoadedModel {
 public:
  explicit LoadedModel(nn::Model model);

  const nn::Model& model() const { return model_; }
  Normalization normalization() const { return {model_.info.mean, model_.info.std}; }
  std::int64_t parameters() const { return parameters_; }

  /// The scorer for these methods, which is kept until others are asked for: some take long to
  /// make. Thread-safe.
  std::shared_ptr<const MethodScorer> scorer(const std::vector<std::string>& methods,
                                             const DetectorOptions& options) const;

 private:
  nn::Model model_;
  std::int64_t parameters_;
  mutable std::mutex mutex_;
  mutable std::vector<std::string> scorer_methods_;
  mutable std::shared_ptr<const MethodScorer> scorer_;
};

/// Throws ODIN_ERROR_ARGUMENT or ODIN_ERROR_HANDLE.
std::shared_ptr<const LoadedModel> model_of(const char* function, const odin_model* handle);

}  // namespace odin::c
