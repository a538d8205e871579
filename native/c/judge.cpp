#include <cmath>
#include <limits>
#include <optional>

#include "odin/detector.h"
#include "odin/fit_picture.h"
#include "odin/native/c/guard.h"
#include "odin/native/c/image.h"
#include "odin/native/c/model.h"
#include "odin/native/pictures/picture.h"
#include "odin/perturb.h"
#include "odin/tensor/ops/concat.h"
#include "odin/threshold.h"

namespace odin::c {
namespace {

using tensor::Tensor;

constexpr std::int64_t kImagesAtOnce = 32;  // of 32x32
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

DetectorOptions options_of(const char* function, const LoadedModel& model,
                           const odin_options* given) {
  odin_options own{sizeof(odin_options), kNone, kNone, kNone};
  if (given) own = read_struct(function, "options", given, given->struct_size);
  const auto unless_none = [](double value) {
    return std::isnan(value) ? std::optional<double>() : value;
  };
  return options_for(model.model().info, unless_none(own.temperature), unless_none(own.epsilon),
                     unless_none(own.threshold));
}

/// What the network gets of an image, [1,C,H,W]. `size` is the image's struct_size.
Tensor input_of(const char* function, const LoadedModel& model, const odin_image* image,
                std::size_t size) {
  const nn::ModelInfo& info = model.model().info;
  return fit_picture(pixels_of(function, image, size, info.input.channels), info.input,
                     info.preprocess);
}

Tensor input_of(const char* function, const LoadedModel& model, const odin_image* image) {
  require_given(function, "image", image);
  return input_of(function, model, image, image->struct_size);
}

Tensor input_of(const LoadedModel& model, const native::Picture& picture) {
  return fit_picture(picture.rows(), model.model().info.input, model.model().info.preprocess);
}

odin_detection as_c(const Detection& d) {
  const int32_t verdict = !d.in_distribution   ? ODIN_VERDICT_NONE
                          : *d.in_distribution ? ODIN_VERDICT_IN
                                               : ODIN_VERDICT_OUT;
  return {0, d.label, d.msp, d.odin, verdict, 0};
}

/// Pointers into an array of structures that are `size` bytes each, whatever they are here.
template <class T>
T* element(T* first, std::size_t i, std::size_t size) {
  using Byte = std::conditional_t<std::is_const_v<T>, const char, char>;
  return reinterpret_cast<T*>(reinterpret_cast<Byte*>(first) + i * size);
}

/// What every function that judges one image begins and ends with.
void judge(const char* function, const LoadedModel& model, const odin_options* options,
           odin_detection* detection, const std::function<Tensor()>& input) {
  const std::size_t size = result_size(function, "detection", detection);
  const Detector detector(*model.model().network, model.normalization(),
                          options_of(function, model, options));
  write_struct(detection, size, as_c(detector.detect(input()).front()));
}

/// The inputs of `count` images, judged together with those before them that have the same size.
std::vector<Detection> judge_all(const LoadedModel& model, const Detector& detector,
                                 const odin_image* images, std::size_t count) {
  constexpr const char* kFunction = "odin_detect_many";
  std::vector<Detection> all;
  std::vector<Tensor> waiting;
  const auto flush = [&] {
    if (waiting.empty()) return;
    for (const Detection& d : detector.detect(tensor::concat(waiting, 0))) all.push_back(d);
    waiting.clear();
  };
  const std::size_t size = images->struct_size;
  for (std::size_t i = 0; i < count; ++i) {
    Tensor input;
    try {
      input = input_of(kFunction, model, element(images, i, size), size);
    } catch (const ResourceError&) {
      throw;
    } catch (const Error& e) {
      fail(e.what(), " (image ", i, " of ", count, ")");
    }
    if (!waiting.empty() && waiting.front().shape() != input.shape()) flush();
    waiting.push_back(input);
    const nn::InputSize of{input.dim(1), input.dim(2), input.dim(3)};
    if (std::ssize(waiting) == nn::images_at_once(of, kImagesAtOnce)) flush();
  }
  flush();
  return all;
}

}  // namespace
}  // namespace odin::c

using namespace odin;
using namespace odin::c;

extern "C" {

odin_status odin_options_init(odin_options* options, size_t struct_size) {
  return guarded([&] {
    require_given("odin_options_init", "options", options);
    check_size("odin_options_init", "options", nullptr, struct_size, sizeof(odin_options),
               sizeof(odin_options));
    std::memset(options, 0, struct_size);
    write_struct(options, struct_size, {0, kNone, kNone, kNone});
  });
}

odin_status odin_detect(const odin_model* model, const odin_image* image,
                        const odin_options* options, odin_detection* detection) {
  return guarded([&] {
    const auto loaded = model_of("odin_detect", model);
    judge("odin_detect", *loaded, options, detection,
          [&] { return input_of("odin_detect", *loaded, image); });
  });
}

odin_status odin_detect_many(const odin_model* model, const odin_image* images, size_t count,
                             const odin_options* options, odin_detection* detections) {
  constexpr const char* kFunction = "odin_detect_many";
  return guarded([&] {
    const auto loaded = model_of(kFunction, model);
    const Detector detector(*loaded->model().network, loaded->normalization(),
                            options_of(kFunction, *loaded, options));
    if (count == 0) return;
    require_given(kFunction, "images", images);
    const std::size_t size = result_size(kFunction, "detections", detections);
    const std::vector<Detection> found = judge_all(*loaded, detector, images, count);
    for (std::size_t i = 0; i < count; ++i)
      write_struct(element(detections, i, size), size, as_c(found[i]));
  });
}

odin_status odin_detect_file(const odin_model* model, const char* path, const odin_options* options,
                             odin_detection* detection) {
  constexpr const char* kFunction = "odin_detect_file";
  return guarded([&] {
    const auto loaded = model_of(kFunction, model);
    require_given(kFunction, "path", path);
    judge(kFunction, *loaded, options, detection, [&] {
      try {
        return input_of(*loaded, native::load_picture(path));
      } catch (const ResourceError&) {
        throw;
      } catch (const Error& e) {
        throw Failure(ODIN_ERROR_FILE, e.what());
      }
    });
  });
}

odin_status odin_detect_encoded(const odin_model* model, const void* bytes, size_t size,
                                const char* name, const odin_options* options,
                                odin_detection* detection) {
  constexpr const char* kFunction = "odin_detect_encoded";
  return guarded([&] {
    const auto loaded = model_of(kFunction, model);
    require_given(kFunction, "bytes", bytes);
    judge(kFunction, *loaded, options, detection, [&] {
      const std::span given(static_cast<const std::byte*>(bytes), size);
      try {
        return input_of(*loaded, native::decode_picture(given, text_or(name, "(memory)")));
      } catch (const ResourceError&) {
        throw;
      } catch (const Error& e) {
        throw Failure(ODIN_ERROR_FILE, e.what());
      }
    });
  });
}

odin_status odin_scores(const odin_model* model, const odin_image* image,
                        const odin_options* options, const char* const* methods, size_t count,
                        double* scores) {
  constexpr const char* kFunction = "odin_scores";
  return guarded([&] {
    const auto loaded = model_of(kFunction, model);
    if (count == 0) return;
    require_given(kFunction, "methods", methods);
    require_given(kFunction, "scores", scores);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
      require_given(kFunction, "a method", methods[i]);
      names.emplace_back(methods[i]);
    }
    const auto scorer = loaded->scorer(names, options_of(kFunction, *loaded, options));
    const MethodScores found = scorer->score(input_of(kFunction, *loaded, image));
    for (std::size_t i = 0; i < count; ++i) scores[i] = found.scores[i].front();
  });
}

odin_status odin_input_size(const odin_model* model, const odin_image* image, int64_t sizes[3]) {
  constexpr const char* kFunction = "odin_input_size";
  return guarded([&] {
    const auto loaded = model_of(kFunction, model);
    require_given(kFunction, "sizes", sizes);
    const Tensor input = input_of(kFunction, *loaded, image);
    for (int i = 0; i < 3; ++i) sizes[i] = input.dim(i + 1);
  });
}

odin_status odin_gradient(const odin_model* model, const odin_image* image,
                          const odin_options* options, float* gradient, size_t count) {
  constexpr const char* kFunction = "odin_gradient";
  return guarded([&] {
    const auto loaded = model_of(kFunction, model);
    require_given(kFunction, "gradient", gradient);
    const DetectorOptions wanted = options_of(kFunction, *loaded, options);
    const nn::Module& network = *loaded->model().network;
    const Detector checked(network, loaded->normalization(), wanted);
    const Tensor x = normalize(input_of(kFunction, *loaded, image), loaded->normalization());
    require(count == static_cast<std::size_t>(x.numel()), kFunction, ": the input is ", x.shape(),
            ", ", x.numel(), " floats, count is ", count);
    const auto found = input_gradient(network, x, wanted.temperature).gradient.to_vector<float>();
    std::copy(found.begin(), found.end(), gradient);
  });
}

odin_status odin_threshold(const double* scores, size_t count, double accepted, double* threshold) {
  return guarded([&] {
    require_given("odin_threshold", "scores", scores);
    require_given("odin_threshold", "threshold", threshold);
    *threshold = threshold_at_tpr({scores, scores + count}, accepted);
  });
}

}  // extern "C"
