#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "odin/native/training/settings.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

using nlohmann::json;

/// Calls visit(name, member) for each member.
template <class Options, class Visit>
void visit_options(Options& o, const Visit& visit) {
  visit("epochs", o.epochs);
  visit("batch", o.batch);
  visit("augment", o.augment);
  visit("crop", o.crop);
  visit("cutout", o.cutout);
  visit("mirror", o.mirror);
  visit("learning_rate", o.learning_rate);
  visit("schedule", o.schedule);
  visit("milestones", o.milestones);
  visit("factor", o.factor);
  visit("warmup_epochs", o.warmup_epochs);
  visit("momentum", o.momentum);
  visit("weight_decay", o.weight_decay);
  visit("decay_norms", o.decay_norms);
  visit("ema", o.ema);
  visit("clip", o.clip);
  visit("label_smoothing", o.label_smoothing);
  visit("shards", o.shards);
  visit("sync_norm", o.sync_norm);
  visit("seed", o.seed);
}

template <class Settings, class Visit>
void visit_settings(Settings& s, const Visit& visit) {
  visit("architecture", s.architecture);
  visit("recipe", s.recipe);
  visit("size", s.size);
  visit("channels", s.channels);
  visit("shorter", s.shorter);
  visit("data", s.data);
  visit("test", s.test);
  visit("limit", s.limit);
  visit("validation", s.validation);
  visit("strict", s.strict);
  visit("from", s.from);
  visit("grow", s.grow);
  visit("save", s.save);
  visit("log", s.log);
  visit("page", s.page);
  visit("checkpoint_minutes", s.checkpoint_minutes);
  visit("float16", s.float16);
  visit("training", s.training);
}

auto write_to(json& object) {
  return [&object](const char* name, const auto& member) { object[name] = member; };
}

/// "1.5", or "an object" for what may be long.
std::string type_and_text(const json& value) {
  return value.is_primitive() && !value.is_string()
             ? value.dump()
             : std::string("a value of type ") + value.type_name();
}

auto read_from(const json& object) {
  return [&object](const char* name, auto& member) {
    using Member = std::remove_reference_t<decltype(member)>;
    if (!object.contains(name)) return;
    const json& value = object.at(name);
    // The library would convert between kinds of numbers without a word.
    if constexpr (std::is_same_v<Member, std::uint64_t>)
      require(value.is_number_unsigned() || (value.is_number_integer() && value >= 0), name, " is ",
              type_and_text(value), ", expected 0 or more");
    else if constexpr (std::is_same_v<Member, std::int64_t>)
      require(value.is_number_integer(), name, " is ", type_and_text(value),
              ", expected a whole number");
    else if constexpr (std::is_same_v<Member, double>)
      require(value.is_number(), name, " is ", type_and_text(value), ", expected a number");
    else if constexpr (std::is_same_v<Member, bool>)
      require(value.is_boolean(), name, " is ", type_and_text(value), ", expected true or false");
    member = value.get<Member>();
  };
}

}  // namespace

void to_json(json& to, const TrainingOptions& from) { visit_options(from, write_to(to)); }

void from_json(const json& from, TrainingOptions& to) {
  to = {};
  visit_options(to, read_from(from));
}

void to_json(json& to, const TrainSettings& from) { visit_settings(from, write_to(to)); }

void from_json(const json& from, TrainSettings& to) {
  to = {};
  visit_settings(to, read_from(from));
}

}  // namespace odin::native
