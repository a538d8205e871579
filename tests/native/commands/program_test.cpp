#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "odin/nn/io/model_file.h"
#include "odin/nn/models/make_model.h"
#include "odin/tensor/device.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/device.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

// Tests of the program as a process.

using namespace odin;
using nlohmann::json;
using tests::contains;
using tests::Result;
using tests::Workshop;

TEST_SUITE("native") {
  TEST_CASE("odin detect --json prints one object with 17 digits a picture") {
    const Workshop w;
    const Result r = w.run("detect --model m.safetensors --json p.png");
    CHECK(r.status == 0);
    CHECK(r.err == "");
    const json line = json::parse(r.out);
    CHECK(line.size() == 6);
    CHECK(line["file"] == "p.png");
    CHECK(line["class"] == std::string(1, static_cast<char>('a' + line["label"].get<int>())));
    CHECK(line["msp"].get<double>() > 1.0 / 3);
    CHECK(line["verdict"] == (line["odin"].get<double>() > 0.1 ? "in" : "out"));
    CHECK(r.out.find(R"({"file": "p.png", "label": )") == 0);
  }

  TEST_CASE("the model's threshold counts only with the model's temperature and epsilon") {
    const Workshop w;
    const auto verdict = [&](const std::string& options) {
      const Result r = w.run("detect --model m.safetensors --json p.png " + options);
      CHECK(r.status == 0);
      return json::parse(r.out)["verdict"];
    };
    CHECK(verdict("") != nullptr);
    CHECK(verdict("--temperature 500") != nullptr);
    CHECK(verdict("--temperature 10") == nullptr);
    CHECK(verdict("--epsilon 0") == nullptr);
    CHECK(verdict("--temperature 10 --threshold 0.01") == "in");
    CHECK(verdict("--threshold 0.99") == "out");
  }

  TEST_CASE("results that do not reach a file on a full disk are an error, not silence") {
    if (!std::filesystem::exists("/dev/full")) {
      MESSAGE("skipped: this system has no /dev/full");
      return;
    }
    const Workshop w;
    std::ofstream(w.path("s.txt")) << "1\n2\n";
    for (const char* command :
         {"detect --json --model m.safetensors p.png", "detect --model m.safetensors p.png",
          "info m.safetensors", "metrics --in s.txt --out s.txt --json"}) {
      CAPTURE(command);
      const std::string line = "cd '" + w.folder().string() + "' && " +
                               tests::call_of_odin(command) + " >/dev/full 2>err.txt";
      CHECK(WEXITSTATUS(std::system(line.c_str())) == 1);
      CHECK(tests::read_text(w.path("err.txt"))
                .starts_with("odin: the results can not be written: "));
    }
  }

  TEST_CASE("what a number of an option may be is said in a short line") {
    const Workshop w;
    CHECK(w.run("evaluate --in uniform:3 --out uniform:3 --limit 0").err ==
          "odin: --limit: expected a number above 0, got 0 (odin --help)\n");
    CHECK(w.run("detect --threads -1 p.png").err ==
          "odin: --threads: expected a number of 0 or more, got -1 (odin --help)\n");
    CHECK(w.run("tune --in uniform:3 --temperatures nan").status == 2);
    for (const char* command : {"detect", "evaluate", "train", "info"})
      CHECK(w.run(command + std::string(" --help")).out.find("--threads, --device") !=
            std::string::npos);
    const Result nan = w.run("detect --model m.safetensors --threshold nan p.png");
    CHECK(nan.status == 1);
    CHECK(nan.err == "odin: odin: expected a number as threshold, got nan\n");
  }

  TEST_CASE("other sizes and kinds of pictures are changed with a note") {
    const Workshop w;
    native::save_png(w.path("wide.png"), tensor::Random(1).uniform({3, 20, 50}));
    const Result r = w.run("detect --model m.safetensors wide.png");
    CHECK(r.status == 0);
    CHECK(r.err == "note: 'wide.png': 50x20 resized to 32x32\n");
    CHECK(w.run("detect --quiet --model m.safetensors wide.png").err == "");
  }

  TEST_CASE("one bad file among many is reported and the rest is done") {
    const Workshop w;
    std::ofstream(w.path("bad.png")) << "no picture";
    std::ofstream(w.path("empty.jpg"));
    const Result r =
        w.run("detect --model m.safetensors --json p.png bad.png missing.png empty.jpg p.png");
    CHECK(r.status == 1);
    CHECK(std::count(r.out.begin(), r.out.end(), '\n') == 2);
    CHECK(r.error_lines() == 3);
    CHECK(r.err.find("'bad.png'") != std::string::npos);
    const Result folder = w.run("detect --model m.safetensors --json .");
    CHECK(folder.status == 1);  // the folder contains the two bad files
    CHECK(std::count(folder.out.begin(), folder.out.end(), '\n') == 1);
  }

  TEST_CASE("names that the system does not take are said as names of other files are") {
    const tests::Workshop w;
    std::filesystem::create_symlink("loop", w.path("loop"));
    const std::string longest(300, 'a');
    const std::string train =
        "train --arch densenet-bc-10-2 --epochs 1 --data folder:. --recipe fast --save ";
    for (const auto& [command, message] : std::vector<std::pair<std::string, std::string>>{
             {"detect --model m.safetensors loop/x.png",
              "odin: 'loop/x.png': Too many levels of symbolic links"},
             {"detect --model loop p.png", "odin: 'loop': Too many levels of symbolic links"},
             {"detect --model " + longest + " p.png", ": File name too long"},
             {"detect --model m.safetensors " + longest, ": File name too long"},
             {"info " + longest, ": File name too long"},
             {"serve --site " + longest, ": File name too long"},
             {train + longest, ": File name too long"},
             {train + "loop/m.safetensors", ": Too many levels of symbolic links"}}) {
      CAPTURE_BOUND(command);
      const Result r = w.run(command);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK_FALSE(contains(r.err, "filesystem error"));
      CHECK_MESSAGE(contains(r.err, message), r.err);
    }
    // The others are judged all the same.
    CHECK(contains(w.run("detect --model m.safetensors loop/x.png p.png").out, "p.png"));
  }

  TEST_CASE("a wrong command line is 2, bad input is 1, both in one line") {
    const Workshop w;
    for (const char* wrong :
         {"", "conjure", "detect", "detect --temperature warm p.png", "detect --nonsense p.png",
          "train --arch wrn-10-1", "detect --device abacus p.png"}) {
      CAPTURE(wrong);
      const Result r = w.run(wrong);
      CHECK(r.status == 2);
      CHECK(r.error_lines() == 1);
    }
    for (const char* bad :
         {"detect --model nothing.safetensors p.png", "detect --model p.png p.png",
          "detect --model m.safetensors --temperature 0 p.png",
          "detect --model m.safetensors --temperature nan p.png",
          "detect --model m.safetensors --epsilon -1 p.png",
          "detect --model m.safetensors --epsilon nan p.png", "info nothing",
          "train --arch wrn-10-1 --data cifar10:nowhere --save s",
          "train --arch wrn-11-1 --data mnist:x --save s"}) {
      CAPTURE(bad);
      const Result r = w.run(bad);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(r.out == "");
    }
    CHECK(w.run("--help").status == 0);
    CHECK(w.run("detect --help").out.find("--temperature") != std::string::npos);
    CHECK(w.run("--version").out.starts_with("odin "));
  }

  TEST_CASE("a device that is not there is said in one line") {
    const Workshop w;
    ::setenv("CUDA_VISIBLE_DEVICES", "", 1);
    const Result r = w.run("detect --model m.safetensors --device cuda p.png");
    ::unsetenv("CUDA_VISIBLE_DEVICES");
    CHECK(r.status == 1);
    CHECK(r.out == "");
    const std::string why = tensor::why_no_cuda();
    CHECK(r.err ==
          "odin: device: " + (why.empty() ? "there is no GPU here that CUDA can use" : why) + "\n");
  }

  TEST_CASE("memory that a GPU has not is said in one line, with its size" *
            tests::on_cuda_only()) {
    if (tensor::describe(tensor::Device::cuda) != "CUDA on the CPU") {
      MESSAGE("skipped: only the stand-in's memory can be made small");
      return;
    }
    const Workshop w;
    const auto with_memory = [&](const char* bytes, const std::string& command) {
      ::setenv("CUDA_ON_CPU_BYTES", bytes, 1);
      const Result r = w.run(command);
      ::unsetenv("CUDA_ON_CPU_BYTES");
      return r;
    };
    const std::string bench = "bench --repeats 1 --arch densenet-bc-10-2 --task odin --batch ";
    for (const Result& r : {with_memory("100000", "detect --json --model m.safetensors p.png"),
                            with_memory("40000000", bench + "1024")}) {
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(r.err.find("out of memory: ") != r.err.npos);
      CHECK(r.err.find(" bytes could not be allocated on cuda") != r.err.npos);
      CHECK(r.out == "");
    }
    CHECK(with_memory("40000000", bench + "1").status == 0);
    CHECK(with_memory("40000000", "detect --model m.safetensors p.png").status == 0);
  }

  TEST_CASE("odin convert makes a model file of a checkpoint, or leaves nothing") {
    const Workshop w;
    const nn::Model model = nn::load_model(w.path("m.safetensors"));
    nn::write_safetensors(w.path("weights.safetensors"), {model.network->state_dict(), {}});
    std::ofstream(w.path("classes.txt")) << "x\ny\r\nz\n";
    std::ofstream(w.path("two.txt")) << "x\ny\n";
    const std::string rest = " --mean 0.5,0.5,0.5 --std 0.25,0.25,0.25";
    const Result r = w.run(
        "convert weights.safetensors new.safetensors --arch densenet-bc-10-2 --classes "
        "classes.txt" +
        rest);
    CHECK(r.status == 0);
    const nn::Model converted = nn::load_model(w.path("new.safetensors"));
    CHECK(converted.info.classes == std::vector<std::string>{"x", "y", "z"});
    CHECK_FALSE(converted.info.threshold.has_value());

    for (const std::string& bad :
         {"weights.safetensors --arch densenet-bc-10-2 --classes two.txt" + rest,
          "weights.safetensors --arch wrn-10-1 --classes classes.txt" + rest,
          "p.png --arch densenet-bc-10-2 --classes classes.txt" + rest,
          "weights.safetensors --arch densenet-bc-10-2 --classes none.txt" + rest,
          std::string("weights.safetensors --arch densenet-bc-10-2 --classes classes.txt"
                      " --mean 0,0,0 --std 0,1,1")}) {
      CAPTURE(bad);
      std::string arguments = bad;
      arguments.insert(arguments.find(" --"), " bad.safetensors");
      const Result failed = w.run("convert " + arguments);
      CHECK(failed.status == 1);
      CHECK(failed.error_lines() == 1);
      CHECK_FALSE(std::filesystem::exists(w.path("bad.safetensors")));
      CHECK_FALSE(std::filesystem::exists(w.path("bad.safetensors.part")));
    }
    if (std::filesystem::exists("/dev/full"))  // every write fails there
      CHECK(w.run("convert weights.safetensors /dev/full --arch densenet-bc-10-2 --classes "
                  "classes.txt" +
                  rest)
                .status == 1);
  }

  TEST_CASE("odin bench reports what was measured") {
    const Workshop w;
    for (const char* task : {"forward", "odin", "train", "scores"}) {
      const Result r = w.run(
          std::string("bench --json --repeats 1 --batch 2 --arch densenet-bc-10-2 --task ") + task);
      CHECK(r.status == 0);
      const json result = json::parse(r.out);
      CHECK(result["task"] == task);
      for (const char* positive : {"gflops", "peak_gflops", "peak_memory_mb"})
        CHECK(result[positive].get<double>() > 0);
      CHECK(result["ms_per_image"]["min"] <= result["ms_per_image"]["max"]);
    }
  }

  TEST_CASE("odin bench counts the images of all callers, and one thread alone trains") {
    const Workshop w;
    const std::string bench =
        "bench --json --repeats 1 --batch 2 --callers 3 --arch densenet-bc-10-2";
    const Result r = w.run(bench + " --task odin");
    CHECK(r.status == 0);
    CHECK(json::parse(r.out)["callers"] == 3);
    CHECK(w.run(bench + " --task train").status == 1);
  }

  TEST_CASE("--plain gives the same scores without fused operations") {
    const Workshop w;
    const auto score = [&](const char* options) {
      const Result r = w.run(std::string("detect --model m.safetensors --json p.png ") + options);
      REQUIRE(r.status == 0);
      return json::parse(r.out)["odin"].get<double>();
    };
    CHECK(score("--plain") == doctest::Approx(score("")).epsilon(1e-6));
  }

  TEST_CASE("odin info describes a model") {
    const Workshop w;
    const Result r = w.run("info m.safetensors");
    CHECK(r.status == 0);
    for (const char* part : {"densenet-bc-10-2", "3: a, b, c", "temperature      500",
                             "epsilon          0.002", "sha256           "})
      CHECK_MESSAGE(r.out.find(part) != std::string::npos, part);
  }
  TEST_CASE("of many classes odin info shows the first and the last") {
    const Workshop w;
    nn::ModelInfo info;
    info.architecture = "convnet-2";
    info.mean = {0, 0, 0};
    info.std = {1, 1, 1};
    for (int i = 0; i < 1000; ++i) info.classes.push_back("class " + std::to_string(i));
    const auto network = nn::make_model(info.architecture, 1000);
    nn::write_safetensors(w.path("many.safetensors"), nn::to_safetensors(*network, info));
    const Result r = w.run("info many.safetensors");
    CHECK(r.status == 0);
    CHECK(r.out.find("1000: class 0, class 1, ") != std::string::npos);
    CHECK(r.out.find("class 9, ..., class 999\n") != std::string::npos);
  }
}
