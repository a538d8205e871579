#include "odin/detect.h"

#include <doctest/doctest.h>

#include "odin/image_resize.h"
#include "odin/model_options.h"
#include "odin/nn/models/make_model.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/tests/odin/small_model.h"

using namespace odin;
using tensor::Shape;
using tensor::Tensor;
using tests::error_of;

namespace {

nn::Model model_on_device() {
  nn::Model model = tests::small_model();
  model.network->to(tests::device());
  return model;
}

Tensor picture(const Shape& shape) { return tensor::Random(5).uniform(shape); }

}  // namespace

TEST_SUITE("odin") {
  TEST_CASE("a picture of any size is judged at the size that the model says") {
    const nn::Model model = model_on_device();
    const Detector detector(*model.network, {model.info.mean, model.info.std},
                            options_for(model.info));
    const Tensor large = picture({3, 50, 40}), fits = picture({3, 16, 24});
    for (const Tensor& given : {large, fits, fits.unsqueeze(0)}) {
      const Detection found = detect(model, given);
      const Tensor input = given.dim(-2) == 50 ? resize_triangle(large, 24, 16) : fits;
      const Detection expected = detector.detect(input.unsqueeze(0)).front();
      CHECK(found.label == expected.label);
      CHECK(found.odin == expected.odin);
      CHECK(found.in_distribution == expected.in_distribution);
      CHECK(found.in_distribution.has_value());
    }
    CHECK(fit_picture(large, model.info.input).shape() == Shape{1, 3, 16, 24});
  }

  TEST_CASE("a model's own preprocessing and any size are used") {
    nn::Model model = model_on_device();
    const Detector detector(*model.network, {model.info.mean, model.info.std},
                            options_for(model.info));
    const Tensor given = picture({3, 50, 40});
    model.info.preprocess = {.mode = nn::Preprocess::Mode::crop, .shorter = 24};
    CHECK(
        detect(model, given).odin ==
        detector.detect(fit_picture(given, model.info.input, model.info.preprocess)).front().odin);
    model.info.input = {3, 0, 0};
    model.info.preprocess = nn::default_preprocess(model.info.input);
    CHECK(detect(model, given).odin == detector.detect(given.unsqueeze(0)).front().odin);
  }

  TEST_CASE("what is not one picture for the network is refused") {
    const nn::Model model = model_on_device();
    const auto error_with = [&](const Tensor& t) { return error_of([&] { detect(model, t); }); };
    CHECK(error_with(picture({2, 16, 24})) ==
          "detect: the network takes pictures of 3 channels, got [2,16,24]");
    CHECK(error_with(picture({2, 3, 16, 24})) ==
          "detect: expected one picture [C,H,W], got [2,3,16,24]");
    CHECK(error_with(Tensor()) == "detect: expected one picture [C,H,W], got []");
  }
}
