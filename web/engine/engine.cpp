#include "engine.h"

#include <emscripten/heap.h>

#include "odin/image_resize.h"
#include "odin/model_options.h"
#include "odin/tensor/backend/backend.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/parallel.h"

namespace odin::web {

using tensor::Tensor;

namespace {

/// Limit of the image size: more would exceed the memory of browsers on phones.
constexpr std::int64_t kMostPixels = std::int64_t{24} << 20;

Tensor from_image_data(const val& picture) {
  const auto width = picture["width"].as<int>(), height = picture["height"].as<int>();
  require(width > 0 && height > 0, "picture: expected at least one pixel, got ", width, "x",
          height);
  const std::int64_t pixels = std::int64_t{width} * height;
  require(pixels <= kMostPixels, "picture: ", width, "x", height,
          " is too large; reduce it to 24 megapixels or less");
  const auto bytes = emscripten::convertJSArrayToNumberVector<std::uint8_t>(picture["data"]);
  require(std::ssize(bytes) == 4 * pixels, "picture: ", width, "x", height, " takes ", 4 * pixels,
          " bytes, got ", bytes.size());
  Tensor image = Tensor::empty({3, height, width});
  auto to_elements = image.write<float>();
  float* to = to_elements.data();
  for (std::int64_t c = 0; c < 3; ++c)
    for (std::int64_t i = 0; i < pixels; ++i)
      *to++ = static_cast<float>(bytes[static_cast<std::size_t>(4 * i + c)]) / 255.0f;
  return width == kSize && height == kSize ? image : resize_triangle(image, kSize, kSize);
}

val set_threads(const val& request) {
  tensor::set_num_threads(request["threads"].as<int>());
  return val::undefined();
}

val engine_info(const val&) {
  val info = val::object();
  info.set("version", std::string(ODIN_VERSION));
  info.set("kernels", std::string(tensor::cpu::kernels().isa));
  return info;
}

}  // namespace

void fail_to_js(std::string message) {
  tensor::release_cached_memory();
  if (message.starts_with("out of memory"))
    message += "; a page has " + std::to_string(emscripten_get_heap_max() >> 20) +
               " MB for all of this, the program odin what the machine has";
  val::global("Error").new_(message).throw_();
}

Tensor planes_of(const val& values, const char* name) {
  const auto numbers = emscripten::convertJSArrayToNumberVector<float>(values);
  require(std::ssize(numbers) == 3 * kSize * kSize, name, ": expected ", 3 * kSize * kSize,
          " numbers [3,32,32], got ", numbers.size());
  return Tensor::from(numbers, {1, 3, kSize, kSize});
}

Tensor picture_of(const val& request) {
  const val picture = request["picture"];
  if (!picture["data"].isUndefined()) return from_image_data(picture).unsqueeze(0);
  return planes_of(picture, "picture");
}

Direction direction_of(const val& request) {
  const auto name = value_or<std::string>(request, "direction", "odin");
  require(name == "odin" || name == "fgsm", "direction: expected odin or fgsm, got '", name, "'");
  return name == "odin" ? Direction::odin : Direction::fgsm;
}

DetectorOptions options_of(const val& request, const nn::ModelInfo& info) {
  return options_for(info, optional<double>(request, "temperature"),
                     optional<double>(request, "epsilon"), optional<double>(request, "threshold"),
                     direction_of(request));
}

val typed_array(const Tensor& values) {
  const Tensor dense = values.contiguous();
  return typed_array(
      std::span<const float>(dense.data<float>(), static_cast<std::size_t>(dense.numel())));
}

EMSCRIPTEN_BINDINGS(engine) {
  expose<&set_threads>("setThreads");
  expose<&engine_info>("engineInfo");
}

}  // namespace odin::web
