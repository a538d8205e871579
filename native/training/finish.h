#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "odin/native/training/sets.h"
#include "odin/nn/io/model_file.h"

namespace odin::native {

/// What finish_model() has found.
struct FinishedModel {
  std::optional<double> test_accuracy;  ///< empty without a test set
  std::optional<double> threshold;      ///< empty without images to choose it on
};

/// The model as a file of that name will hold it: with weights of that type.
nn::Model as_stored(nn::Module& network, const nn::ModelInfo& info,
                    const std::filesystem::path& file, nn::FloatStorage floats);

/// Measures a model on the test images, and gives it the method's default settings and the threshold
/// above which 95% of the validation images lie (of the test images, where there are none), so that
/// it can judge pictures as it is. The record of its training says which. Weights are to be those
/// that the file will hold, so that it gives these figures again.
///
/// `go_on` is told how many images of how many are done; empty when it has returned false.
std::optional<FinishedModel> finish_model(
    nn::Model& model, const TrainingSets& sets,
    const std::function<bool(std::int64_t done, std::int64_t all)>& go_on);

/// "93.11%"
std::string percent(double fraction);

/// "test 93.11%, threshold 0.1007 for 95% of the test images (T = 1000, eps = 0.0014), "
std::string in_words(const FinishedModel& found, const nn::ModelInfo& info,
                     const TrainingSets& sets);

}  // namespace odin::native
