#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "odin/detect.h"
#include "odin/model_options.h"
#include "odin/native/pictures/picture.h"
#include "odin/native/sets/labelled_images.h"
#include "odin/tensor/ops.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

// Tests of the program with pictures of other sizes than 32x32.

using namespace odin;
using nlohmann::json;
using tensor::Tensor;
using tests::contains;
using tests::Result;
using tests::Workshop;

namespace {

/// A workshop with photographs of two classes, each of another size.
class Album : public Workshop {
 public:
  Album() {
    for (const char* part : {"photos", "tuning"}) {
      draw(part + std::string("/dusk"), 12, 0);
      draw(part + std::string("/noon"), 12, 0.5);
    }
  }

  void draw(const std::string& folder, std::int64_t count, double offset) const {
    std::filesystem::create_directories(path(folder));
    for (std::int64_t i = 0; i < count; ++i) {
      const auto noise = tensor::Random(9, static_cast<std::uint64_t>(i))
                             .uniform({3, 50 + 7 * (i % 3), 60 + 5 * (i % 4)});
      native::save_png(path(folder) + "/" + std::to_string(i) + ".png",
                       tensor::affine(noise, 0.5, offset));
    }
  }

  /// A model file with random weights.
  void write_model(const std::string& name, const std::string& architecture,
                   const nn::InputSize& input, const nn::Preprocess& preprocess) const {
    const auto network = nn::make_model(architecture, 3, input);
    nn::initialize(*network, 1);
    const auto channels = static_cast<std::size_t>(input.channels);
    nn::ModelInfo info{architecture, {"a", "b", "c"}, {}, {}, 500, 0.002, {}, ""};
    info.mean.assign(channels, 0.5);
    info.std.assign(channels, 0.25);
    info.input = input;
    info.preprocess = preprocess;
    nn::write_safetensors(path(name), nn::to_safetensors(*network, info));
  }

  /// The score that the library gives a picture.
  double score(const std::string& model, const std::string& picture) const {
    const nn::Model loaded = nn::load_model(path(model));
    return detect(loaded, native::load_picture(path(picture)).pixels()).odin;
  }
};

/// The lines of `odin detect --json`.
std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(json::parse(line));
  return lines;
}

const nn::Preprocess kNone{.mode = nn::Preprocess::Mode::none};

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("a detector of photographs at 64x64 is trained, tuned and used") {
    const Album a;
    Result r = a.run(
        "train --arch densenet-bc-10-4 --recipe fast --epochs 4 --batch 6 --lr 0.05 --size 64 "
        "--shorter 72 --data folder:photos --validation 6 --save n.safetensors --page n.html");
    CHECK(r.status == 0);
    CHECK(contains(r.out + r.err,
                   "18 images, 6 held out for validation; recipe fast, epochs: 4, 64x64"));
    const nn::ModelInfo info = nn::load_model(a.path("n.best.safetensors")).info;
    CHECK(info.input == nn::InputSize{3, 64, 64});
    CHECK(info.preprocess == nn::Preprocess{.mode = nn::Preprocess::Mode::crop, .shorter = 72});
    CHECK(json::parse(info.training)["augment"] == "resized-crop");
    CHECK(json::parse(info.training)["crop"] == 64);
    CHECK(contains(tests::read_text(a.path("n.html")), "resized-crop"));

    r = a.run(
        "tune --quiet --model n.best.safetensors --in folder:tuning --stand-in uniform "
        "--temperatures 1,1000 --epsilons 0,0.002 --save");
    CHECK(r.status == 0);
    r = a.run(
        "evaluate --quiet --model n.best.safetensors --in folder:tuning --out uniform:12 "
        "--details e.json");
    CHECK(r.status == 0);
    CHECK(contains(r.out, "24 images, 100.00% classified correctly"));
    CHECK(a.run("report --quiet e.json").status == 0);

    r = a.run("detect --json --model n.best.safetensors tuning/dusk/1.png tuning/noon/2.png");
    CHECK(r.status == 0);
    CHECK(contains(r.err, "resized and cropped to 64x64"));
    const auto found = lines_of(r.out);
    REQUIRE(found.size() == 2);
    CHECK(found[0]["class"] == "dusk");
    CHECK(found[1]["class"] == "noon");
    CHECK_FALSE(found[0]["verdict"].is_null());
    CHECK(found[0]["odin"] == doctest::Approx(a.score("n.best.safetensors", "tuning/dusk/1.png")));
    r = a.run("info n.best.safetensors");
    CHECK(contains(r.out, "input            RGB, 64x64\n"));
    CHECK(contains(
        r.out, "pictures         shorter side to 72 (triangle filter), then the middle 64x64\n"));

    r = a.run("train --quiet --resume n.checkpoint.safetensors --size 32");
    CHECK(r.status == 1);
    CHECK(contains(r.err,
                   "train: --size is 32, but the training in 'n.checkpoint.safetensors' was "
                   "started with 64"));
    r = a.run(
        "train --quiet --arch densenet-bc-10-4 --data folder:photos@resize --epochs 1 "
        "--from n.safetensors --save m2.safetensors");
    CHECK(r.status == 1);
    CHECK(contains(r.err, "takes pictures of 64x64 and 3 channels, this training has 32x32"));
    CHECK(a.run("average --quiet n.safetensors n.best.safetensors --data folder:photos --save "
                "mean.safetensors")
              .status == 0);
    CHECK(nn::load_model(a.path("mean.safetensors")).info.preprocess == info.preprocess);
  }

  TEST_CASE("a training at 64x64 that was stopped goes on to the same bits") {
    const Album a;
    const std::string train =
        "train --quiet --arch densenet-bc-10-2 --data folder:photos --size 64 --epochs 2 "
        "--batch 5 --cutout 8 --validation 2 ";
    REQUIRE(a.run(train + "--save whole.safetensors").status == 0);
    Result r = a.run(train + "--save part.safetensors --max-minutes 0.00001");
    CHECK(contains(r.err, "go on with odin train --resume"));
    REQUIRE(a.run("train --quiet --resume part.checkpoint.safetensors").status == 0);
    const auto weights = [&](const char* name) {
      return nn::read_safetensors(a.path(name)).tensors;
    };
    const auto whole = weights("whole.safetensors"), part = weights("part.safetensors");
    for (const auto& [name, tensor] : whole) CHECK(tests::same(tensor, part.at(name)));
    CHECK(nn::load_model(a.path("part.safetensors")).info.input == nn::InputSize{3, 64, 64});
  }

  TEST_CASE("networks of every family train and run at 48, 64, 96 and 128, in color and gray") {
    const Album a;
    for (const auto& [arch, size, channels] :
         std::vector<std::tuple<std::string, int, int>>{{"densenet-bc-10-2", 48, 3},
                                                        {"wrn-10-1", 64, 1},
                                                        {"densenet-bc-10-2", 96, 1},
                                                        {"wrn-10-1", 128, 3}}) {
      const std::string name = arch + std::to_string(size) + ".safetensors";
      const Result r = a.run("train --quiet --arch " + arch + " --data folder:photos --limit 6 " +
                             "--epochs 1 --batch 3 --validation 2 --size " + std::to_string(size) +
                             " --channels " + std::to_string(channels) + " --save " + name);
      CAPTURE(name);
      CHECK(r.err == "");
      REQUIRE(r.status == 0);
      const Result d = a.run("detect --json --model " + name + " photos/dusk/0.png");
      REQUIRE(d.status == 0);
      CHECK(contains(d.err, "RGB to gray") == (channels == 1));
      CHECK(lines_of(d.out)[0]["odin"] == doctest::Approx(a.score(name, "photos/dusk/0.png")));
    }
    const Result r = a.run("bench --arch wrn-10-1 --size 48x64 --batch 1 --repeats 1 --json");
    CHECK(json::parse(r.out)["size"] == "64x48");
    CHECK(a.run("bench --arch wrn-10-1 --size 0 --batch 1").status == 1);
  }

  TEST_CASE("at 32x32 the augmentation is the old one, and sizes that cannot be are refused") {
    const Album a;
    const std::string train = "train --quiet --arch densenet-bc-10-2 --epochs 1 --data ";
    REQUIRE(a.run(train + "folder:photos@resize --save n.safetensors").status == 0);
    const json record = json::parse(nn::load_model(a.path("n.safetensors")).info.training);
    CHECK(record["augment"] == "shift");
    CHECK(record["crop"] == 32);
    Result r = a.run(train + "folder:photos --save x.safetensors");
    CHECK(r.status == 1);
    CHECK(contains(r.err, "expected 32x32; say how it is to become that"));
    for (const auto& [options, what] : std::vector<std::pair<std::string, std::string>>{
             {"--size 4", "train: expected pictures of 8 to 1024 pixels a side, a multiple of 4"},
             {"--size 50", "train: expected pictures of 8 to 1024 pixels a side, a multiple of 4"},
             {"--size 2000", "train: expected pictures of 8 to 1024 pixels a side"},
             {"--size 64 --crop 72", "train: expected squares of 8 to 64 pixels"},
             {"--size 64 --shorter 60", "expected a shorter side of 64 "},
             {"--channels 2", "train: expected --channels 1 or 3, got 2"}}) {
      r = a.run(train + "folder:photos --save x.safetensors " + options);
      CAPTURE_BOUND(options);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, what));
    }
    CHECK_FALSE(std::filesystem::exists(a.path("x.safetensors")));
  }

  TEST_CASE("networks of any size take pictures of different sizes, a bad one among them") {
    const Album a;
    a.write_model("any.safetensors", "densenet-bc-10-2", {3, 0, 0}, kNone);
    native::save_png(a.path("tiny.png"), tensor::Random(1).uniform({3, 1, 1}));
    Result r = a.run("detect --json --model any.safetensors photos/dusk tiny.png p.png");
    CHECK(r.status == 1);
    CHECK(contains(r.err, "odin: 'tiny.png': "));
    CHECK(r.error_lines() == 1);
    const auto found = lines_of(r.out);
    REQUIRE(found.size() == 13);
    for (const json& one : found)
      CHECK(one["odin"] == doctest::Approx(a.score("any.safetensors", one["file"])));
    native::save_png(a.path("photos/dusk/tiny.png"), tensor::Random(1).uniform({3, 1, 1}));
    r = a.run(
        "evaluate --quiet --model any.safetensors --in folder:photos/dusk --out uniform:5 "
        "--scores scores");
    CHECK(r.status == 1);
    CHECK(contains(r.err, "tiny.png': "));
    CHECK(contains(r.out, "in: folder:photos/dusk, 12 images"));
    r = a.run(
        "tune --quiet --model any.safetensors --in folder:photos/dusk --out uniform:5 "
        "--temperatures 1 --epsilons 0");
    CHECK(contains(r.err, "tiny.png': "));
    r = a.run("info any.safetensors");
    CHECK(contains(r.out, "input            RGB, any size\n"));
    CHECK(contains(r.out, "as they are, up to 1024 pixels a side (triangle filter)"));
    CHECK(contains(r.out, " million a 224x224 image"));
    r = a.run("bench --model any.safetensors --batch 1");
    CHECK(r.status == 1);
    CHECK(contains(r.err, "takes pictures of any size; say which with --size"));
    CHECK(a.run("bench --model any.safetensors --batch 1 --size 40x24 --repeats 1").status == 0);
  }

  TEST_CASE("odin convert writes what a network takes and how pictures become that") {
    const Album a;
    const auto info_with = [&](const std::string& options) {
      const Result r = a.run("convert m.safetensors new.safetensors " + options);
      CAPTURE(r.err);
      REQUIRE(r.status == 0);
      return nn::load_model(a.path("new.safetensors")).info;
    };
    using Mode = nn::Preprocess::Mode;
    using Filter = nn::Preprocess::Filter;
    nn::ModelInfo info = info_with("--preset imagenet");
    CHECK(info.input == nn::InputSize{3, 224, 224});
    CHECK(info.mean == std::vector<double>{0.485, 0.456, 0.406});
    CHECK(info.std == std::vector<double>{0.229, 0.224, 0.225});
    CHECK(info.preprocess == nn::Preprocess{.mode = Mode::crop, .shorter = 256});
    CHECK_FALSE(info.temperature.has_value());
    info = info_with("--preset imagenet --size 288 --filter bicubic --mean 0,0,0");
    CHECK(info.input == nn::InputSize{3, 288, 288});
    CHECK(info.mean == std::vector<double>{0, 0, 0});
    CHECK(info.preprocess ==
          nn::Preprocess{.mode = Mode::crop, .filter = Filter::bicubic, .shorter = 329});
    CHECK(info_with("--preset imagenet --shorter 232").preprocess.shorter == 232);
    info = info_with("--preset none --size 48x64");
    CHECK(info.input == nn::InputSize{3, 48, 64});
    CHECK(info.std == std::vector<double>{1, 1, 1});
    CHECK(info.preprocess == nn::Preprocess{});
    info = info_with("--size any --longest 300");
    CHECK(info.input.any());
    CHECK(info.preprocess == nn::Preprocess{.mode = Mode::none, .longest = 300});
    CHECK(info_with("--float16").temperature == 500);

    // What a file says stays, and the default replaces it.
    a.write_model("crop.safetensors", "wrn-10-1", {3, 64, 64}, {.mode = Mode::crop, .shorter = 70});
    REQUIRE(a.run("convert crop.safetensors new.safetensors --float16").status == 0);
    CHECK(nn::load_model(a.path("new.safetensors")).info.preprocess.shorter == 70);
    REQUIRE(a.run("convert crop.safetensors new.safetensors --shorter 0").status == 0);
    CHECK(nn::load_model(a.path("new.safetensors")).info.preprocess == nn::Preprocess{});

    std::filesystem::remove(a.path("new.safetensors"));
    for (const auto& [options, what] : std::vector<std::pair<std::string, std::string>>{
             {"--size 0", "--size: expected N or HEIGHTxWIDTH, each from 1 to 1024, got '0'"},
             {"--size 64x", "got '64x'"},
             {"--size 64x64x3", "got '64x64x3'"},
             {"--size 1025", "got '1025'"},
             {"--size 99999999999999999999", "got '99999999999999999999'"},
             {"--shorter 20", "expected a shorter side of 32 "},
             {"--size any --shorter 64", "a network of any size takes pictures as they are"},
             {"--longest 64", "--longest is for --size any"},
             {"--size any --longest 5000", "expected a longest side of 1 to 1024 pixels"},
             {"--mean 0.5", "expected mean and std of 3 channels, got 1 and 3"}}) {
      const Result r = a.run("convert m.safetensors new.safetensors " + options);
      CAPTURE_BOUND(options);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, what));
      CHECK_FALSE(std::filesystem::exists(a.path("new.safetensors")));
    }
  }

  TEST_CASE("more pictures than memory are refused before the first is read") {
    CHECK(tests::error_of([] {
            native::check_memory_for(10'000'000, {3, 1024, 1024});
          }).starts_with("10000000 images of 1024x1024 take 31457.3 GB, this machine has "));
    native::check_memory_for(1000, {3, 64, 64});
  }
}
