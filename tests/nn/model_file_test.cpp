#include "odin/nn/io/model_file.h"

#include <doctest/doctest.h>

#include "odin/nn/models/make_model.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tests::error_of;

namespace {

const nn::ModelInfo kInfo{
    "wrn-10-1", {"cat", "dog, or \"wolf\""}, {0.5, 0.4, 0.3},  {0.2, 0.2, 0.1}, 1000,
    0.0014,     0.5012345678901234,          R"({"epochs":3})"};

nn::Safetensors model_file() {
  const auto network = nn::make_model(kInfo.architecture, 2);
  nn::initialize(*network, 1);
  return nn::to_safetensors(*network, kInfo);
}

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("a model file brings back the network and everything said about it") {
    const tests::TempDir dir;
    const auto path = dir.path() / "m.safetensors";
    const nn::Safetensors file = model_file();
    nn::write_safetensors(path, file);
    const nn::Model model = nn::load_model(path);
    CHECK(model.info.architecture == kInfo.architecture);
    CHECK(model.info.classes == kInfo.classes);
    CHECK(model.info.mean == kInfo.mean);
    CHECK(model.info.std == kInfo.std);
    CHECK(model.info.temperature == kInfo.temperature);
    CHECK(model.info.epsilon == kInfo.epsilon);
    CHECK(model.info.threshold == kInfo.threshold);  // to the last digit
    CHECK(model.info.training == kInfo.training);
    for (const auto& [name, t] : model.network->state_dict())
      CHECK(t.to_vector<float>() == file.tensors.at(name).to_vector<float>());
  }

  TEST_CASE("float16 storage keeps three digits in half the bytes") {
    const tests::TempDir dir;
    const nn::Safetensors file = model_file();
    nn::write_safetensors(dir.path() / "full", file);
    nn::write_safetensors(dir.path() / "half", file, nn::FloatStorage::f16);
    const auto full = std::filesystem::file_size(dir.path() / "full");
    CHECK(std::filesystem::file_size(dir.path() / "half") < 0.55 * static_cast<double>(full));
    const nn::Model model = nn::load_model(dir.path() / "half");
    const auto state = model.network->state_dict();
    for (const auto& [name, t] : file.tensors) {
      const auto a = t.to_vector<float>(), b = state.at(name).to_vector<float>();
      for (std::size_t i = 0; i < a.size(); ++i)
        CHECK(std::abs(a[i] - b[i]) <= 5e-4f * std::abs(a[i]) + 3e-8f);
    }
  }

  TEST_CASE("what is missing or wrong in the metadata is named") {
    const auto error_with = [](const std::string& key, const char* value) {
      nn::Safetensors file = model_file();
      if (value)
        file.metadata[key] = value;
      else
        file.metadata.erase(key);
      return error_of([&] { nn::parse_model_info(file, "m"); });
    };
    CHECK(error_with("architecture", nullptr)
              .starts_with("model: 'm': no 'architecture' in the metadata"));
    CHECK(error_with("format", "odin-model-2") ==
          "model: 'm': its format is 'odin-model-2', this odin reads odin-model-1; a later odin has "
          "written it");
    CHECK(error_with("format", "pt") == "no error");  // of the program that made the file
    CHECK(error_with("classes", "cat") ==
          "model: 'm': metadata 'classes' is not what it should be: 'cat'");
    CHECK(error_with("classes", "[]") == "model: 'm': no class names");
    CHECK(error_with("mean", "[0.5]") ==
          "model: 'm': expected mean and std of 3 channels, got 1 and 3");
    CHECK(error_with("std", "[1,0,1]") ==
          "model: 'm': expected standard deviations of pixels in [0,1], above 0, got 0");
    CHECK(
        error_with("std", "[0.2,0.2,66.7]") ==
        "model: 'm': expected standard deviations of pixels in [0,1], above 0, got 66.7 (of pixels "
        "in [0,255] divide it by 255)");
    CHECK(error_with("mean", "[0.5,-0.5,0.5]") ==
          "model: 'm': expected the mean of pixels in [0,1], got -0.5");
    CHECK(error_with("temperature", "0") == "model: 'm': temperature must be positive, got 0");
    CHECK(error_with("epsilon", "-1") == "model: 'm': epsilon must be 0 or more, got -1");
    CHECK(error_with("threshold", "high") ==
          "model: 'm': metadata 'threshold' is not what it should be: 'high'");
  }

  TEST_CASE("the size of the pictures is in the file, and 3x32x32 where an older file has none") {
    nn::Safetensors file = model_file();
    CHECK(file.metadata.at("input") == "[3,32,32]");
    file.metadata.erase("input");
    CHECK(nn::parse_model_info(file, "m").input == nn::InputSize{3, 32, 32});

    nn::ModelInfo gray = kInfo;
    gray.input = {.channels = 1, .height = 28, .width = 20};
    gray.mean = {0.5};
    gray.std = {0.2};
    const auto network = nn::make_model(gray.architecture, 2, gray.input);
    const nn::Model model = nn::to_model(nn::to_safetensors(*network, gray), "m");
    CHECK(model.info.input == gray.input);
    CHECK(model.network->state_dict().at("conv1.weight").shape() == tensor::Shape{16, 1, 3, 3});
    CHECK((*model.network)(nn::Variable(nn::Tensor::zeros(model.info.input.batch(2)))).shape() ==
          tensor::Shape{2, 2});
  }

  TEST_CASE("sizes of pictures that cannot be are refused") {
    const auto error_with = [](const char* input) {
      nn::Safetensors file = model_file();
      file.metadata["input"] = input;
      return error_of([&] { nn::parse_model_info(file, "m"); });
    };
    CHECK(error_with("3x32x32") ==
          "model: 'm': metadata 'input' is not what it should be: '3x32x32'");
    CHECK(error_with("[32,32]") ==
          "model: 'm': expected input of three sizes, channels, height and width, got 2");
    const std::string range =
        "model: 'm': expected input of 1 to 256 channels and 1 to 1024 pixels a side, got ";
    for (const char* sizes :
         {"[0,32,32]", "[3,32,-1]", "[3,1025,32]", "[257,32,32]", "[3,null,32]", "[3,32,null]",
          "[null,32,32]", "[3,0,0]", "[3,18446744073709551615,32]"})
      CHECK(error_with(sizes) == range + sizes);
    for (const char* size : {"32.5", "\"32\"", "[32]", "true"})
      CHECK(error_with(("[3,32," + std::string(size) + "]").c_str()) ==
            "model: 'm': expected whole numbers or null as the sizes of the input, got '" +
                std::string(size) + "'");
    CHECK(error_with("[1,32,32]") ==
          "model: 'm': expected mean and std of 1 channels, got 3 and 3");
  }

  TEST_CASE("how pictures are made, and that any size is taken, is in the file") {
    using Mode = nn::Preprocess::Mode;
    using Filter = nn::Preprocess::Filter;
    const auto network = nn::make_model(kInfo.architecture, 2);
    const auto again = [&](const nn::InputSize& input, const nn::Preprocess& preprocess) {
      nn::ModelInfo info = kInfo;
      info.input = input;
      info.preprocess = preprocess;
      return nn::parse_model_info(nn::to_safetensors(*network, info), "m");
    };
    CHECK_FALSE(model_file().metadata.contains("preprocess"));
    for (const auto& [input, preprocess] : std::vector<std::pair<nn::InputSize, nn::Preprocess>>{
             {{3, 32, 32}, {}},
             {{3, 224, 160}, {.mode = Mode::crop, .filter = Filter::bicubic, .shorter = 256}},
             {{3, 64, 64}, {.filter = Filter::bicubic}},
             {{3, 0, 0}, {.mode = Mode::none}},
             {{3, 0, 0}, {.mode = Mode::none, .longest = 512}}}) {
      const nn::ModelInfo info = again(input, preprocess);
      CHECK(info.input == input);
      CHECK(info.preprocess == preprocess);
    }
    nn::Safetensors file = model_file();
    file.metadata["input"] = "[3,null,null]";
    CHECK(nn::parse_model_info(file, "m").input.any());
    CHECK(nn::parse_model_info(file, "m").preprocess.mode == Mode::none);
  }

  TEST_CASE("what pictures cannot be made by is refused in one line") {
    const auto error_with = [](const char* input, const char* preprocess) {
      nn::Safetensors file = model_file();
      file.metadata["input"] = input;
      file.metadata["preprocess"] = preprocess;
      return error_of([&] { nn::parse_model_info(file, "m"); });
    };
    const std::string prefix = "model: 'm': metadata 'preprocess': ";
    const char *at_32 = "[3,32,32]", *any = "[3,null,null]";
    CHECK(error_with(at_32, "squeeze") == prefix + "expected JSON, got 'squeeze'");
    CHECK(error_with(at_32, "[]") == prefix + "expected an object, got array");
    CHECK(error_with(at_32, "{}") == prefix + "no mode");
    CHECK(error_with(at_32, R"({"mode":1})") == prefix + "expected mode as text, got number");
    CHECK(error_with(at_32, R"({"mode":"pad"})") ==
          prefix + "expected mode squeeze, crop or none, got 'pad'");
    CHECK(error_with(at_32, R"({"mode":"squeeze","filter":"lanczos"})") ==
          prefix + "expected filter triangle or bicubic, got 'lanczos'");
    CHECK(error_with(at_32, R"({"mode":"squeeze","shorter":40})") ==
          prefix + "unknown member 'shorter'");
    CHECK(error_with(at_32, R"({"mode":"crop"})") == prefix + "no shorter");
    CHECK(error_with(at_32, R"({"mode":"crop","shorter":40.5})") ==
          prefix + "expected shorter as a whole number, got number");
    for (const char* shorter : {"31", "-1", "4097", "18446744073709551615"})
      CHECK(error_with(at_32, (R"({"mode":"crop","shorter":)" + std::string(shorter) + "}").c_str())
                .starts_with(prefix + "preprocess: expected a shorter side of 32 (the input's "
                                      "longer one) to 4096 pixels, got "));
    CHECK(error_with(at_32, R"({"mode":"none"})") ==
          prefix + "preprocess: none is for networks of any size");
    CHECK(error_with(any, R"({"mode":"squeeze"})") ==
          prefix + "preprocess: a network of any size takes pictures as they are (none)");
    CHECK(error_with(any, R"({"mode":"none","longest":1025})") ==
          prefix + "preprocess: expected a longest side of 1 to 1024 pixels, got 1025");
  }

  TEST_CASE("more classes than anybody can tell apart are refused, in a file and in a network") {
    nn::Safetensors file = model_file();
    std::string names = "[";
    for (int i = 0; i < 450'000; ++i) names += (i ? ",\"" : "\"") + std::to_string(i) + "\"";
    file.metadata["classes"] = names + "]";
    CHECK(error_of([&] { nn::to_model(file, "m"); }) ==
          "model: 'm': 450000 classes, at most 100000 are supported");
    CHECK(error_of([] { nn::make_model("wrn-10-1", 100'001); }) ==
          "model: expected at most 100000 classes, got 100001");
    CHECK(nn::parameter_count("wrn-10-1", 100'000) > 6'400'000);
  }

  TEST_CASE("a network that is far larger than its file is not even made") {
    nn::Safetensors file = model_file();
    file.metadata["architecture"] = "wrn-9994-10000";
    tensor::reset_peak_memory();
    const std::size_t before = tensor::memory_stats().live_bytes;
    const std::string error = error_of([&] { nn::to_model(file, "m"); });
    CHECK(tensor::memory_stats().peak_bytes - before < std::size_t{30} << 20);
    CHECK(error.starts_with("model: 'm': a wrn-9994-10000 has "));
    CHECK(error.find(" parameters, the file holds ") != std::string::npos);
  }

  TEST_CASE("a class count that does not fit the weights is a list of differences") {
    const tests::TempDir dir;
    nn::Safetensors file = model_file();
    file.metadata["classes"] = R"(["a","b","c"])";
    nn::write_safetensors(dir.path() / "m", file);
    const std::string error = error_of([&] { nn::load_model(dir.path() / "m"); });
    CHECK(error.find(
              "fc.bias has shape [2], expected [3]; fc.weight has shape [2,64], expected [3,64]") !=
          std::string::npos);
  }
}
