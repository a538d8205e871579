#include "odin/native/training/record.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <type_traits>

#include "odin/native/sets/set_spec.h"
#include "odin/native/system/json_text.h"
#include "odin/tensor/error.h"
#include "odin_commit.h"

namespace odin::native {

using nlohmann::json;

namespace {

std::string number_or(double value, const char* otherwise) {
  return value > 0 ? short_number(value) : otherwise;
}

void add_images_and_program(json& record, const TrainSettings& s) {
  record["data"] = without_path(s.data);
  if (!s.test.empty()) record["test"] = without_path(s.test);
  if (s.limit > 0) record["limit"] = s.limit;
  record["validation"] = s.validation;
  record["float16"] = s.float16;
  record["program"] = "odin " ODIN_VERSION;
  record["commit"] = program_commit();
}

/// The member, or `otherwise` if it is not there or of another type.
template <class T>
T value_or(const json& record, const char* name, T otherwise) {
  const auto found = record.find(name);
  if (found == record.end()) return otherwise;
  if constexpr (std::is_same_v<T, std::string>)
    return found->is_string() ? found->template get<T>() : otherwise;
  else if constexpr (std::is_floating_point_v<T>)
    return found->is_number() ? found->template get<T>() : otherwise;
  else
    return found->is_number_integer() ? found->template get<T>() : otherwise;
}

/// Trainings before the one of the record that are kept in it. The levels of JSON are limited when
/// it is read.
constexpr int kMostTrainingsBefore = 30;

/// The record without those trainings that lie more than so many levels below it.
json shortened(json record, int levels = kMostTrainingsBefore) {
  for (const char* earlier : {"after", "training"}) {
    const auto found = record.find(earlier);
    if (found == record.end() || !found->is_object()) continue;
    *found = levels > 0 ? shortened(std::move(*found), levels - 1) : json();
  }
  return record;
}

/// The record as JSON; null if there is none.
json parse_record(const std::string& record) {
  const json parsed = parse_json_if_valid(record);
  return parsed.is_object() ? parsed : json();
}

}  // namespace

std::string program_commit() { return ODIN_COMMIT; }

std::string without_path(const std::string& set) {
  return set.empty() ? "" : without_folders(parse_set(set));
}

std::string training_record(const TrainSettings& s, const EpochFigures& f,
                            const std::string& after) {
  json record = s.training;
  record["recipe"] = s.recipe;
  add_images_and_program(record, s);
  record["planned_epochs"] = s.training.epochs;
  record["epochs"] = f.epoch;
  record["train_loss"] = f.loss;
  record["train_accuracy"] = f.train_accuracy;
  if (validation_of(f)) record["validation_accuracy"] = *validation_of(f);
  if (test_of(f)) record["test_accuracy"] = *test_of(f);
  record["seconds"] = f.seconds;
  record["images_per_second"] = f.images_per_second;
  if (!after.empty()) record["after"] = shortened(parse_record(after));
  return json_text(record);
}

std::string average_record(const TrainSettings& s, const std::vector<std::string>& records) {
  json record{
      {"batch", s.training.batch}, {"mirror", s.training.mirror}, {"seed", s.training.seed}};
  for (const std::string& one : records) record["average_of"].push_back(parse_record(one));
  add_images_and_program(record, s);
  return json_text(record);
}

std::string valid_record(const std::string& record) {
  const json parsed = parse_record(record);
  return parsed.is_null() ? "" : json_text(shortened(parsed));
}

bool is_mirrored(const std::string& record) {
  const json parsed = parse_record(record);
  const auto found = parsed.find("mirror");
  return found == parsed.end() || *found != false;
}

bool is_of_resized_crops(const std::string& record) {
  return value_or(parse_record(record), "augment", std::string()) == "resized-crop";
}

std::string with_float16(const std::string& record, bool float16) {
  json changed = parse_record(record);
  if (changed.is_object()) changed["float16"] = float16;
  return changed.is_object() ? json_text(changed) : record;
}

bool is_record_of(const std::string& record, const EpochFigures& figures) {
  const json parsed = parse_record(record);
  return parsed.is_object() && value_or(parsed, "epochs", std::int64_t{0}) == figures.epoch &&
         value_or(parsed, "train_loss", 0.0) == figures.loss;
}

bool is_record_of_training(const std::string& record, const TrainSettings& s) {
  json parsed = parse_record(record);
  if (parsed.is_object()) {  // what older programs did not write
    const json older{{"mirror", true}, {"augment", "shift"}};
    for (const auto& [member, value] : older.items())
      if (!parsed.contains(member)) parsed[member] = value;
  }
  json expected = s.training;
  expected["planned_epochs"] = s.training.epochs;
  expected["recipe"] = s.recipe;
  expected["validation"] = s.validation;
  if (s.limit > 0) expected["limit"] = s.limit;
  expected.erase("epochs");  // in the record the number of those that were done
  return parsed.is_object() &&
         std::all_of(expected.items().begin(), expected.items().end(), [&](const auto& member) {
           const auto found = parsed.find(member.key());
           return found != parsed.end() && *found == member.value();
         });
}

std::string grown_record(const std::string& architecture, const std::string& record) {
  return json_text(
      json{{"grown_from", architecture}, {"training", shortened(parse_record(record))}});
}

namespace {

/// "folder:photos" for "folder:photos@resize#0-9".
std::string without_suffixes(const std::string& set) {
  return set.substr(0, set.find_first_of("@#"));
}

/// The range of a set as in a record, which may say anything.
std::optional<SetSpec::Range> range_of(const std::string& set) {
  try {
    return parse_set(set).range;
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Whether the training in `record` took its images from among other ones of the same set, so that
/// others of them were held out.
bool chose_otherwise(const json& record, const TrainSettings& s, const std::string& data) {
  const auto a = range_of(data), b = range_of(without_path(s.data));
  const bool same_range =
      a.has_value() == b.has_value() && (!a || (a->first == b->first && a->last == b->last));
  return !same_range || value_or(record, "limit", std::int64_t{0}) != s.limit;
}

bool are_apart(const std::string& one, const std::string& other) {
  const auto a = range_of(one), b = range_of(other);
  return a && b && (a->last < b->first || b->last < a->first);
}

bool has_learnt(const json& record, const TrainSettings& s) {
  if (s.validation <= 0 || !record.is_object()) return false;
  for (const char* earlier : {"after", "training"})  // "training" is of a network that was grown
    if (const auto found = record.find(earlier); found != record.end() && has_learnt(*found, s))
      return true;
  if (const auto all = record.find("average_of"); all != record.end() && all->is_array())
    for (const json& one : *all)
      if (has_learnt(one, s)) return true;
  const auto data = value_or(record, "data", std::string());
  return without_suffixes(data) == without_suffixes(without_path(s.data)) &&
         !are_apart(data, without_path(s.data)) &&
         (chose_otherwise(record, s, data) ||
          value_or(record, "validation", std::int64_t{0}) != s.validation ||
          value_or(record, "seed", std::uint64_t{0}) != s.training.seed);
}

}  // namespace

bool has_learnt_from_held_out(const std::string& record, const TrainSettings& settings) {
  return has_learnt(parse_record(record), settings);
}

std::vector<std::pair<std::string, std::string>> settings_in_words(const TrainSettings& s,
                                                                   std::int64_t images) {
  const TrainingOptions& o = s.training;
  std::vector<std::pair<std::string, std::string>> words{{"network", s.architecture},
                                                         {"recipe", s.recipe}};
  if (!s.from.empty()) words.emplace_back("begun with", s.from);
  if (!s.grow.empty()) words.emplace_back("grown from", s.grow);
  words.emplace_back("images", std::to_string(images) + " of " + without_path(s.data));
  if (s.limit > 0) words.emplace_back("at most of each set", std::to_string(s.limit) + " images");
  words.emplace_back("held out for validation", std::to_string(s.validation));
  if (!s.test.empty()) words.emplace_back("test images", without_path(s.test));
  words.emplace_back("network's input",
                     nn::size_in_words(input_of(s)) + (s.channels == 1 ? ", gray" : ""));
  words.emplace_back("pictures", nn::in_words(preprocess_of(s), input_of(s)));
  words.emplace_back("batch", std::to_string(o.batch));
  words.emplace_back("augmentation", o.augment);
  words.emplace_back("squares of", std::to_string(o.crop) + " pixels");
  words.emplace_back("hidden square", o.cutout > 0 ? std::to_string(o.cutout) + " pixels" : "none");
  words.emplace_back("mirrored at random", o.mirror ? "yes" : "no");
  words.emplace_back("learning rate", short_number(o.learning_rate));
  words.emplace_back("schedule", schedule_in_words(o));
  words.emplace_back("momentum", short_number(o.momentum));
  words.emplace_back("weight decay", short_number(o.weight_decay) +
                                         (o.decay_norms ? "" : ", none of norms and biases"));
  words.emplace_back("average of the weights", number_or(o.ema, "none"));
  words.emplace_back("longest gradient", number_or(o.clip, "any"));
  words.emplace_back("label smoothing", number_or(o.label_smoothing, "none"));
  words.emplace_back("seed", std::to_string(o.seed));
  words.emplace_back("commit", program_commit());
  return words;
}

}  // namespace odin::native
