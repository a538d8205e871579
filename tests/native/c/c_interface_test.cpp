#include <odin/c.h>

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "odin/detect.h"
#include "odin/method_scorer.h"
#include "odin/model_options.h"
#include "odin/native/pictures/image.h"
#include "odin/tests/native/c/c_fixtures.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/threshold.h"

using namespace odin;
using tensor::Tensor;
using tests::c_error;
using tests::c_struct;
using tests::CModel;
using tests::image_of;

namespace {

odin_detection c_detect(const odin_model* model, const odin_image& image,
                        const odin_options* options = nullptr) {
  auto found = c_struct<odin_detection>();
  REQUIRE(odin_detect(model, &image, options, &found) == ODIN_OK);
  return found;
}

Tensor c_picture(std::int64_t height, std::int64_t width) {
  return tensor::Random(5).uniform({3, height, width});
}

/// 8-bit samples, row by row.
std::vector<std::uint8_t> some_bytes(std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(i * i * 7 + i * 31);
  return bytes;
}

}  // namespace

TEST_SUITE("native/c") {
  TEST_CASE("C judges as C++ does, to the last bit") {
    const nn::Model model = tests::small_model();
    const CModel c(model);
    for (const Tensor& picture : {c_picture(16, 24), c_picture(50, 40)}) {
      const Detection expected = detect(model, picture);
      const odin_detection found = c_detect(c.handle(), image_of(picture));
      CHECK(found.label == expected.label);
      CHECK(found.msp == expected.msp);
      CHECK(found.odin == expected.odin);
      CHECK(found.verdict == int{*expected.in_distribution});
    }
  }

  TEST_CASE("options stand above the model's, and NaN is none") {
    const nn::Model model = tests::small_model();
    const CModel c(model);
    const Tensor picture = c_picture(16, 24);
    odin_options options;
    REQUIRE(odin_options_init(&options, sizeof options) == ODIN_OK);
    CHECK(options.struct_size == sizeof options);
    CHECK(c_detect(c.handle(), image_of(picture), &options).odin == detect(model, picture).odin);
    options.temperature = 10;
    const auto with = options_for(model.info, 10);
    const Detector detector(*model.network, {model.info.mean, model.info.std}, with);
    odin_detection found = c_detect(c.handle(), image_of(picture), &options);
    CHECK(found.odin == detector.detect(picture.unsqueeze(0)).front().odin);
    CHECK(found.verdict == ODIN_VERDICT_NONE);  // the model's threshold is of its own temperature
    options.threshold = found.odin - 1e-6;
    CHECK(c_detect(c.handle(), image_of(picture), &options).verdict == ODIN_VERDICT_IN);
    options.threshold = found.odin;
    CHECK(c_detect(c.handle(), image_of(picture), &options).verdict == ODIN_VERDICT_OUT);
  }

  TEST_CASE("pixels may be bytes or floats, interleaved or planes, with gaps and alpha") {
    const CModel c(tests::small_model());
    constexpr std::int64_t kH = 16, kW = 24;
    const auto bytes = some_bytes(kH * kW * 3);
    odin_image packed{sizeof(odin_image), bytes.data(), ODIN_U8, ODIN_HWC, 3, kH, kW, 0};
    const odin_detection expected = c_detect(c.handle(), packed);

    std::vector<std::uint8_t> planes(bytes.size()), gaps(kH * (kW * 3 + 5), 99), alpha(kH * kW * 4);
    std::vector<float> floats(bytes.size());
    for (std::size_t p = 0; p < kH * kW; ++p) {
      for (std::size_t channel = 0; channel < 3; ++channel) {
        const std::uint8_t value = bytes[p * 3 + channel];
        planes[channel * kH * kW + p] = value;
        floats[channel * kH * kW + p] = static_cast<float>(value) / 255.0f;
        gaps[p / kW * (kW * 3 + 5) + p % kW * 3 + channel] = value;
        alpha[p * 4 + channel] = value;
      }
      alpha[p * 4 + 3] = 255;
    }
    const odin_image others[] = {
        {sizeof(odin_image), planes.data(), ODIN_U8, ODIN_CHW, 3, kH, kW, 0},
        {sizeof(odin_image), floats.data(), ODIN_F32, ODIN_CHW, 3, kH, kW, 0},
        {sizeof(odin_image), gaps.data(), ODIN_U8, ODIN_HWC, 3, kH, kW, kW * 3 + 5},
        {sizeof(odin_image), alpha.data(), ODIN_U8, ODIN_HWC, 4, kH, kW, 0}};
    for (const odin_image& image : others) CHECK(c_detect(c.handle(), image).odin == expected.odin);

    // Half transparent black is gray over white, and gray is gray in all channels.
    const std::vector<float> half = [] {
      std::vector<float> pixels(kH * kW * 2);
      for (std::size_t i = 1; i < pixels.size(); i += 2) pixels[i] = 0.5f;
      return pixels;
    }();
    const std::vector<float> gray(kH * kW, 0.5f);
    const odin_image over{sizeof(odin_image), half.data(), ODIN_F32, ODIN_HWC, 2, kH, kW, 0};
    const odin_image plain{sizeof(odin_image), gray.data(), ODIN_F32, ODIN_CHW, 1, kH, kW, 0};
    CHECK(c_detect(c.handle(), over).odin == c_detect(c.handle(), plain).odin);
  }

  TEST_CASE("a file is judged as its decoded pixels, by name and from memory") {
    const CModel c(tests::small_model());
    const auto png = native::encode_png(c_picture(40, 30), "picture");
    const tests::TempDir dir;
    const std::string path = dir.write("picture.png", png).string();
    auto of_file = c_struct<odin_detection>(), of_bytes = of_file;
    REQUIRE(odin_detect_file(c.handle(), path.c_str(), nullptr, &of_file) == ODIN_OK);
    REQUIRE(odin_detect_encoded(c.handle(), png.data(), png.size(), nullptr, nullptr, &of_bytes) ==
            ODIN_OK);
    CHECK(of_file.odin == of_bytes.odin);
    for (const bool from_file : {true, false}) {
      odin_picture* picture = nullptr;
      REQUIRE((from_file ? odin_picture_load(path.c_str(), &picture)
                         : odin_picture_decode(png.data(), png.size(), "p", &picture)) == ODIN_OK);
      auto image = c_struct<odin_image>();
      REQUIRE(odin_picture_image(picture, &image) == ODIN_OK);
      CHECK(image.height == 40);
      CHECK(image.width == 30);
      CHECK(c_detect(c.handle(), image).odin == of_file.odin);
      CHECK(odin_picture_free(picture) == ODIN_OK);
    }
  }

  TEST_CASE("many images give the results of one by one, whatever their sizes") {
    const CModel c(tests::small_model());
    std::vector<Tensor> pictures;
    std::vector<odin_image> images;
    for (std::int64_t i = 0; i < 70; ++i) pictures.push_back(c_picture(16 + i % 3, 24));
    for (const Tensor& picture : pictures) images.push_back(image_of(picture));
    std::vector<odin_detection> found(images.size());
    found.front().struct_size = sizeof(odin_detection);
    REQUIRE(odin_detect_many(c.handle(), images.data(), images.size(), nullptr, found.data()) ==
            ODIN_OK);
    for (std::size_t i = 0; i < images.size(); ++i) {
      CHECK(found[i].struct_size == sizeof(odin_detection));
      CHECK(found[i].odin == c_detect(c.handle(), images[i]).odin);
    }
    images[66].channels = 9;
    found.front().odin = -1;
    CHECK(odin_detect_many(c.handle(), images.data(), images.size(), nullptr, found.data()) ==
          ODIN_ERROR_ARGUMENT);
    CHECK(c_error().ends_with("got 9 (image 66 of 70)"));
    CHECK(found.front().odin == -1);
    CHECK(odin_detect_many(c.handle(), nullptr, 0, nullptr, nullptr) == ODIN_OK);
  }

  TEST_CASE("scores, gradient, input size and threshold are those of C++") {
    const nn::Model model = tests::small_model();
    const CModel c(model);
    const Tensor picture = c_picture(16, 24);
    const odin_image image = image_of(picture);
    const char* const methods[] = {"odin", "msp", "energy:t=2", "gradnorm"};
    double scores[4];
    REQUIRE(odin_scores(c.handle(), &image, nullptr, methods, 4, scores) == ODIN_OK);
    const DetectorOptions own = options_for(model.info);
    MethodScorerOptions wanted{{}, own.temperature, own.epsilon, Step::none};
    for (const char* method : methods) wanted.methods.push_back(parse_method_choice(method));
    const Normalization normalization{model.info.mean, model.info.std};
    const MethodScorer scorer(*model.network, normalization, {}, wanted, model.info.input);
    const MethodScores expected = scorer.score(picture.unsqueeze(0));
    for (std::size_t i = 0; i < 4; ++i) CHECK(scores[i] == expected.scores[i].front());
    double again;  // by another scorer than the one that is kept
    REQUIRE(odin_scores(c.handle(), &image, nullptr, methods + 1, 1, &again) == ODIN_OK);
    CHECK(again == scores[1]);

    std::int64_t sizes[3];
    REQUIRE(odin_input_size(c.handle(), &image, sizes) == ODIN_OK);
    CHECK(sizes[0] * sizes[1] * sizes[2] == 3 * 16 * 24);
    std::vector<float> gradient(3 * 16 * 24);
    REQUIRE(odin_gradient(c.handle(), &image, nullptr, gradient.data(), gradient.size()) ==
            ODIN_OK);
    const Detector detector(*model.network, normalization, own);
    CHECK(gradient == detector.inspect(picture.unsqueeze(0)).gradient.to_vector<float>());

    const std::vector<double> some{0.5, 0.1, 0.9, 0.3};
    double threshold;
    REQUIRE(odin_threshold(some.data(), some.size(), 0.75, &threshold) == ODIN_OK);
    CHECK(threshold == threshold_at_tpr(some, 0.75));
  }

  TEST_CASE("what a model is can be asked") {
    const nn::Model model = tests::small_model();
    const CModel c(model);
    auto info = c_struct<odin_model_info>();
    REQUIRE(odin_model_get_info(c.handle(), &info) == ODIN_OK);
    CHECK(std::string(info.architecture) == model.info.architecture);
    CHECK(info.classes == 3);
    CHECK(info.height == 16);
    CHECK(info.width == 24);
    CHECK(info.parameters == model.network->parameter_count());
    CHECK(info.temperature == 100);
    CHECK(info.threshold == 0.3);
    const char* name = nullptr;
    REQUIRE(odin_model_class_name(c.handle(), 2, &name) == ODIN_OK);
    CHECK(std::string(name) == "c");
    std::vector<std::string> names;
    while (const char* method = odin_method_name(names.size())) names.emplace_back(method);
    CHECK(names == method_names());
    CHECK(odin_abi_version() == ODIN_ABI_VERSION);
  }

  TEST_CASE("threads judge with one model, and load and free others meanwhile") {
    const nn::Model model = tests::small_model();
    const CModel c(model);
    const Tensor picture = c_picture(16, 24);
    const odin_image image = image_of(picture);
    const double expected = c_detect(c.handle(), image).odin;
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 5; ++i) {
          auto found = c_struct<odin_detection>();
          wrong += odin_detect(c.handle(), &image, nullptr, &found) != ODIN_OK;
          wrong += found.odin != expected;
          const std::string path = "/nowhere/" + std::to_string(t);
          odin_model* other = nullptr;
          wrong += odin_model_load(path.c_str(), &other) != ODIN_ERROR_FILE;
          wrong += c_error().find(path) == std::string::npos;  // of this thread, not of another
          const CModel own(model);
          wrong += odin_detect(own.handle(), &image, nullptr, &found) != ODIN_OK;
        }
      });
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
  }
}
