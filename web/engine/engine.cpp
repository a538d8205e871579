#include "engine.h"

#include "odin/fit_picture.h"
#include "odin/model_options.h"
#include "odin/tensor/backend/backend.h"
#include "odin/tensor/backend/cpu/kernels.h"
#include "odin/tensor/parallel.h"

namespace odin::web {

using tensor::Tensor;

namespace {

/// Limit of the image size: more would exceed the memory of browsers on phones.
constexpr std::int64_t kMostPixels = std::int64_t{24} << 20;

std::int64_t pixels_in(int width, int height) {
  require(width > 0 && height > 0, "picture: expected at least one pixel, got ", width, "x",
          height);
  const std::int64_t pixels = std::int64_t{width} * height;
  require(pixels <= kMostPixels, "picture: ", width, "x", height,
          " is too large; reduce it to 24 megapixels or less");
  return pixels;
}

/// The colors of RGBA, whose rows become numbers only where they are read.
Tensor from_image_data(const val& picture, const nn::ModelInfo& info) {
  const auto width = picture["width"].as<int>(), height = picture["height"].as<int>();
  const std::int64_t pixels = pixels_in(width, height);
  const auto bytes = emscripten::convertJSArrayToNumberVector<std::uint8_t>(picture["data"]);
  require(std::ssize(bytes) == 4 * pixels, "picture: ", width, "x", height, " takes ", 4 * pixels,
          " bytes, got ", bytes.size());
  const auto read = [&bytes, width](std::int64_t first, std::int64_t last, float* to) {
    for (std::int64_t c = 0; c < 3; ++c)
      for (std::int64_t i = first * width; i < last * width; ++i)
        *to++ = static_cast<float>(bytes[static_cast<std::size_t>(4 * i + c)]) / 255.0f;
  };
  return fit_picture(ImageRows{3, height, width, read}, info.input, info.preprocess);
}

/// Planes of the network's own size are what it saw, and are taken as they are.
Tensor from_planes(const val& picture, const nn::ModelInfo& info) {
  const auto width = picture["width"].as<int>(), height = picture["height"].as<int>();
  const std::int64_t pixels = pixels_in(width, height);
  if (height == info.input.height && width == info.input.width &&
      picture["data"]["length"].as<double>() == static_cast<double>(info.input.numel()))
    return planes_of(picture["data"], info.input.batch(1), "picture");
  const std::int64_t channels =
      picture["data"]["length"].as<double>() == static_cast<double>(pixels) ? 1
                                                                            : info.input.channels;
  return fit_picture(planes_of(picture["data"], {channels, height, width}, "picture"), info.input,
                     info.preprocess);
}

bool is_floats(const val& array) { return array.instanceof (val::global("Float32Array")); }

int most_megabytes = 0;

/// Request { threads, megabytes }: how many threads work, and how large the memory may grow.
val configure(const val& request) {
  tensor::set_num_threads(request["threads"].as<int>());
  most_megabytes = request["megabytes"].as<int>();
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
    message += "; a page has " + std::to_string(most_megabytes) +
               " MB for all of this, the program odin what the machine has";
  val::global("Error").new_(message).throw_();
}

Tensor planes_of(const val& values, const tensor::Shape& shape, const char* name) {
  const auto numbers = emscripten::convertJSArrayToNumberVector<float>(values);
  require(std::ssize(numbers) == tensor::numel(shape), name, ": expected ", tensor::numel(shape),
          " numbers ", shape, ", got ", numbers.size());
  return Tensor::from(numbers, shape);
}

Tensor picture_of(const val& picture, const nn::ModelInfo& info) {
  if (picture["data"].isUndefined()) {
    require(!info.input.any(),
            "picture: the network takes any size; give { width, height, data } with the numbers");
    return planes_of(picture, info.input.batch(1), "picture");
  }
  return is_floats(picture["data"]) ? from_planes(picture, info) : from_image_data(picture, info);
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
  expose<&configure>("configure");
  expose<&engine_info>("engineInfo");
}

}  // namespace odin::web
