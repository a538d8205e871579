#include <odin/c.h>

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "odin/tests/native/c/c_fixtures.h"
#include "odin/tests/native/temp_dir.h"

using namespace odin;
using tests::c_error;
using tests::c_struct;
using tests::CModel;
using tests::image_of;

namespace {

/// A good image and room for every result; the tests spoil one thing at a time.
struct Call {
  tensor::Tensor pixels = tensor::Random(5).uniform({3, 16, 24});
  odin_image image = image_of(pixels);
  odin_options options{sizeof(odin_options), NAN, NAN, NAN};
  odin_detection found = c_struct<odin_detection>();
};

}  // namespace

TEST_SUITE("native/c") {
  TEST_CASE("NULL is an error of every function that takes a pointer") {
    const CModel c(tests::small_model());
    Call call;
    odin_model* model = nullptr;
    odin_picture* picture = nullptr;
    auto info = c_struct<odin_model_info>();
    const char* name = nullptr;
    const char* methods[] = {"msp", nullptr};
    double number = 0;
    float gradient = 0;
    std::int64_t sizes[3];
    const std::function<odin_status()> calls[] = {
        [&] { return odin_model_load(nullptr, &model); },
        [&] { return odin_model_load("file", nullptr); },
        [&] { return odin_model_load_memory(nullptr, 9, "name", &model); },
        [&] { return odin_model_load_memory("bytes", 5, "name", nullptr); },
        [&] { return odin_model_get_info(nullptr, &info); },
        [&] { return odin_model_get_info(c.handle(), nullptr); },
        [&] { return odin_model_class_name(nullptr, 0, &name); },
        [&] { return odin_model_class_name(c.handle(), 0, nullptr); },
        [&] { return odin_picture_load(nullptr, &picture); },
        [&] { return odin_picture_load("file", nullptr); },
        [&] { return odin_picture_decode(nullptr, 3, "name", &picture); },
        [&] { return odin_picture_decode("bytes", 5, "name", nullptr); },
        [&] { return odin_picture_image(nullptr, &call.image); },
        [&] { return odin_options_init(nullptr, sizeof(odin_options)); },
        [&] { return odin_detect(nullptr, &call.image, nullptr, &call.found); },
        [&] { return odin_detect(c.handle(), nullptr, nullptr, &call.found); },
        [&] { return odin_detect(c.handle(), &call.image, nullptr, nullptr); },
        [&] { return odin_detect_many(nullptr, &call.image, 1, nullptr, &call.found); },
        [&] { return odin_detect_many(c.handle(), nullptr, 1, nullptr, &call.found); },
        [&] { return odin_detect_many(c.handle(), &call.image, 1, nullptr, nullptr); },
        [&] { return odin_detect_file(nullptr, "file", nullptr, &call.found); },
        [&] { return odin_detect_file(c.handle(), nullptr, nullptr, &call.found); },
        [&] { return odin_detect_file(c.handle(), "file", nullptr, nullptr); },
        [&] { return odin_detect_encoded(nullptr, "b", 1, "n", nullptr, &call.found); },
        [&] { return odin_detect_encoded(c.handle(), nullptr, 1, "n", nullptr, &call.found); },
        [&] { return odin_detect_encoded(c.handle(), "b", 1, "n", nullptr, nullptr); },
        [&] { return odin_scores(nullptr, &call.image, nullptr, methods, 1, &number); },
        [&] { return odin_scores(c.handle(), nullptr, nullptr, methods, 1, &number); },
        [&] { return odin_scores(c.handle(), &call.image, nullptr, nullptr, 1, &number); },
        [&] { return odin_scores(c.handle(), &call.image, nullptr, methods, 2, &number); },
        [&] { return odin_scores(c.handle(), &call.image, nullptr, methods, 1, nullptr); },
        [&] { return odin_input_size(nullptr, &call.image, sizes); },
        [&] { return odin_input_size(c.handle(), nullptr, sizes); },
        [&] { return odin_input_size(c.handle(), &call.image, nullptr); },
        [&] { return odin_gradient(nullptr, &call.image, nullptr, &gradient, 1); },
        [&] { return odin_gradient(c.handle(), nullptr, nullptr, &gradient, 1); },
        [&] { return odin_gradient(c.handle(), &call.image, nullptr, nullptr, 1); },
        [&] { return odin_threshold(nullptr, 1, 0.95, &number); },
        [&] { return odin_threshold(&number, 1, 0.95, nullptr); }};
    for (const auto& with_null : calls) {
      CHECK(with_null() == ODIN_ERROR_ARGUMENT);
      CHECK(c_error().find("is NULL") != std::string::npos);
      CHECK(c_error().starts_with("odin_"));
    }
    CHECK(odin_model_free(nullptr) == ODIN_OK);
    CHECK(odin_picture_free(nullptr) == ODIN_OK);
  }

  TEST_CASE("a handle that was freed, or never was one, is an error") {
    const nn::Model model = tests::small_model();
    const auto bytes = nn::serialize_safetensors(nn::to_safetensors(*model.network, model.info));
    odin_model* freed = nullptr;
    REQUIRE(odin_model_load_memory(bytes.data(), bytes.size(), "m", &freed) == ODIN_OK);
    REQUIRE(odin_model_free(freed) == ODIN_OK);
    const CModel other(model);  // may have the memory of the first
    Call call;
    CHECK(odin_detect(freed, &call.image, nullptr, &call.found) == ODIN_ERROR_HANDLE);
    CHECK(c_error() == "odin_detect: the model was freed, or is no handle of that kind");
    CHECK(odin_model_free(freed) == ODIN_ERROR_HANDLE);
    auto* wrong_kind = reinterpret_cast<odin_picture*>(other.handle());
    CHECK(odin_picture_image(wrong_kind, &call.image) == ODIN_ERROR_HANDLE);
    CHECK(odin_picture_free(wrong_kind) == ODIN_ERROR_HANDLE);
    int elsewhere = 0;
    CHECK(odin_model_free(reinterpret_cast<odin_model*>(&elsewhere)) == ODIN_ERROR_HANDLE);
    CHECK(odin_detect(other.handle(), &call.image, nullptr, &call.found) == ODIN_OK);
  }

  TEST_CASE("wrong sizes and numbers are errors that name them") {
    const CModel c(tests::small_model());
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const std::pair<std::function<void(Call&)>, const char*> spoiled[] = {
        {[](Call& k) { k.image.struct_size = 0; }, "image: struct_size is 0, expected sizeof, 56"},
        {[](Call& k) { k.found.struct_size = 7; }, "detection: struct_size is 7"},
        {[](Call& k) { k.options.struct_size = 1 << 30; }, "options: struct_size is 1073741824"},
        {[](Call& k) { k.image.pixels = nullptr; }, "image.pixels is NULL"},
        {[](Call& k) { k.image.type = 2; }, "ODIN_U8 or ODIN_F32"},
        {[](Call& k) { k.image.layout = -1; }, "ODIN_HWC or ODIN_CHW"},
        {[](Call& k) { k.image.channels = 0; }, "1 to 4 channels or the network's 3, got 0"},
        {[](Call& k) { k.image.channels = 5; }, "got 5"},
        {[](Call& k) { k.image.channels = -3; }, "got -3"},
        {[](Call& k) { k.image.height = 0; }, "got 24x0"},
        {[](Call& k) { k.image.width = -24; }, "got -24x16"},
        {[](Call& k) { k.image.width = k.image.height = INT64_MAX; }, "expected an image of 1 to"},
        {[](Call& k) { k.image.row_bytes = 95; }, "image.row_bytes of 96 or more, or 0, got 95"},
        {[](Call& k) { k.image.row_bytes = INT64_MAX; }, "image.row_bytes"},
        {[](Call& k) { k.image.row_bytes = INT64_MIN; }, "image.row_bytes"},
        {[](Call& k) { k.options.temperature = 0; }, "temperature"},
        {[](Call& k) { k.options.temperature = kInfinity; }, "temperature"},
        {[](Call& k) { k.options.epsilon = -1; }, "epsilon"},
        {[](Call& k) { k.pixels.write<float>()[5] = NAN; }, "pixel"},
        {[](Call& k) { k.pixels.write<float>()[5] = 255; }, "pixel"}};
    for (const auto& pair : spoiled) {
      const std::string said = pair.second;
      Call call;
      pair.first(call);
      CAPTURE(said);
      CHECK(odin_detect(c.handle(), &call.image, &call.options, &call.found) ==
            ODIN_ERROR_ARGUMENT);
      CHECK_MESSAGE(c_error().find(said) != std::string::npos, c_error());
      CHECK(c_error().find('\n') == std::string::npos);
      CHECK(call.found.odin == 0);
    }
  }

  TEST_CASE("other arguments that cannot be are errors") {
    const CModel c(tests::small_model());
    const Call call;
    const char* name = "untouched";
    for (const std::int64_t label : {std::int64_t{-1}, std::int64_t{3}, INT64_MAX})
      CHECK(odin_model_class_name(c.handle(), label, &name) == ODIN_ERROR_ARGUMENT);
    CHECK(std::string(name) == "untouched");
    std::vector<float> gradient(3 * 16 * 24);
    CHECK(odin_gradient(c.handle(), &call.image, nullptr, gradient.data(), 7) ==
          ODIN_ERROR_ARGUMENT);
    CHECK(c_error() == "odin_gradient: the input is [1,3,16,24], 1152 floats, count is 7");
    double score = -1;
    for (const char* method :
         {"nothing", "energy:t=x", "", "knn"}) {  // knn: the model is not fitted
      CHECK(odin_scores(c.handle(), &call.image, nullptr, &method, 1, &score) ==
            ODIN_ERROR_ARGUMENT);
      CHECK(score == -1);
    }
    CHECK(odin_threshold(&score, 0, 0.95, &score) == ODIN_ERROR_ARGUMENT);
    CHECK(odin_threshold(&score, 1, 1.5, &score) == ODIN_ERROR_ARGUMENT);
    CHECK(odin_set_threads(-1) == ODIN_ERROR_ARGUMENT);
    odin_options options;
    CHECK(odin_options_init(&options, 3) == ODIN_ERROR_ARGUMENT);
    CHECK(std::string(odin_status_name(ODIN_ERROR_HANDLE)) == "ODIN_ERROR_HANDLE");
    CHECK(std::string(odin_status_name(77)) == "unknown");
  }

  TEST_CASE("files that are no model and no picture are errors of files") {
    const CModel c(tests::small_model());
    const tests::TempDir dir;
    const std::string text = dir.write("text", std::string("no picture")).string();
    const std::string missing = (dir.path() / "missing").string();
    Call call;
    odin_model* model = nullptr;
    odin_picture* picture = nullptr;
    for (const std::string& path : {text, missing, dir.path().string()}) {
      CHECK(odin_model_load(path.c_str(), &model) == ODIN_ERROR_FILE);
      CHECK(c_error().find(path) != std::string::npos);
      CHECK(odin_picture_load(path.c_str(), &picture) == ODIN_ERROR_FILE);
      CHECK(odin_detect_file(c.handle(), path.c_str(), nullptr, &call.found) == ODIN_ERROR_FILE);
    }
    for (const std::size_t size : {0, 1, 10}) {
      CHECK(odin_model_load_memory(text.data(), size, "bytes", &model) == ODIN_ERROR_FILE);
      CHECK(c_error().find("bytes") != std::string::npos);
      CHECK(odin_picture_decode(text.data(), size, nullptr, &picture) == ODIN_ERROR_FILE);
      CHECK(odin_detect_encoded(c.handle(), text.data(), size, nullptr, nullptr, &call.found) ==
            ODIN_ERROR_FILE);
    }
    CHECK(model == nullptr);
    CHECK(picture == nullptr);
  }

  TEST_CASE("structures of newer programs are taken while they ask for nothing new") {
    const CModel c(tests::small_model());
    Call call;
    struct {
      odin_detection known = c_struct<odin_detection>();
      std::int64_t added = 42;
    } newer;
    newer.known.struct_size = sizeof newer;
    REQUIRE(odin_detect(c.handle(), &call.image, nullptr, &newer.known) == ODIN_OK);
    CHECK(newer.known.struct_size == sizeof newer);
    CHECK(newer.added == 42);
    struct {
      odin_options known;
      std::int64_t added = 0;
    } asks;
    asks.known = {sizeof asks, NAN, NAN, NAN};
    CHECK(odin_detect(c.handle(), &call.image, &asks.known, &call.found) == ODIN_OK);
    asks.added = 1;
    CHECK(odin_detect(c.handle(), &call.image, &asks.known, &call.found) == ODIN_ERROR_ARGUMENT);
    CHECK(c_error().find("has a field that odin") != std::string::npos);
  }
}
