#include <emscripten/heap.h>

#include <map>

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
  info.set("input", val::array(std::vector<int>{3, kSize, kSize}));
  val result = val::object();
  result.set("model", handle);
  result.set("info", info);
  return result;
}

val keep(nn::Model model) {
  static int last_handle = 0;
  const int handle = ++last_handle;
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
  nn::Model model = nn::to_model(file, name);
  require(model.info.input == nn::InputSize{}, "model: '", name, "': it takes pictures of ",
          to_string(model.info.input.batch(1)), ", expected ", to_string(nn::InputSize{}.batch(1)));
  return keep(std::move(model));
}

/// Request { architecture, seed } -> a network with random weights and ten classes.
val make_model(const val& request) {
  const auto architecture = request["architecture"].as<std::string>();
  constexpr int kClasses = 10;
  nn::Model model{nn::make_model(architecture, kClasses), {}};
  nn::initialize(*model.network, static_cast<std::uint64_t>(value_or<double>(request, "seed", 0)));
  model.info.architecture = architecture;
  for (int i = 0; i < kClasses; ++i) model.info.classes.push_back(std::to_string(i));
  model.info.mean = {0.5, 0.5, 0.5};
  model.info.std = {0.25, 0.25, 0.25};
  return keep(std::move(model));
}

/// The multiply-adds for one image. Counting them takes as long as a forward pass without fusion.
val multiply_adds(const val& request) {
  nn::Module& network = *model_of(request).model.network;
  return val(static_cast<double>(nn::multiply_adds(network, {1, 3, kSize, kSize})));
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
