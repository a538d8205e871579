#include "odin/native/training/finish.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <iomanip>
#include <sstream>

#include "odin/detector.h"
#include "odin/native/system/json_text.h"
#include "odin/native/training/trainer.h"
#include "odin/threshold.h"

namespace odin::native {
namespace {

using nlohmann::json;

constexpr double kTruePositiveRate = 0.95;

/// Empty if `go_on` has returned false.
std::optional<std::vector<double>> odin_scores(const Detector& detector, const Dataset& images,
                                               const std::function<bool(std::int64_t)>& go_on) {
  std::vector<double> scores;
  const std::int64_t batch = nn::images_at_once(images.input, 50);
  for (std::int64_t first = 0; first < images.size(); first += batch) {
    for (const Detection& d : detector.detect(unit_images(images, first, batch)))
      scores.push_back(d.odin);
    if (!go_on(static_cast<std::int64_t>(scores.size()))) return std::nullopt;
  }
  return scores;
}

}  // namespace

nn::Model as_stored(nn::Module& network, const nn::ModelInfo& info,
                    const std::filesystem::path& file, nn::FloatStorage floats) {
  const auto bytes = nn::serialize_safetensors(nn::to_safetensors(network, info), floats);
  nn::Model model = nn::to_model(nn::parse_safetensors(bytes, file.string()), file.string());
  model.network->to(network.device());
  return model;
}

std::optional<FinishedModel> finish_model(
    nn::Model& model, const TrainingSets& sets,
    const std::function<bool(std::int64_t, std::int64_t)>& go_on) {
  nn::ModelInfo& info = model.info;
  json record = parse_json(info.training);
  FinishedModel found;
  const std::int64_t tested = sets.test ? sets.test->size() : 0;
  const std::int64_t all = tested + (sets.monitored() ? sets.monitored()->size() : 0);
  if (sets.test) {
    found.test_accuracy = accuracy(*model.network, *sets.test, sets.normalization,
                                   [&](std::int64_t done) { return go_on(done, all); });
    if (!found.test_accuracy) return std::nullopt;
    record["test_accuracy"] = *found.test_accuracy;
  }
  if (sets.monitored()) {
    const DetectorOptions settings;
    const auto scores =
        odin_scores(Detector(*model.network, sets.normalization, settings), *sets.monitored(),
                    [&](std::int64_t done) { return go_on(tested + done, all); });
    if (!scores) return std::nullopt;
    found.threshold = threshold_at_tpr(*scores, kTruePositiveRate);
    info.temperature = settings.temperature;
    info.epsilon = settings.epsilon;
    info.threshold = found.threshold;
    info.tuning.clear();
    record["threshold_from"] = {{"images", sets.validation ? "validation" : "test"},
                                {"count", scores->size()},
                                {"true_positive_rate", kTruePositiveRate}};
  }
  info.training = json_text(record);
  return found;
}

std::string percent(double fraction) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f%%", 100 * fraction);
  return text;
}

std::string in_words(const FinishedModel& found, const nn::ModelInfo& info,
                     const TrainingSets& sets) {
  std::ostringstream text;
  if (found.test_accuracy) text << "test " << percent(*found.test_accuracy) << ", ";
  if (found.threshold)
    text << "threshold " << std::setprecision(12) << *found.threshold << " for 95% of the "
         << (sets.validation ? "validation" : "test") << " images (T = " << *info.temperature
         << ", eps = " << *info.epsilon << "), ";
  else
    text << "no threshold, for want of images to choose it on, ";
  return text.str();
}

}  // namespace odin::native
