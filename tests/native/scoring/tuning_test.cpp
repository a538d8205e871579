#include "odin/native/scoring/tuning.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "odin/detector.h"
#include "odin/native/models/model_store.h"
#include "odin/nn/io/safetensors.h"
#include "odin/tests/device.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using nlohmann::json;
using tests::error_of;
using tests::Result;
using tests::Workshop;

namespace {

native::TuningOptions options(const Workshop& w) {
  native::TuningOptions o;
  o.model = w.path("m.safetensors");
  o.device = tests::device();
  o.in = "uniform:9";
  o.out = {"gaussian:7"};
  o.grid = {{1, 1000}, {0, 0.001, 0.004}};
  o.batch = 2;
  o.seed = 3;
  return o;
}

std::string result_json(const native::Tuning& tuning) {
  return native::to_json(tuning.options(), tuning.result());
}

json read_json(const std::string& path) { return json::parse(tests::read_text(path)); }

const std::string kSmallGrid =
    "tune --model m.safetensors --in uniform:12 --temperatures 1,1000 --epsilons 0,0.001,0.002 ";

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("a tuning that is stopped anywhere and resumed gives the same result") {
    const Workshop w;
    native::Tuning uninterrupted(options(w));
    std::int64_t work = 0;
    CHECK(uninterrupted.run({[&](std::int64_t done, const std::string&) {
                               CHECK(done > work);
                               work = done;
                               return true;
                             },
                             {}}));
    CHECK(work == uninterrupted.total_work());
    CHECK(uninterrupted.total_work() == 16 * (1 + 2 * 3));
    const std::string expected = result_json(uninterrupted);

    for (const int stop_after : {1, 20, 72, 100}) {
      CAPTURE(stop_after);
      const std::string state = w.path("state");
      {
        native::Tuning first(options(w));
        CHECK_FALSE(first.run(
            {[&](std::int64_t done, const std::string&) { return done < stop_after; }, {}}));
        first.save_state(state);
      }
      native::Tuning second(options(w));
      second.load_state(state);
      CHECK(second.images_done() < second.image_count());
      CHECK((second.images_done() > 0) == (stop_after > 14));
      CHECK(second.run());
      CHECK(result_json(second) == expected);
    }
  }

  TEST_CASE("the state of another run is refused") {
    const Workshop w;
    const native::Tuning made(options(w));
    made.save_state(w.path("state"));
    const auto load = [&](const native::TuningOptions& o, const std::string& file) {
      return error_of([&] { native::Tuning(o).load_state(w.path(file)); });
    };
    CHECK(load(options(w), "state") == "no error");
    auto other = options(w);
    other.grid.epsilons = {0};
    CHECK(tests::contains(load(other, "state"), "was left by a run with another model"));
    other = options(w);
    other.seed = 4;
    CHECK(tests::contains(load(other, "state"), "was left by a run with another model"));
    other = options(w);
    other.objective = Objective::auroc;  // the scores do not depend on it
    CHECK(load(other, "state") == "no error");
    CHECK(tests::contains(load(options(w), "m.safetensors"),
                          "is not what an interrupted odin tune leaves"));
  }

  TEST_CASE("every number of a state file is checked before it is used") {
    const Workshop w;
    native::Tuning made(options(w));
    REQUIRE(made.run());
    made.save_state(w.path("state"));
    const nn::Safetensors whole = nn::read_safetensors(w.path("state"));
    const auto error_with = [&](const std::function<void(nn::Safetensors&)>& change) {
      nn::Safetensors damaged = whole;
      for (auto& [name, t] : damaged.tensors) t = t.clone();
      change(damaged);
      nn::write_safetensors(w.path("damaged"), damaged);
      native::Tuning tuning(options(w));
      const std::string error = error_of([&] { tuning.load_state(w.path("damaged")); });
      CHECK(tuning.images_done() == 0);  // nothing was taken
      return error;
    };
    for (const char* next : {"many", "", "-1", "99", "99999999999999999999", "1.5", "5 "}) {
      CAPTURE(next);
      const std::string error = error_with([&](auto& f) { f.metadata["set0.next"] = next; });
      CHECK(tests::contains(error, "is damaged: set0.next is "));
    }
    for (const std::int64_t number :
         {std::int64_t{-1}, std::int64_t{1}, std::int64_t{99}, std::int64_t{1} << 62}) {
      CAPTURE(number);
      CHECK(tests::contains(error_with([&](auto& f) {
                              f.tensors.at("set0.numbers").template write<std::int64_t>()[2] =
                                  number;
                            }),
                            "is damaged: set0.numbers has "));
    }
    for (const char* tensor : {"numbers", "scores", "logits"}) {
      const std::string name = std::string("set0.") + tensor;
      CAPTURE(name);
      const auto replace = [&](const tensor::Tensor& by) {
        return error_with([&](auto& f) { f.tensors[name] = by; });
      };
      CHECK(tests::contains(replace(tensor::Tensor::zeros({2, 2, 2})), "is damaged"));
      CHECK(tests::contains(replace(tensor::Tensor::zeros({})), "is damaged"));
      CHECK(tests::contains(replace(tensor::Tensor::zeros({0}, tensor::DType::i64)), "is damaged"));
    }
    CHECK(tests::contains(error_with([](auto& f) { f.tensors.erase("set0.scores"); }),
                          "is damaged: no set0.scores"));
    CHECK(tests::contains(error_with([](auto& f) { f.metadata.erase("set0.next"); }),
                          "is damaged: no set0.next"));
    CHECK(tests::contains(error_with([](auto& f) {
                            f.tensors.at("set0.scores").template write<double>()[0] = std::nan("");
                          }),
                          "set0.scores holds NaN"));
  }

  TEST_CASE("odin tune saves nothing in a model whose images have vanished during the run") {
    const Workshop w;
    std::filesystem::create_directory(w.path("images"));
    for (int i = 0; i < 400; ++i)
      std::filesystem::copy_file(w.path("p.png"), w.path("images/" + std::to_string(i) + ".png"));
    native::TuningOptions o = options(w);
    o.in = "folder:" + w.path("images");
    native::Tuning tuning(o);
    std::filesystem::remove(w.path("images/399.png"));  // the sets are opened already
    REQUIRE(tuning.run());
    CHECK(tuning.images_skipped() == 1);
    CHECK(tuning.images_gone() == 1);
    std::ofstream(w.path("images/399.png")) << "no picture";
    CHECK(tuning.images_gone() == 0);
  }

  TEST_CASE("odin info says where the threshold that is in the file comes from") {
    const Workshop w;
    nn::Safetensors file = nn::read_safetensors(w.path("m.safetensors"));
    file.metadata["training"] =
        R"({"seed":3,"threshold_from":{"count":50,"images":"test","true_positive_rate":0.95}})";
    nn::write_safetensors(w.path("m.safetensors"), file);
    const std::string before = w.run("info m.safetensors").out;
    CHECK(tests::contains(before,
                          "threshold from   training: 0.95 of 50 test images are above it\n"));
    REQUIRE(w.run(kSmallGrid + "--out gaussian:8 --quiet --save").status == 0);
    const std::string after = w.run("info m.safetensors").out;
    CHECK(tests::contains(after,
                          "threshold from   odin tune: by out-set, fpr95; in uniform:12 (12 "
                          "images), out gaussian:8 (8 images)\n"));
    CHECK_FALSE(tests::contains(after, "threshold_from"));
    CHECK(tests::contains(after, "training         seed: 3\n"));
  }

  TEST_CASE("odin tune --json holds the whole grid and what was chosen") {
    const Workshop w;
    const Result r = w.run(kSmallGrid + "--out gaussian:8 --out uniform:5 --json t.json");
    CHECK(r.status == 0);
    CHECK(r.err == "");
    const json t = read_json(w.path("t.json"));
    CHECK(t["selection"] == "out-set");
    CHECK(t["in"]["n"] == 12);
    CHECK(t["out"][1]["set"] == "uniform:5");
    REQUIRE(t["grid"].size() == 6);
    double best = 1;
    for (const json& point : t["grid"]) {
      const double mean = point["mean"]["fpr95"];
      CHECK(mean == doctest::Approx((point["out"][0]["fpr95"].get<double>() +
                                     point["out"][1]["fpr95"].get<double>()) /
                                    2));
      best = std::min(best, mean);
    }
    CHECK(t["chosen"]["mean"]["fpr95"] == best);
    CHECK(t["chosen"]["threshold_interval"][0] <= t["chosen"]["threshold"]);
    CHECK(t["chosen"]["threshold"] <= t["chosen"]["threshold_interval"][1]);
    CHECK_FALSE(t.contains("calibration"));  // noise has no labels
    REQUIRE(t["intervals"].size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
      const json& intervals = t["intervals"][i];
      CHECK(intervals["set"] == t["out"][i]["set"]);
      for (const char* figure : {"fpr95", "auroc"})
        for (const auto& [at, value] :
             {std::pair{intervals["odin"][figure], t["chosen"]["out"][i][figure]},
              {intervals["baseline"][figure], t["baseline"][i][figure]}}) {
          CHECK(at[0] <= value);
          CHECK(value <= at[1]);
          CHECK(at[0] < at[1]);
        }
    }
    CHECK(tests::contains(r.out, "    95% intervals (bootstrap): FPR "));
  }

  TEST_CASE("without an out-set epsilon is chosen at T = 1000, or noise stands in") {
    const Workshop w;
    CHECK(w.run("tune --model m.safetensors --in uniform:6 --epsilons 0,0.001 --json a.json")
              .status == 0);
    const json a = read_json(w.path("a.json"));
    CHECK(a["selection"] == "in-set");
    CHECK(a["temperatures"] == json::array({1000.0}));
    double best = 0;
    for (const json& point : a["grid"]) best = std::max(best, point["mean_in_score"].get<double>());
    CHECK(a["chosen"]["mean_in_score"] == best);

    CHECK(w.run(kSmallGrid + "--stand-in gaussian --json b.json").status == 0);
    const json b = read_json(w.path("b.json"));
    CHECK(b["selection"] == "stand-in");
    CHECK(b["out"][0]["set"] == "gaussian:12");
    CHECK(b["temperatures"].size() == 2);
    // The stand-in noise differs from the noise set of that name, which is used for testing.
    CHECK(w.run(kSmallGrid + "--out gaussian:12 --json c.json").status == 0);
    const json c = read_json(w.path("c.json"));
    CHECK(c["grid"][0]["mean_in_score"] == b["grid"][0]["mean_in_score"]);
    CHECK(c["grid"] != b["grid"]);
  }

  TEST_CASE("a shipped model is not overwritten, by whatever path it is named") {
    const Workshop w;
    const std::filesystem::path model = native::shipped_models().front().file;
    std::filesystem::create_symlink(model, w.path("link.safetensors"));
    // With a missing set every run is an error, so that nothing is written even if this test fails.
    const std::string work = "tune --in uniform:4 --out folder:missing --epsilons 0 ";
    for (const std::string& options :
         {std::string("--save"), "--model " + model.string() + " --save",
          std::string("--model m.safetensors --save link.safetensors")}) {
      CAPTURE(options);
      const Result r = w.run(work + options);
      CHECK(r.status == 1);
      CHECK(tests::contains(r.err, "tune: a shipped model is not overwritten"));
    }
    CHECK(tests::contains(w.run(work + "--model m.safetensors --save").err, "missing"));
  }

  TEST_CASE("pictures that could not be read are not forgotten by a resumed run") {
    const Workshop w;
    std::filesystem::create_directory(w.path("set"));
    std::ofstream(w.path("set/0.png")) << "no picture";
    std::filesystem::copy_file(w.path("p.png"), w.path("set/1.png"));
    const std::string work =
        "tune --quiet --model m.safetensors --in folder:set --stand-in uniform "
        "--temperatures 1000 --epsilons 0 ";
    if (!Workshop::can_try_unwritable()) return;
    w.link_to_unwritable("lost.json");
    CHECK(w.run(work + "--json lost.json").status == 1);  // leaves its state
    const Result r = w.run(work + "--resume tune.state.safetensors");
    CHECK(r.status == 1);
    CHECK(tests::contains(r.err, "tune: 1 images could not be read before it was stopped"));
    CHECK(tests::contains(r.out, "T = 1000, eps = 0"));
  }

  TEST_CASE("odin tune --save sets the model's T, epsilon and threshold and nothing else") {
    const Workshop w;
    const nn::Model before = nn::load_model(w.path("m.safetensors"));
    CHECK(w.run(kSmallGrid + "--out gaussian:8 --json t.json --save copy.safetensors").status == 0);
    CHECK(nn::load_model(w.path("m.safetensors")).info.temperature == 500);
    CHECK(w.run(kSmallGrid + "--out gaussian:8 --quiet --save").status == 0);
    const json chosen = read_json(w.path("t.json"))["chosen"];
    for (const char* file : {"m.safetensors", "copy.safetensors"}) {
      const nn::Model after = nn::load_model(w.path(file));
      CHECK(after.info.temperature == chosen["temperature"].get<double>());
      CHECK(after.info.epsilon == chosen["epsilon"].get<double>());
      CHECK(after.info.threshold == chosen["threshold"].get<double>());
      CHECK(after.info.classes == before.info.classes);
      const auto state = after.network->state_dict();
      for (const auto& [name, tensor] : before.network->state_dict())
        CHECK(tests::same(state.at(name), tensor));
    }
  }

  TEST_CASE("the model's record of its tuning does not tell the folders of this machine") {
    const Workshop w;
    CHECK(w.run("tune --model m.safetensors --in folder:" + w.folder().string() +
                "#0-0 --stand-in uniform --temperatures 1000 --epsilons 0 --save")
              .status == 0);
    const json record =
        json::parse(nn::read_safetensors(w.path("m.safetensors")).metadata.at("tuning"));
    CHECK(record["in"]["set"] == "folder:" + w.folder().filename().string() + "#0-0");
    CHECK(record["in"]["n"] == 1);
    CHECK(record["out"][0]["set"] == "uniform:1");
  }

  TEST_CASE("an interrupt leaves a state file, and odin tune --resume goes on") {
    const Workshop w;
    const std::string work = "tune --model m.safetensors --in uniform:100000 --stand-in uniform";
    const auto interrupted = [&](const std::string& arguments) {
      const std::string command = "cd '" + w.folder().string() +
                                  "' && timeout --preserve-status -s INT 2 " +
                                  tests::call_of_odin(arguments) + " >out.txt 2>err.txt";
      const int status = std::system(command.c_str());
      CHECK(WEXITSTATUS(status) == 130);
      const std::string err = tests::read_text(w.path("err.txt"));
      CHECK(std::count(err.begin(), err.end(), '\n') == 1);
      long long done = -1;
      std::sscanf(err.c_str(), "odin: tune: stopped after %lld of 200000 images", &done);
      return done;
    };
    const long long first = interrupted(work + " --state s");
    CHECK(first >= 0);
    CHECK(std::filesystem::exists(w.path("s")));
    const long long second = interrupted(work + " --resume s");
    CHECK(second >= first);
    CHECK_FALSE(std::filesystem::exists(w.path("tune.state.safetensors")));
  }

  TEST_CASE("results that can not be written do not take the scores with them") {
    const Workshop w;
    const std::string work =
        "tune --quiet --model m.safetensors --in uniform:4 --stand-in uniform --temperatures 1000 "
        "--epsilons 0,0.001 ";
    const std::string kept = w.path("tune.state.safetensors");
    if (!Workshop::can_try_unwritable()) return;
    w.link_to_unwritable("lost.json");
    const Result lost = w.run(work + "--save m2.safetensors --json lost.json");
    CHECK(lost.status == 1);
    CHECK(tests::contains(lost.err, "what was done is kept: --resume 'tune.state.safetensors'"));
    CHECK(std::filesystem::exists(w.path("m2.safetensors")));
    REQUIRE(std::filesystem::exists(kept));

    const Result again = w.run(work);
    CHECK(again.status == 1);
    CHECK(again.error_lines() == 1);
    CHECK(tests::contains(again.err, "is of a run that was interrupted"));

    CHECK(w.run(work + "--json t.json --resume tune.state.safetensors").status == 0);
    CHECK(std::filesystem::exists(w.path("t.json")));
    CHECK_FALSE(std::filesystem::exists(kept));
    CHECK(w.run(work).status == 0);
    CHECK_FALSE(std::filesystem::exists(kept));
  }

  TEST_CASE("odin tune says in one line what is wrong") {
    const Workshop w;
    for (const char* wrong :
         {"tune --model m.safetensors", "tune --in uniform:4 --out uniform:4 --stand-in uniform",
          "tune --in uniform:4 --objective luck", "tune --in uniform:4 --temperatures 0",
          "tune --in uniform:4 --epsilons=-1", "tune --in uniform:4 --stand-in tigers"}) {
      CAPTURE(wrong);
      const Result r = w.run(wrong);
      CHECK(r.status == 2);
      CHECK(r.error_lines() == 1);
    }
    for (const char* bad :
         {"--temperatures 1,10", "--out nonsense:4", "--out folder:missing", "--resume missing",
          "--stand-in uniform --json missing/t.json", "--stand-in uniform --save missing/m"}) {
      CAPTURE(bad);
      const Result r = w.run(std::string("tune --model m.safetensors --in uniform:4 ") + bad);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(r.out == "");
    }
  }
}
