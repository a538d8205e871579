#include "odin/native/training/options.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "odin/tensor/error.h"

namespace odin::native {
namespace {

/// Options must be finite because checkpoints store them as JSON, which has no infinity.
void check_finite(const TrainingOptions& o) {
  for (const auto& [name, value] : {std::pair{"learning rate", o.learning_rate},
                                    {"factor", o.factor},
                                    {"momentum", o.momentum},
                                    {"weight decay", o.weight_decay},
                                    {"decay of the averaged weights", o.ema},
                                    {"gradient's longest norm", o.clip},
                                    {"label smoothing", o.label_smoothing}})
    require(std::isfinite(value), "train: expected a finite number as the ", name, ", got ", value);
}

}  // namespace

void check(const TrainingOptions& o, std::int64_t size) {
  constexpr std::int64_t kMost = 1'000'000;
  require(o.epochs > 0 && o.epochs <= kMost && o.batch > 0 && o.batch <= kMost,
          "train: expected 1 to ", kMost, " epochs and as many images in a batch, got ", o.epochs,
          " and ", o.batch);
  check_finite(o);
  require(o.shards >= 1 && o.shards <= o.batch, "train: expected 1 to ", o.batch,
          " shards, as many as a batch has images, got ", o.shards);
  require(!o.sync_norm || o.shards == 1, "train: --sync-norm is for batches in one piece, got ",
          o.shards, " shards");
  // The networks halve the resolution twice.
  require(o.crop >= 8 && o.crop <= size && o.crop % 4 == 0, "train: expected squares of 8 to ",
          size, " pixels, a multiple of 4, got ", o.crop);
  require(o.augment == "shift" || o.augment == "resized-crop",
          "train: expected augment shift or resized-crop, got '", o.augment, "'");
  require(o.cutout >= 0 && o.cutout < o.crop, "train: expected a hidden square of 0 to ",
          o.crop - 1, " pixels, got ", o.cutout);
  require(o.learning_rate > 0, "train: the learning rate must be positive, got ", o.learning_rate);
  require(o.schedule == "step" || o.schedule == "cosine" || o.schedule == "one-cycle",
          "train: expected schedule step, cosine or one-cycle, got '", o.schedule, "'");
  require(std::all_of(o.milestones.begin(), o.milestones.end(),
                      [](double m) { return m > 0 && m < 1; }),
          "train: milestones are fractions of the training, expected them between 0 and 1");
  require(o.factor > 0, "train: the factor must be positive, got ", o.factor);
  require(o.schedule == "one-cycle" || (o.warmup_epochs >= 0 && o.warmup_epochs < o.epochs),
          "train: expected fewer epochs of warm-up than epochs, got ", o.warmup_epochs, " of ",
          o.epochs);
  require(o.momentum >= 0 && o.momentum < 1, "train: momentum must be in [0, 1), got ", o.momentum);
  require(o.weight_decay >= 0, "train: the weight decay must be 0 or more, got ", o.weight_decay);
  require(o.ema >= 0 && o.ema < 1,
          "train: the decay of the averaged weights must be in [0, 1), got ", o.ema);
  require(o.clip >= 0, "train: the gradient's longest norm must be 0 (any) or more, got ", o.clip);
  require(o.label_smoothing >= 0 && o.label_smoothing < 1,
          "train: label smoothing must be in [0, 1), got ", o.label_smoothing);
}

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string schedule_in_words(const TrainingOptions& o) {
  std::string text = o.schedule;
  if (o.schedule == "step") {
    text += ", x" + short_number(o.factor) + " at";
    for (const double m : o.milestones) text += " " + short_number(100 * m) + "%";
  }
  if (o.warmup_epochs > 0 && o.schedule != "one-cycle")
    text += ", " + std::to_string(o.warmup_epochs) +
            (o.warmup_epochs == 1 ? " epoch of warm-up" : " epochs of warm-up");
  return text;
}

}  // namespace odin::native
