#include "odin/trace.h"

#include <emscripten/emscripten.h>

#include "engine.h"

namespace odin::web {
namespace {

val map_of(const TraceMap& map) {
  val result = val::object();
  result.set("channel", static_cast<double>(map.channel));
  result.set("height", static_cast<double>(map.value.dim(0)));
  result.set("width", static_cast<double>(map.value.dim(1)));
  result.set("value", typed_array(map.value));
  result.set("gradient", typed_array(map.gradient));
  return result;
}

template <class Values>
val numbers_of(const Values& values) {
  val result = val::array();
  for (const auto value : values) result.call<void>("push", static_cast<double>(value));
  return result;
}

val parameter_of(const TraceParameter& parameter) {
  val result = val::object();
  result.set("name", parameter.name);
  result.set("shape", numbers_of(parameter.shape));
  return result;
}

val node_of(const TraceNode& node, std::size_t id) {
  val result = val::object(), value = val::object(), gradient = val::object();
  val parameters = val::array(), maps = val::array();
  value.set("min", node.min);
  value.set("max", node.max);
  value.set("mean", node.mean);
  gradient.set("maxAbs", node.max_abs_gradient);
  gradient.set("meanAbs", node.mean_abs_gradient);
  for (const TraceParameter& p : node.parameters) parameters.call<void>("push", parameter_of(p));
  for (const TraceMap& map : node.maps) maps.call<void>("push", map_of(map));
  result.set("id", static_cast<double>(id));
  result.set("op", node.op);
  result.set("module", node.module);
  result.set("inputs", numbers_of(node.inputs));
  result.set("parameters", parameters);
  result.set("shape", numbers_of(node.shape));
  result.set("value", value);
  result.set("gradient", gradient);
  result.set("maps", maps);
  return result;
}

/// Request { model, picture, temperature }.
val trace(const val& request) {
  const Model& m = model_of(request);
  const tensor::Tensor x =
      normalize(picture_of(request["picture"], m.model.info), m.normalization());
  const double temperature = options_of(request, m.model.info).temperature;
  const double start = emscripten_get_now();
  const Trace traced = odin::trace(*m.model.network, x, temperature);
  const double end = emscripten_get_now();
  val nodes = val::array();
  for (std::size_t i = 0; i < traced.nodes.size(); ++i)
    nodes.call<void>("push", node_of(traced.nodes[i], i));
  val result = val::object();
  result.set("nodes", nodes);
  result.set("label", static_cast<double>(traced.label));
  result.set("logits", typed_array(traced.logits));
  result.set("milliseconds", end - start);
  return result;
}

}  // namespace

EMSCRIPTEN_BINDINGS(trace) { expose<&trace>("trace"); }

}  // namespace odin::web
