#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "odin/native/training/sets.h"
#include "odin/nn/io/model_file.h"

namespace odin::native {

/// The results of finish_model().
struct FinishedModel {
  std::optional<double> test_accuracy;  ///< empty without a test set
  std::optional<double> threshold;      ///< empty without images to choose it on
};

/// A copy of the model as the file will store it, with weights rounded to the type of `floats`.
nn::Model as_stored(nn::Module& network, const nn::ModelInfo& info,
                    const std::filesystem::path& file, nn::FloatStorage floats);

/// Completes a trained model for detection: measures its accuracy on the test images and sets the
/// method's default temperature and epsilon, and the threshold with 95% of the validation images
/// above it (or of the test images, if there are no validation images). The training record says
/// which images were used. Pass the model as_stored(), so that the file reproduces these results.
///
/// `go_on` is called with the number of images done and in all; if it returns false, the work stops
/// and the result is empty.
std::optional<FinishedModel> finish_model(
    nn::Model& model, const TrainingSets& sets,
    const std::function<bool(std::int64_t done, std::int64_t all)>& go_on);

/// "93.11%"
std::string percent(double fraction);

/// "test 93.11%, threshold 0.1007 for 95% of the test images (T = 1000, eps = 0.0014), "
std::string in_words(const FinishedModel& found, const nn::ModelInfo& info,
                     const TrainingSets& sets);

}  // namespace odin::native
