#pragma once

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "odin/detector.h"
#include "odin/nn/io/model_file.h"

// Shared by the files of this folder, each of which exports functions to JavaScript. A function
// takes a request object and returns a result object, which the web worker passes on without
// interpreting them.
//
// There are two modules for each set of browser features. The one that is loaded first can do what
// most users want, to detect; its files are those of this folder and detect_only. The full one has
// the files of full instead of detect_only. Where the first meets something that only the other
// can do, it throws FullModuleNeeded, and api/host.ts goes on with the other.

namespace odin {

class MethodScorer;

namespace web {

using emscripten::val;

/// No Error, so that nobody takes it for one of the user's and gives it other words.
struct FullModuleNeeded final : std::exception {
  /// The name that api/host.ts knows it by.
  const char* what() const noexcept override { return "FullModuleNeeded"; }
};

/// Throws a JavaScript Error with this message, after freeing the memory of the failed work. If
/// memory ran out, the message says how much there is.
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

/// expose<&f>("name") in an EMSCRIPTEN_BINDINGS block exports f as module.name(request).
template <val (*F)(const val& request)>
void expose(const char* name) {
  emscripten::function(name, &with_js_errors<F>);
}

struct Model {
  nn::Model model;
  /// For the methods of the last request, which are made ready once.
  std::string methods = {};
  std::shared_ptr<MethodScorer> scorer = nullptr;
  Normalization normalization() const { return {model.info.mean, model.info.std}; }
};

/// Side of the squares of noise that a network of any size is timed with, in pixels.
inline constexpr std::int64_t kSideOfAny = 224;

/// The model whose handle is request.model.
Model& model_of(const val& request);

/// The scores of request.method by name: a name such as "knn:k=100", a list of them, or "all".
val method_scores(const val& request, Model& m, const DetectorOptions& options,
                  const tensor::Tensor& picture);

/// A tensor of this shape from a Float32Array; `name` is its name in error messages.
tensor::Tensor planes_of(const val& values, const tensor::Shape& shape, const char* name);

/// A picture made as the network takes it, [1,C,H,W] of pixels in [0, 1] (odin/fit_picture.h). It is
/// { width, height, data } with four bytes (RGBA) for each pixel, the same with a Float32Array
/// [C,height,width] of pixels in [0, 1], or such a Float32Array alone, of the network's size.
tensor::Tensor picture_of(const val& picture, const nn::ModelInfo& info);

/// Converts normalized images back to pixels in [0, 1].
tensor::Tensor pixels_of(const tensor::Tensor& x, const Normalization& n);

/// What was found of the i-th of these pictures [N,C,H,W].
val detection_of(const Inspection& found, std::int64_t i, const tensor::Tensor& pictures,
                 const Model& m, const DetectorOptions& options);

/// request[key]; empty if it is undefined or null.
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

/// request.direction: "odin" or "fgsm".
Direction direction_of(const val& request);

/// Options from request.temperature, epsilon, threshold and direction; missing ones from the model.
DetectorOptions options_of(const val& request, const nn::ModelInfo& info);

/// A new typed array with a copy of these elements.
template <class T>
val typed_array(std::span<const T> values) {
  return val(emscripten::typed_memory_view(values.size(), values.data()))
      .template call<val>("slice");
}
template <class T>
val typed_array(const std::vector<T>& values) {
  return typed_array(std::span<const T>(values));
}
/// The elements of a float32 tensor as a Float32Array.
val typed_array(const tensor::Tensor& values);

}  // namespace web
}  // namespace odin
