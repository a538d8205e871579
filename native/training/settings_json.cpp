#include <nlohmann/json.hpp>

#include "odin/native/training/settings.h"

namespace odin::native {
namespace {

using nlohmann::json;

/// Calls visit(name, member) for each member.
template <class Options, class Visit>
void visit_options(Options& o, const Visit& visit) {
  visit("epochs", o.epochs);
  visit("batch", o.batch);
  visit("crop", o.crop);
  visit("cutout", o.cutout);
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
  visit("seed", o.seed);
}

template <class Settings, class Visit>
void visit_settings(Settings& s, const Visit& visit) {
  visit("architecture", s.architecture);
  visit("recipe", s.recipe);
  visit("data", s.data);
  visit("test", s.test);
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

auto read_from(const json& object) {
  return [&object](const char* name, auto& member) { member = object.value(name, member); };
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
