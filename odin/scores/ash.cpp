#include <numeric>

#include "odin/scores/make_scores.h"
#include "odin/scores/shaping.h"

namespace odin {
namespace {

const char* name_of_form(AshForm form) {
  return form == AshForm::p ? "ash-p" : form == AshForm::b ? "ash-b" : "ash-s";
}

class Ash final : public Score {
 public:
  Ash(const LinearHead& head, AshForm form, double q)
      : head_(head), form_(form), kept_(kept_features(name_of_form(form), head.weight.width, q)) {}

  std::vector<double> operator()(const Outputs& outputs) const override {
    require_no_negative(name_of_form(form_), outputs.features);
    Rows h = outputs.features;
    for_each_row(h, [&](std::span<double> row) { shape(row); });
    return energies(head_.logits(h));
  }

 private:
  void shape(std::span<double> h) const {
    const std::vector<bool> kept = largest_features(h, kept_);
    const double factor = form_ == AshForm::s ? scale_factor(h, kept) : 1;
    const double each = std::accumulate(h.begin(), h.end(), 0.0) / static_cast<double>(kept_);
    for (std::size_t i = 0; i < h.size(); ++i)
      h[i] = !kept[i] ? 0 : form_ == AshForm::b ? each : h[i] * factor;
  }

  LinearHead head_;
  AshForm form_;
  std::int64_t kept_;
};

}  // namespace

ScorePointer make_ash(const LinearHead& head, AshForm form, double q) {
  return std::make_unique<Ash>(head, form, q);
}

}  // namespace odin
