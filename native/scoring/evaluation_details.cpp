#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "odin/fit_picture.h"
#include "odin/native/pictures/image.h"
#include "odin/native/scoring/calibration_json.h"
#include "odin/native/scoring/evaluation.h"
#include "odin/native/system/base64.h"
#include "odin/native/system/json_text.h"
#include "odin/score.h"

// The details for a report: values of every image, and a few of the images.

namespace odin::native {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t kExtremes = 10;

/// As a report shows it: in color, and no larger than is seen there.
std::string png_of(const ImageSet& set, std::int64_t image) {
  constexpr nn::InputSize kAnyInColor{3, 0, 0};
  const nn::Preprocess reduced{.mode = nn::Preprocess::Mode::none, .longest = 168};
  const tensor::Tensor pixels = fit_picture(set.read(image), kAnyInColor, reduced).select(0, 0);
  return base64(encode_png(pixels, set.name(image)));
}

/// The images with the lowest or the highest scores, the most extreme first.
json extremes(const ImageSet& set, const SetScores& found, bool lowest,
              const std::vector<std::string>& classes) {
  const std::vector<double>& scores = found.scores[0];
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return lowest ? scores[a] < scores[b] : scores[a] > scores[b];
  });
  order.resize(std::min(order.size(), kExtremes));
  json rows = json::array();
  for (const std::size_t i : order) {
    const std::int64_t image = found.numbers[i];
    json row;
    put_name(row, "name", set.name(image));
    row["class"] = classes[static_cast<std::size_t>(found.predictions[i])];
    row["score"] = scores[i];
    row["png"] = png_of(set, image);
    rows.push_back(row);
  }
  return rows;
}

json set_json(const ImageSet& set, const SetScores& found, double temperature, bool lowest,
              const std::vector<std::string>& classes) {
  json object;
  put_name(object, "set", set.spec().text);
  object["before_step"] = max_softmax(found.logits_tensor(), temperature);
  if (!found.gradient_norms.empty()) object["gradient_l1"] = found.gradient_norms;
  object["extremes"] = extremes(set, found, lowest, classes);
  return object;
}

}  // namespace

std::string to_detailed_json(const Evaluation& evaluation, const EvaluationResult& r) {
  const ImageSet& in = evaluation.in_images();
  json details{{"in", set_json(in, r.in_scores, r.temperature, true, evaluation.classes())},
               {"out", json::array()}};
  for (std::size_t i = 0; i < r.results.size(); ++i)
    details["out"].push_back(set_json(evaluation.out_images(i), r.results[i].scores, r.temperature,
                                      false, evaluation.classes()));
  if (const auto labels = labels_of(in, r.in_scores.numbers))
    details["calibration"] = calibration_json(r.in_scores.logits_tensor(), *labels);
  json object = evaluation_json(evaluation.options(), r);
  object["details"] = details;
  return json_text(object, BadText::replace) + "\n";
}

}  // namespace odin::native
