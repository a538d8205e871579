#include <emscripten/heap.h>

#include <algorithm>
#include <map>
#include <utility>

#include "engine.h"
#include "odin/model_options.h"
#include "odin/nn/models/make_model.h"
#include "odin/nn/summary.h"
#include "odin/tensor/backend/backend.h"

namespace odin::web {
namespace {

std::map<int, Model>& models() {
  static std::map<int, Model> all;
  return all;
}

val size_of(const nn::InputSize& input) {
  const auto side = [&](std::int64_t pixels) {
    return input.any() ? val::null() : val(static_cast<int>(pixels));
  };
  val size = val::array();
  size.call<void>("push", static_cast<int>(input.channels));
  size.call<void>("push", side(input.height));
  size.call<void>("push", side(input.width));
  return size;
}

val describe(int handle, const Model& m) {
  const nn::ModelInfo& i = m.model.info;
  val info = val::object();
  info.set("architecture", i.architecture);
  info.set("classes", val::array(i.classes));
  info.set("mean", val::array(i.mean));
  info.set("std", val::array(i.std));
  if (i.temperature) info.set("temperature", *i.temperature);
  if (i.epsilon) info.set("epsilon", *i.epsilon);
  if (i.threshold) info.set("threshold", *i.threshold);
  const DetectorOptions options = options_for(i);
  val defaults = val::object();
  defaults.set("temperature", options.temperature);
  defaults.set("epsilon", options.epsilon);
  if (options.threshold) defaults.set("threshold", *options.threshold);
  info.set("defaults", defaults);
  info.set("parameters", static_cast<double>(m.model.network->parameter_count()));
  info.set("input", size_of(i.input));
  info.set("preprocess", val::global("JSON").call<val>("parse", nn::to_json_text(i.preprocess)));
  val result = val::object();
  result.set("model", handle);
  result.set("info", info);
  return result;
}

/// Under request.handle, if there is one: that of a model which another module had before.
val keep(nn::Model model, const val& request) {
  static int last_handle = 0;
  const int handle = value_or<int>(request, "handle", last_handle + 1);
  last_handle = std::max(last_handle, handle);
  return describe(handle, models().emplace(handle, Model{std::move(model)}).first->second);
}

/// Request { bytes: Uint8Array, name }.
val load_model(const val& request) {
  const auto name = request["name"].as<std::string>();
  nn::Safetensors file;
  {
    const auto bytes = emscripten::convertJSArrayToNumberVector<std::uint8_t>(request["bytes"]);
    file = nn::parse_safetensors(std::as_bytes(std::span(bytes)), name);
  }
  return keep(nn::to_model(std::move(file), name), request);
}

/// Request { architecture, seed, size } -> a network with random weights and ten classes, for
/// squares of `size` pixels a side.
val make_model(const val& request) {
  const auto architecture = request["architecture"].as<std::string>();
  constexpr int kClasses = 10;
  nn::ModelInfo info;
  info.architecture = architecture;
  info.input.height = info.input.width = value_or<int>(request, "size", 32);
  require(info.input.height >= 1 && info.input.height <= nn::kMostPixelsASide,
          "model: expected a size of 1 to ", nn::kMostPixelsASide, " pixels, got ",
          info.input.height);
  for (int i = 0; i < kClasses; ++i) info.classes.push_back(std::to_string(i));
  info.mean = {0.5, 0.5, 0.5};
  info.std = {0.25, 0.25, 0.25};
  nn::Model model{nn::make_model(architecture, kClasses, info.input), info};
  nn::initialize(*model.network, static_cast<std::uint64_t>(value_or<double>(request, "seed", 0)));
  return keep(std::move(model), request);
}

/// The multiply-adds for one image. Counting them takes as long as a forward pass without fusion.
val multiply_adds(const val& request) {
  const nn::Model& model = model_of(request).model;
  const nn::InputSize input = model.info.input.or_square(kSideOfAny);
  return val(static_cast<double>(nn::multiply_adds(*model.network, input.batch(1))));
}

val free_model(const val& request) {
  models().erase(request["model"].as<int>());
  tensor::release_cached_memory();
  return val::undefined();
}

val memory(const val&) { return val(static_cast<double>(emscripten_get_heap_size())); }

}  // namespace

Model& model_of(const val& request) {
  const auto found = models().find(request["model"].as<int>());
  require(found != models().end(), "model: it has been disposed of");
  return found->second;
}

EMSCRIPTEN_BINDINGS(models) {
  expose<&load_model>("loadModel");
  expose<&make_model>("makeModel");
  expose<&multiply_adds>("multiplyAdds");
  expose<&free_model>("freeModel");
  expose<&memory>("memory");
}

}  // namespace odin::web
