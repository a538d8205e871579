#include "odin/native/training/run_state.h"

#include <nlohmann/json.hpp>

#include "odin/native/system/json_text.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

using nlohmann::json;

const std::string kKey = "run", kLog = "log";  // in the metadata

}  // namespace

void write_run_state(const RunState& state, nn::Safetensors& checkpoint) {
  checkpoint.metadata[kKey] =
      json_text(json{{"settings", state.settings},
                     {"after", state.after.empty() ? json() : parse_json(state.after)},
                     {"seconds", state.seconds},
                     {"step_seconds", state.step_seconds},
                     {"waited_seconds", state.waited_seconds},
                     {"finished", state.finished}});
  checkpoint.metadata[kLog] = to_csv(state.log);
}

RunState read_run_state(const nn::Safetensors& checkpoint, const std::string& name) {
  const auto run = checkpoint.metadata.find(kKey), log = checkpoint.metadata.find(kLog);
  require(run != checkpoint.metadata.end() && log != checkpoint.metadata.end(),
          "train: ", nn::quote(name), " is not a training checkpoint of this version of odin (",
          "odin train writes NAME.checkpoint.safetensors; a model alone can not be resumed)");
  RunState state;
  try {
    const json saved = parse_json(run->second);
    state.settings = saved.at("settings");
    if (!saved.at("after").is_null()) state.after = json_text(saved.at("after"));
    state.seconds = saved.at("seconds");
    state.step_seconds = saved.at("step_seconds");
    state.waited_seconds = saved.at("waited_seconds");
    state.finished = saved.value("finished", false);
  } catch (const json::exception&) {
    fail("train: ", nn::quote(name), ": the training's settings can not be read");
  }
  state.log = parse_log(log->second, "train: " + nn::quote(name));
  return state;
}

}  // namespace odin::native
