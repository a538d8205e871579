#include "odin/native/training/run_state.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "odin/native/system/json_text.h"
#include "odin/native/system/utf8.h"
#include "odin/native/training/checkpoint_paths.h"
#include "odin/native/training/recipes.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

using nlohmann::json;

const std::string kRunKey = "run", kLogKey = "log";  // in the metadata

/// Throws unless the settings can be those of a training: they come from a file.
void check_settings(const TrainSettings& s) {
  for (const std::string& text : {s.architecture, s.recipe, s.data, s.test, s.from, s.grow, s.save,
                                  s.log, s.page, s.training.schedule})
    require(!has_control_characters(text), nn::quote(text), " has a line break or the like in it");
  const auto& known = recipes();
  require(
      std::any_of(known.begin(), known.end(), [&](const auto& r) { return r.name == s.recipe; }),
      "there is no recipe ", nn::quote(s.recipe));
  require(s.validation >= -1, "it holds ", s.validation, " images out");
  require(s.limit >= 0, "it takes at most ", s.limit, " images of a set");
  require(s.checkpoint_minutes > 0 && std::isfinite(s.checkpoint_minutes), "it is written every ",
          s.checkpoint_minutes, " minutes");
  check(s);
}

/// A time in seconds.
double duration(const json& value) {
  const double seconds = value;
  require(value.is_number() && std::isfinite(seconds) && seconds >= 0, "it has a time of ",
          json_text(value), " seconds");
  return seconds;
}

}  // namespace

void write_run_state(const RunState& state, nn::Safetensors& checkpoint) {
  checkpoint.metadata[kRunKey] =
      json_text(json{{"settings", with_stored_paths(state.settings)},
                     {"after", state.after.empty() ? json() : parse_json(state.after)},
                     {"seconds", state.seconds},
                     {"step_seconds", state.step_seconds},
                     {"waited_seconds", state.waited_seconds},
                     {"finished", state.finished},
                     {"replaces", state.replaces}});
  checkpoint.metadata[kLogKey] = to_csv(state.log);
}

RunState read_run_state(const nn::Safetensors& checkpoint, const std::string& name) {
  const auto run = checkpoint.metadata.find(kRunKey), log = checkpoint.metadata.find(kLogKey);
  require(run != checkpoint.metadata.end() && log != checkpoint.metadata.end(),
          "train: ", nn::quote(name), " is not a training checkpoint of this version of odin (",
          "odin train writes NAME.checkpoint.safetensors; a model alone can not be resumed)");
  RunState state;
  try {
    const json saved = parse_json(run->second);
    state.settings = saved.at("settings");
    check_settings(state.settings);
    if (!saved.at("after").is_null()) state.after = json_text(saved.at("after"));
    state.seconds = duration(saved.at("seconds"));
    state.step_seconds = duration(saved.at("step_seconds"));
    state.waited_seconds = duration(saved.at("waited_seconds"));
    state.finished = saved.value("finished", false);
    state.replaces = saved.value("replaces", false);
  } catch (const json::exception&) {
    fail("train: ", nn::quote(name), ": the training's settings can not be read");
  } catch (const Error& e) {
    fail("train: ", nn::quote(name), ": the training's settings can not be right: ", e.what());
  }
  state.log = parse_log(log->second, "train: " + nn::quote(name));
  return state;
}

}  // namespace odin::native
