#define DOCTEST_CONFIG_IMPLEMENT  // picture_files.cpp checks with it
#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "odin/native/scoring/evaluation.h"
#include "odin/native/scoring/tuning.h"
#include "odin/native/system/json_text.h"
#include "odin/native/training/run_state.h"
#include "odin/nn/initialize.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/model_file.h"
#include "odin/nn/models/make_model.h"
#include "odin/tensor/random.h"
#include "odin/tests/native/pictures/picture_files.h"
#include "odin/tests/native/sets/cifar_records.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/tests/nn/onnx_writer.h"

// make_corpus FOLDER: writes valid files, made by the project's own writers, for each fuzzer to
// start from: FOLDER/FUZZER/NAME.

using namespace odin;
using namespace odin::tests;

namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

/// The seeds of one fuzzer.
class Seeds {
 public:
  Seeds(const fs::path& folder, const char* fuzzer) : folder_(folder / fuzzer) {
    fs::create_directories(folder_);
  }
  void add(const std::string& name, std::span<const std::byte> bytes) const {
    nn::write_file_atomically(folder_ / name, bytes);
  }
  void add(const std::string& name, const std::string& text) const { add(name, as_bytes(text)); }

 private:
  fs::path folder_;
};

void make_pictures(const Seeds& seeds) {
  constexpr int kSide = 12;
  seeds.add("odin.png", native::encode_png(tensor::Random(1).uniform({3, 9, 7}), "x"));
  const std::tuple<const char*, PngColors, int> kinds[] = {
      {"gray", kGray, 1}, {"rgb", kRgb, 3}, {"gray_alpha", kGrayAlpha, 2}, {"rgba", kRgba, 4}};
  for (const auto& [name, colors, channels] : kinds)
    for (const int bits : {8, 16})
      seeds.add(name + std::to_string(bits) + ".png",
                png(kSide, kSide, bits, colors, ramp(kSide * kSide, channels * bits / 8)));
  seeds.add("palette.png", png(4, 2, 8, kPalette, std::string("\0\1\1\0\0\1\0\1", 8),
                               png_chunk("PLTE\1\2\3\4\5\6") + png_chunk("tRNS\x80")));
  const std::string rgb = ramp(kSide * kSide, 3);
  seeds.add("plain.jpg", jpeg(kSide, kSide, rgb));
  seeds.add("turned.jpg", jpeg(kSide, kSide, rgb, {.exif = "Exif\0\0"s + exif_with(6)}));
  seeds.add("progressive.jpg", jpeg(kSide, kSide, rgb, {.progressive = true}));
  seeds.add("restarts.jpg", jpeg(kSide, kSide, rgb, {.restart_rows = 1}));
  seeds.add("gray.jpg", jpeg(kSide, kSide, ramp(kSide * kSide, 1),
                             {.given = JCS_GRAYSCALE, .stored = JCS_GRAYSCALE}));
  seeds.add("cmyk.jpg",
            jpeg(kSide, kSide, ramp(kSide * kSide, 4),
                 {.given = JCS_CMYK, .stored = JCS_YCCK, .jfif = false, .adobe = true}));
  for (const bool lossless : {false, true}) {
    const std::string kind = lossless ? "lossless" : "lossy";
    const std::string file = webp(kSide, kSide, 3, rgb, lossless);
    seeds.add(kind + ".webp", file);
    seeds.add(kind + "_exif.webp", with_exif(file, kSide, kSide, exif_with(3, lossless)));
    seeds.add(kind + "_alpha.webp", webp(kSide, kSide, 4, ramp(kSide * kSide, 4), lossless));
  }
  seeds.add("24.bmp", bmp(kSide, kSide, rgb));
  seeds.add("4.bmp", bmp_file(bmp_info(2, 2, 4, 0, 2), ramp(2, 4), "\x01\0\0\0\x10\0\0\0"s));
  seeds.add("runs.bmp", bmp_file(bmp_info(4, 2, 8, 1, 2), ramp(2, 4), "\4\1\0\0\0\4\0\1\1\0\0\1"s));
}

nn::ModelInfo small_info() {
  nn::ModelInfo info{
      "densenet-bc-10-2",     {"a", "b", "c"}, {0.5, 0.5, 0.5}, {0.25, 0.25, 0.25}, 500, 0.002, 0.1,
      R"({"recipe":"paper"})"};
  info.tuning = R"({"selection":"in-set"})";
  return info;
}

void make_safetensors(const Seeds& seeds, const Seeds& checkpoints) {
  nn::Safetensors content;
  content.tensors["a.weight"] = tensor::Random(1).normal({2, 3});
  content.tensors["module.b"] = tensor::Tensor::from(std::vector<std::int64_t>{1, 2}, {2});
  content.tensors["c"] = tensor::Tensor::from(std::vector<double>{0.5}, {});
  content.tensors["empty"] = tensor::Tensor::zeros({0, 4});
  content.metadata = {{"format", "pt"}, {"classes", R"(["a","b"])"}};
  seeds.add("f32", nn::serialize_safetensors(content));
  seeds.add("f16", nn::serialize_safetensors(content, nn::FloatStorage::f16));
  seeds.add("nothing", nn::serialize_safetensors({}));
  checkpoints.add("file.safetensors", nn::serialize_safetensors(content));
}

/// PyTorch's files, and the pickles in them.
void make_checkpoints(const Seeds& checkpoints, const Seeds& pickles) {
  for (const auto& entry : fs::directory_iterator(golden("checkpoints"))) {
    if (entry.path().extension() == ".safetensors") continue;
    const auto bytes = nn::read_file(entry.path());
    const std::string name = entry.path().filename().string();
    checkpoints.add(name, bytes);
    const std::string text = as_text(bytes);
    std::size_t at = text.find("\x80\x02");
    for (int part = 0; at != text.npos && part < 4; at = text.find("\x80\x02", at + 2), ++part)
      pickles.add(name + "." + std::to_string(part), text.substr(at));
  }
  pickles.add("numbers", "\x80\x04](K\1M\1\2J\1\0\0\0\x8a\2\1\2G?\xf0\0\0\0\0\0\0N\x88\x89\x65."s);
  pickles.add("set", "\x80\x04\x8f(\x8c\1a\x94\x8c\1b\x94\x90."s);
  pickles.add("object", "\x80\x04\x8c\1m\x94\x8c\1C\x94\x93\x94)\x81\x94}\x8c\1k\x94K\1sb."s);
}

std::string joined(const std::map<std::string, std::string>& metadata) {
  std::string text;
  for (const auto& [key, value] : metadata) text += key + '\0' + value + '\0';
  return text;
}

native::RunState some_run() {
  native::RunState run;
  run.settings.architecture = "densenet-bc-10-2";
  run.settings.data = "cifar10:data";
  run.settings.save = "m.safetensors";
  run.settings.training.epochs = 3;
  run.after = R"({"recipe":"paper"})";
  run.seconds = 12.5;
  for (int epoch = 1; epoch <= 2; ++epoch) {
    native::EpochFigures f;
    f.epoch = epoch;
    f.learning_rate = 0.1;
    f.loss = 1.0 / epoch;
    f.train_accuracy = 0.25 * epoch;
    if (epoch == 2) f.validation_accuracy = 0.5;
    f.seconds = 6.0 * epoch;
    f.images_per_second = 100;
    run.log.push_back(f);
  }
  return run;
}

void make_run_states(const Seeds& runs, const Seeds& logs) {
  nn::Safetensors checkpoint;
  native::write_run_state(some_run(), checkpoint);
  runs.add("run", checkpoint.metadata["run"] + '\0' + checkpoint.metadata["log"]);
  logs.add("log.csv", checkpoint.metadata["log"]);
}

/// What `odin evaluate` and `odin tune` write, for a small network and a few images.
void make_reports(const Seeds& seeds) {
  const TempDir dir;
  const auto network = nn::make_model("densenet-bc-10-2", 10);
  nn::initialize(*network, 1);
  nn::ModelInfo info = small_info();
  info.classes = {"airplane", "automobile", "bird",  "cat",  "deer",
                  "dog",      "frog",       "horse", "ship", "truck"};
  const std::string model = (dir.path() / "m.safetensors").string();
  nn::write_safetensors(model, nn::to_safetensors(*network, info));
  dir.write("test_batch.bin", cifar_records(10));
  const std::string in = "cifar10:" + dir.path().string();

  native::EvaluationOptions options;
  options.model = model;
  options.in = in;
  options.out = {"uniform:6", "gaussian:6"};
  const native::Evaluation evaluation(options);
  const auto result = evaluation.run();
  seeds.add("evaluation.json", native::to_json(options, result));
  // The pictures' bytes say nothing to the reader, and room is dear.
  auto details = nlohmann::json::parse(native::to_detailed_json(evaluation, result));
  for (auto& set : details["details"]["out"])
    for (auto& picture : set["extremes"]) picture["png"] = "iVBORw0KGgo=";
  for (auto& picture : details["details"]["in"]["extremes"]) picture["png"] = "iVBORw0KGgo=";
  seeds.add("details.json", native::json_text(details));

  native::TuningOptions tuning;
  tuning.model = model;
  tuning.in = in;
  tuning.out = {"uniform:6"};
  tuning.grid.temperatures = {1, 1000};
  tuning.grid.epsilons = {0, 0.002};
  native::Tuning tuned(tuning);
  tuned.run();
  seeds.add("tuning.json",
            native::json_text(nlohmann::json::parse(native::to_json(tuning, tuned.result()))));
  seeds.add("log.csv", native::to_csv(some_run().log));
}

void make_texts(const fs::path& corpus) {
  const Seeds scores(corpus, "scores");
  scores.add("plain", "0.5\n-1e-3\ninf\n\n2\n"s);
  scores.add("named", "file,score\na.png,0.25\nb.png,0.5\n"s);
  scores.add("tabs", "\xEF\xBB\xBF# score\tn\r\n0.25\t1\r\n0.5\t2\r\n"s);
  const Seeds text(corpus, "text");
  text.add("columns", "\xEF\xBB\xBF\"a b\";c\r\n1;2\r3;\r\n"s);
  text.add("utf16", "\xFF\xFE\x61\0\n\0\x3d\xd8\x00\xde"s);
  text.add("hostile", "\x1b[31m\xc2\x9b\xe2\x80\xae\xff\n"s);
  const Seeds classes(corpus, "classes");
  classes.add("same", "cat\ndog\n\0Dog\nCat\n"s);
  classes.add("subset", "polar bear\nship\n\0ship\npolar_bear\ntruck\n"s);
  classes.add("numbers", "0\n1\n\0cat\ndog\n"s);

  const Seeds http(corpus, "http");
  http.add("get", "GET /a%20b/?q HTTP/1.1\r\nHost: localhost:8080\r\nConnection: close\r\n\r\n"s);
  http.add("head",
           "HEAD http://[::1]:80/ HTTP/1.1\r\nHost: [::1]\r\nIf-None-Match: \"1\"\r\n\r\n"s);
  http.add("range", "GET /assets/a-12345678.js HTTP/1.0\nRange: bytes=1-20\nIf-Range: \"1\"\n\n"s);

  const Seeds cifar(corpus, "cifar");
  std::string ten, hundred;
  for (int i = 0; i < 100; ++i) (i < 10 ? ten : hundred) += "c" + std::to_string(i) + "\n";
  hundred = ten + hundred;
  cifar.add("10", "\0"s + ten + '\0' + cifar_records(1));
  cifar.add("100", "\1"s + hundred + '\0' + '\7' + cifar_records(1));
}

/// A network of every part: convolution, normalization, constants, a linear layer.
void make_onnx(const Seeds& models, const Seeds& graphs) {
  using namespace odin::tests::onnx;
  for (const std::int64_t opset : {9, 13, 18}) {
    Model m(opset);
    m.input("x", {-1, 3, 6, 6});
    m.tensor(floats("w", {4, 3, 3, 3}, std::vector<float>(108, 0.5f)));
    for (const char* name : {"s", "b", "m", "v"})
      m.tensor(floats(name, {4}, std::vector<float>(4, 1.0f)));
    m.tensor(floats("fc", {4, 3}, std::vector<float>(12, 0.25f)));
    m.node("Conv", {"x", "w"}, {"c"}, {list("pads", {1, 1, 1, 1})});
    m.node("BatchNormalization", {"c", "s", "b", "m", "v"}, {"n"}).node("Relu", {"n"}, {"r"});
    m.node("Shape", {"r"}, {"shape"}).tensor(integers("rows", {0, 4, -1}));
    m.node("Reshape", {"r", "rows"}, {"t"});
    m.node("ReduceMean", {"t"}, {"p"}, {list("axes", {2}), attribute("keepdims", 0)});
    m.node("MatMul", {"p", "fc"}, {"y"}).node("Softmax", {"y"}, {"z"}).output("z");
    models.add("opset" + std::to_string(opset), m.bytes());
  }
  graphs.add(
      "small",
      R"({"input":"input","output":"fc","nodes":[{"op":"conv2d","inputs":["input","w","a"],"output":"c","attributes":{"padding":[1,1,1,1]}},{"op":"leaky_relu","inputs":["c"],"output":"r","attributes":{"slope":0.5}},{"op":"reshape","inputs":["r"],"output":"t","attributes":{"shape":["N",4,36]}},{"op":"mean","inputs":["t"],"output":"p","attributes":{"dims":[2]}},{"op":"linear","inputs":["p","m"],"output":"fc"}]})"s);
}

void make_corpus(const fs::path& corpus) {
  const Seeds checkpoints(corpus, "checkpoint");
  make_pictures(Seeds(corpus, "picture"));
  make_safetensors(Seeds(corpus, "safetensors"), checkpoints);
  make_checkpoints(checkpoints, Seeds(corpus, "pickle"));
  const auto network = nn::make_model("densenet-bc-10-2", 3);
  // engine_fuzz.cpp says what comes before a model: no options, the size of the picture.
  const auto model = nn::serialize_safetensors(nn::to_safetensors(*network, small_info()));
  const Seeds engine(corpus, "engine");
  engine.add("model", "\0\0\0\0\0\x1f\x1f"s + std::string(tests::as_text(model)));
  engine.add("small", "\0\1"s + raw(10.0) + "\1"s + raw(0.01) + "\1"s + raw(0.4) + "\1\7\5"s +
                          std::string(tests::as_text(model)));
  engine.add("program",
             "\1"s + "\0"s + raw(2.0) + "\0\0"s + "\1"s + raw(3.0) + "\0\0"s + "\x09\0\1"s);
  Seeds(corpus, "metadata")
      .add("model", joined(nn::to_safetensors(*network, small_info()).metadata));
  make_onnx(Seeds(corpus, "onnx"), Seeds(corpus, "graph"));
  make_run_states(Seeds(corpus, "run_state"), Seeds(corpus, "log"));
  make_reports(Seeds(corpus, "report"));
  make_texts(corpus);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: make_corpus FOLDER\n");
    return 2;
  }
  try {
    make_corpus(arguments[1]);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "make_corpus: %s\n", e.what());
    return 1;
  }
}
