#include "odin/native/training/sets.h"

#include <algorithm>

namespace odin::native {

const Dataset* TrainingSets::monitored() const {
  if (validation) return &*validation;
  return test ? &*test : nullptr;
}

void use_classes_of_network(TrainingSets& sets, const std::string& data,
                            const std::vector<std::string>& classes, const std::string& network) {
  const auto notes = use_classes(sets.train, data, classes, network);
  sets.notes.insert(sets.notes.end(), notes.begin(), notes.end());
  for (auto* other : {&sets.validation, &sets.test})
    if (*other) use_classes(**other, data, classes, network);
}

TrainingSets load_training_sets(TrainSettings& settings, const SetTarget& target,
                                const std::function<void(std::int64_t, std::int64_t)>& progress) {
  const std::uint64_t seed = settings.training.seed;
  TrainingData data = load_training_data(
      settings.data, {.test = settings.test,
                      .limit = settings.limit > 0 ? std::optional(settings.limit) : std::nullopt,
                      .strict = settings.strict,
                      .seed = seed,
                      .input = target.input,
                      .preprocess = target.preprocess,
                      .progress = progress});
  if (settings.validation < 0) {
    const auto classes = static_cast<std::int64_t>(data.train.classes.size());
    settings.validation = data.test ? 0 : std::max(classes, data.train.size() / 10);
    require(settings.validation < data.train.size(), "train: of ", data.train.size(),
            " pictures of ", classes,
            " classes none can be held out; name others with --test, or do without a threshold: "
            "--validation 0");
  }
  TrainingSets sets{{},
                    {},
                    std::move(data.test),
                    data.normalization,
                    std::move(data.skipped),
                    std::move(data.notes),
                    data.shared};
  if (settings.validation > 0) {
    Split split = split_off(std::move(data.train), settings.validation, seed);
    sets.train = std::move(split.rest);
    sets.validation = std::move(split.held_out);
  } else {
    sets.train = std::move(data.train);
  }
  return sets;
}

}  // namespace odin::native
