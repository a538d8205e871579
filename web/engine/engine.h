#pragma once

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <exception>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "odin/detector.h"
#include "odin/nn/io/model_file.h"

// What the files of this folder share. Each of them makes one or more functions callable from
// JavaScript: a request object in, a result object out, so that the worker can pass both on without
// knowing them.

namespace odin::web {

using emscripten::val;

/// Gives back what the failed work had, and says how much memory there is where it was too little.
[[noreturn]] void fail_to_js(std::string message);

template <val (*F)(const val& request)>
val with_js_errors(const val& request) {
  std::string message;
  try {
    return F(request);
  } catch (const std::bad_alloc&) {
    message = "out of memory";
  } catch (const std::exception& e) {
    message = e.what();
  }
  fail_to_js(message);
}

/// expose<&f>("name") in an EMSCRIPTEN_BINDINGS block makes f callable as module.name(request).
template <val (*F)(const val& request)>
void expose(const char* name) {
  emscripten::function(name, &with_js_errors<F>);
}

struct Model {
  nn::Model model;
  Normalization normalization() const { return {model.info.mean, model.info.std}; }
};

inline constexpr std::int64_t kSize =
    nn::InputSize{}.height;  ///< height and width of the networks' input

/// The model whose handle is request.model.
Model& model_of(const val& request);

/// [1,3,32,32] of a Float32Array [3,32,32], whose name errors say.
tensor::Tensor planes_of(const val& values, const char* name);

/// request.picture as pixels in [0, 1], [1,3,32,32]: { width, height, data } with four bytes a
/// pixel, resized where it has another size, or the Float32Array of such pixels.
tensor::Tensor picture_of(const val& request);

/// request[key], or nothing where it is undefined or null.
template <class T>
std::optional<T> optional(const val& request, const char* key) {
  const val value = request[key];
  if (value.isUndefined() || value.isNull()) return std::nullopt;
  return value.as<T>();
}

template <class T>
T value_or(const val& request, const char* key, T otherwise) {
  return optional<T>(request, key).value_or(otherwise);
}

/// "odin" or "fgsm".
Direction direction_of(const val& request);

/// Of request.temperature, epsilon, threshold and direction, where they are there; else of the model.
DetectorOptions options_of(const val& request, const nn::ModelInfo& info);

/// A typed array of its own with these elements.
template <class T>
val typed_array(std::span<const T> values) {
  return val(emscripten::typed_memory_view(values.size(), values.data()))
      .template call<val>("slice");
}
template <class T>
val typed_array(const std::vector<T>& values) {
  return typed_array(std::span<const T>(values));
}
/// All elements of a float32 tensor, as Float32Array.
val typed_array(const tensor::Tensor& values);

}  // namespace odin::web
