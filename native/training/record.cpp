#include "odin/native/training/record.h"

#include "odin/native/set_spec.h"

namespace odin::native {

using nlohmann::json;

std::string program_commit() { return ODIN_COMMIT; }

std::string without_path(const std::string& set) {
  return set.empty() ? "" : without_folders(parse_set(set));
}

json training_record(const TrainSettings& s, const EpochFigures& f, const json& after) {
  json record = s.training;
  record["recipe"] = s.recipe;
  record["data"] = without_path(s.data);
  if (!s.test.empty()) record["test"] = without_path(s.test);
  record["validation"] = s.validation;
  record["planned_epochs"] = s.training.epochs;
  record["epochs"] = f.epoch;
  record["train_loss"] = f.loss;
  record["train_accuracy"] = f.train_accuracy;
  if (validation_of(f)) record["validation_accuracy"] = *validation_of(f);
  if (test_of(f)) record["test_accuracy"] = *test_of(f);
  record["seconds"] = f.seconds;
  record["images_per_second"] = f.images_per_second;
  record["program"] = "odin " ODIN_VERSION;
  record["commit"] = program_commit();
  if (!after.is_null()) record["after"] = after;
  return record;
}

}  // namespace odin::native
