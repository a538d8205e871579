#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "odin/nn/io/half.h"
#include "odin/tensor/ops/elementwise.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/tests/work_time.h"

// Tests of `odin convert` with model files; program_test.cpp tests it with checkpoints.

using namespace odin;
using tests::contains;
using tests::Result;
using tests::Workshop;

namespace {

/// Writes the workshop's model, modified by `change`, to a file.
void write_changed(const Workshop& w, const std::string& name,
                   const std::function<void(nn::Safetensors&)>& change) {
  nn::Safetensors file = nn::read_safetensors(w.path("m.safetensors"));
  change(file);
  nn::write_safetensors(w.path(name), file);
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE(
      "odin convert removes a prefix, leaves out counters and, with --partial, other tensors") {
    const Workshop w;
    write_changed(w, "wrapped.safetensors", [](auto& file) {
      nn::StateDict wrapped;
      for (const auto& [name, t] : file.tensors) wrapped["model._orig_mod." + name] = t;
      wrapped["n_averaged"] = tensor::Tensor::zeros({}, tensor::DType::i64);
      file.tensors = wrapped;
    });
    const Result r = w.run("convert wrapped.safetensors out.safetensors");
    CHECK(r.status == 0);
    CHECK(contains(r.err, "note: the prefix 'model.' of the names is left out\n"));
    CHECK(contains(r.err, "note: left out, since they only count something: 'n_averaged'\n"));
    const auto expected = nn::read_safetensors(w.path("m.safetensors")).tensors;
    const auto found = nn::read_safetensors(w.path("out.safetensors")).tensors;
    REQUIRE(found.size() == expected.size());
    for (const auto& [name, t] : expected) CHECK(tests::same(found.at(name), t));

    write_changed(w, "more.safetensors", [](auto& file) {
      for (const auto& [name, t] : nn::StateDict(file.tensors)) file.tensors["ema." + name] = t;
      file.tensors["loss.weight"] = tensor::Tensor::zeros({3});
    });
    const Result refused = w.run("convert more.safetensors no.safetensors");
    CHECK(refused.status == 1);
    CHECK(refused.error_lines() == 1);
    CHECK(contains(refused.err, "unexpected 'ema."));
    CHECK(w.run("convert --key ema more.safetensors ema.safetensors").status == 0);
    write_changed(w, "loss.safetensors",
                  [](auto& file) { file.tensors["loss.weight"] = tensor::Tensor::zeros({3}); });
    const Result surplus = w.run("convert loss.safetensors no.safetensors");
    CHECK(surplus.status == 1);
    CHECK(contains(surplus.err, "unexpected 'loss.weight' [3]"));
    CHECK_FALSE(std::filesystem::exists(w.path("no.safetensors")));
    const Result partial = w.run("convert --partial loss.safetensors part.safetensors");
    CHECK(partial.status == 0);
    CHECK(contains(partial.err, "left out, since the network does not have them: 'loss.weight'"));
  }

  TEST_CASE("a small file does not make odin convert build a large network") {
    const Workshop w;
    write_changed(w, "small.safetensors", [](auto& file) {
      file.metadata["architecture"] = "wrn-28-1000";
      file.tensors = {{"x", tensor::Tensor::zeros({1})}};
    });
    for (const char* command :
         {"convert small.safetensors out.safetensors", "info small.safetensors",
          "detect --model small.safetensors p.png"}) {
      const Result r = w.run(command);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(contains(r.err, "wrn-28-1000"));
    }
  }

  TEST_CASE("odin convert reads long lists of classes at once, and a folder is none") {
    const Workshop w;
    std::ofstream names(w.path("names.txt"));
    for (int i = 0; i < 200'000; ++i) names << "class " << i << "\n";
    names << "class 7\n";
    names.close();
    const auto start = std::chrono::steady_clock::now();
    const Result twice = w.run("convert m.safetensors out.safetensors --classes names.txt");
    CHECK(contains(twice.err, "line 200001: 'class 7' names a class twice"));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5 * tests::kSlowness));
    const Result folder = w.run("convert m.safetensors out.safetensors --classes .");
    CHECK(folder.status == 1);
    CHECK(contains(folder.err, "is a directory, expected a file"));
  }

  TEST_CASE("odin convert --float16 rounds the weights and keeps all that a model says of itself") {
    const Workshop w;
    write_changed(w, "noted.safetensors", [](auto& file) { file.metadata["note"] = "of a user"; });
    const Result r = w.run("convert noted.safetensors half.safetensors --float16");
    CHECK(r.status == 0);
    CHECK(contains(r.err, "parameters in float16"));
    const nn::Safetensors before = nn::read_safetensors(w.path("noted.safetensors"));
    const nn::Safetensors half = nn::read_safetensors(w.path("half.safetensors"));
    CHECK(half.metadata == before.metadata);
    REQUIRE(half.tensors.size() == before.tensors.size());
    for (const auto& [name, t] : before.tensors) {
      std::vector<float> expected = t.to_vector<float>();
      for (float& value : expected) value = nn::half_to_float(nn::float_to_half(value));
      CHECK(half.tensors.at(name).to_vector<float>() == expected);
    }
    CHECK(contains(w.run("info noted.safetensors").out, "stored as        float32, "));
    CHECK(contains(w.run("info half.safetensors").out, "stored as        float16, "));
    CHECK(w.run("detect --model half.safetensors p.png").status == 0);

    CHECK(w.run("convert half.safetensors wide.safetensors").status == 0);
    const nn::Safetensors wide = nn::read_safetensors(w.path("wide.safetensors"));
    CHECK(nn::stored_types(w.path("wide.safetensors")) == std::set<std::string>{"F32"});
    for (const auto& [name, t] : half.tensors) CHECK(tests::same(wide.tensors.at(name), t));
  }

  TEST_CASE("a weight that float16 can not hold is named, and nothing is written") {
    const Workshop w;
    write_changed(w, "large.safetensors", [](auto& file) {
      tensor::fill_(file.tensors.at("block1.layer.0.bn1.running_var"), 70000);
    });
    const Result r = w.run("convert large.safetensors out.safetensors --float16");
    CHECK(r.status == 1);
    CHECK(r.error_lines() == 1);
    CHECK(contains(r.err,
                   "tensor 'block1.layer.0.bn1.running_var': 70000 is beyond float16's range"));
    CHECK_FALSE(std::filesystem::exists(w.path("out.safetensors")));
    CHECK(w.run("convert large.safetensors out.safetensors").status == 0);
  }

  TEST_CASE("a variance too small for float16 becomes 0, which batch normalization bears") {
    const Workshop w;
    write_changed(w, "small.safetensors", [](auto& file) {
      tensor::fill_(file.tensors.at("block1.layer.0.bn1.running_var"), 1e-9);
    });
    CHECK(w.run("convert small.safetensors half.safetensors --float16").status == 0);
    const nn::Safetensors half = nn::read_safetensors(w.path("half.safetensors"));
    for (const float value : half.tensors.at("block1.layer.0.bn1.running_var").to_vector<float>())
      CHECK(value == 0);
    const auto score = [&](const std::string& model) {
      const Result r = w.run("detect --json --model " + model + " p.png");
      CHECK(r.status == 0);
      return nlohmann::json::parse(r.out)["msp"].get<double>();
    };
    CHECK(std::abs(score("half.safetensors") - score("small.safetensors")) < 1e-2);
  }

  TEST_CASE("options of odin convert replace what a model file says") {
    const Workshop w;
    std::ofstream(w.path("classes.txt")) << "x\ny\nz\n";
    CHECK(
        w.run("convert m.safetensors new.safetensors --classes classes.txt --mean 0,0,0").status ==
        0);
    const nn::ModelInfo info = nn::load_model(w.path("new.safetensors")).info;
    CHECK(info.classes == std::vector<std::string>{"x", "y", "z"});
    CHECK(info.mean == std::vector<double>{0, 0, 0});
    CHECK(info.std == std::vector<double>{0.25, 0.25, 0.25});
    CHECK_FALSE(info.temperature.has_value());  // it was chosen for another mean
    CHECK_FALSE(info.threshold.has_value());
    CHECK(w.run("convert m.safetensors named.safetensors --classes classes.txt").err.find("note") ==
          std::string::npos);
    CHECK(nn::load_model(w.path("named.safetensors")).info.temperature == 500);
    const Result r = w.run("convert m.safetensors bad.safetensors --arch wrn-10-1");
    CHECK(r.status == 1);
    CHECK(contains(r.err, "'m.safetensors' is not a wrn-10-1 with 3 classes"));
  }

  TEST_CASE("the mean of pixels in [0,255] is refused, with what to do") {
    const Workshop w;
    const Result r = w.run("convert m.safetensors x.safetensors --mean 125.3,123.0,113.9");
    CHECK(r.status == 1);
    CHECK(contains(r.err,
                   "expected the mean of pixels in [0,1], got 125.3 (of pixels in [0,255] "
                   "divide it by 255)"));
    CHECK(contains(w.run("convert m.safetensors x.safetensors --std 63,62,66").err,
                   "expected standard deviations of pixels in [0,1], above 0, got 63"));
    CHECK_FALSE(std::filesystem::exists(w.path("x.safetensors")));
  }

  TEST_CASE("a file of class names is read as people write them, and its errors name the line") {
    const Workshop w;
    const auto convert = [&](const std::string& names) {
      std::ofstream(w.path("classes.txt")) << names;
      return w.run("convert m.safetensors new.safetensors --classes classes.txt").err;
    };
    convert("\xEF\xBB\xBFx \r\n\ny\t\nz");
    CHECK(nn::load_model(w.path("new.safetensors")).info.classes ==
          std::vector<std::string>{"x", "y", "z"});
    CHECK(contains(convert("x\n\nr\xE9t\nz"), "'classes.txt', line 3: "));
    CHECK(contains(convert("x\nr\xE9t\nz"), " is not UTF-8, as the names of classes are"));
    CHECK(contains(convert("x\ny\nx "), "'classes.txt', line 3: 'x' names a class twice"));
  }

  TEST_CASE("weights that do not say what they are need the options, which are named") {
    const Workshop w;
    write_changed(w, "bare.safetensors", [](auto& file) { file.metadata = {{"format", "pt"}}; });
    const Result r =
        w.run("convert bare.safetensors out.safetensors --float16 --arch densenet-bc-10-2");
    CHECK(r.status == 1);
    CHECK(
        r.err ==
        "odin: convert: 'bare.safetensors' is no model file: it needs --classes, --mean, --std\n");
    CHECK_FALSE(std::filesystem::exists(w.path("out.safetensors")));
  }
}
