#include "odin/native/scoring/evaluation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "odin/native/scoring/score_file.h"
#include "odin/native/sets/labelled_images.h"
#include "odin/tensor/backend/backend.h"
#include "odin/tests/call_count.h"
#include "odin/tests/device.h"
#include "odin/tests/native/pictures/picture_files.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native;
using nlohmann::json;
using tests::contains;
using tests::Result;
using tests::Workshop;

namespace {

json read_json(const Workshop& w, const std::string& name) {
  return json::parse(tests::read_text(w.path(name)));
}

std::vector<std::string> keys(const json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

/// Writes a set in CIFAR-10's layout with `count` random images.
void write_cifar(const Workshop& w, int count) {
  const tensor::Random random(5);
  std::string bytes;
  for (int n = 0; n < count; ++n) {
    bytes += static_cast<char>(n % 10);
    for (int i = 0; i < Dataset::kImageBytes; ++i)
      bytes += static_cast<char>(random.below(static_cast<std::uint64_t>(n * 4096 + i), 256));
  }
  std::ofstream(w.path("test_batch.bin"), std::ios::binary) << bytes;
}

EvaluationOptions small(const Workshop& w) {
  EvaluationOptions o;
  o.model = w.path("m.safetensors");
  o.in = "uniform:8";
  o.out = {"gaussian:8", "gaussian:16#8-15"};
  o.batch = 8;
  o.device = tests::device();
  return o;
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("odin evaluate writes the figures that odin metrics finds in its score files") {
    const Workshop w;
    const Result r = w.run(
        "evaluate --quiet --model m.safetensors --in uniform:30 --out gaussian:20 --out "
        "uniform:60#30-59 --json e.json --scores s");
    CHECK(r.status == 0);
    CHECK(r.err == "");
    CHECK(contains(r.out, "baseline / odin, percent"));
    const json e = read_json(w, "e.json");
    CHECK(e["model"] == "m.safetensors");
    CHECK(e["temperature"] == 500);
    CHECK(e["epsilon"] == 0.002);
    CHECK(e["in"]["set"] == "uniform:30");
    CHECK(e["in"]["n"] == 30);
    CHECK(e["in"]["accuracy"] == nullptr);
    CHECK(e["method"] == "odin");
    CHECK(e["protocol"] == "own");
    CHECK(e["seed"] == 1);
    REQUIRE(e["results"].size() == 2);
    const json& first = e["results"][0];
    CHECK(first["out"] == "gaussian:20");
    CHECK(first["n"] == 20);
    const std::vector<std::string> figures{
        "aupr_in", "aupr_out", "auroc", "detection_error", "detection_error_at_tpr95", "fpr95"};
    CHECK(keys(first["baseline"]) == figures);
    CHECK(keys(first["odin"]) == figures);
    CHECK(first["confusion"]["threshold"] == 0.1);  // the model's
    for (const char* method : {"baseline", "odin"})
      for (const std::string& name : figures) {
        const json& interval = first["intervals"][method][name];
        CHECK(interval[0] <= first[method][name]);
        CHECK(interval[1] >= first[method][name]);
      }
    CHECK(e["intervals"]["resamples"] == 1000);
    CHECK(e["commit"].is_string());

    for (const char* place : {"s/", "s/baseline/"}) {
      const std::string folder = place;
      const Result m = w.run("metrics --json --in " + folder + "in_uniform.txt --out " + folder +
                             "out1_gaussian.txt");
      CHECK(m.status == 0);
      const json found = json::parse(m.out);
      for (const std::string& name : figures)
        CHECK(found[name] == first[folder == "s/" ? "odin" : "baseline"][name]);
      CHECK(found["in"] == 30);
    }
    CHECK(std::filesystem::exists(w.path("s/out2_uniform.txt")));
  }

  TEST_CASE("sets have the names they are given, in the table, its files and the report") {
    const Workshop w;
    const Result r = w.run(
        "evaluate --quiet --model m.safetensors --in 'my kind=uniform:8' --out "
        "'noise, 50%_wide=gaussian:8' --csv t.csv --latex t.tex --json e.json --scores s");
    CHECK(r.status == 0);
    CHECK(contains(r.out, "in: my kind, 8 images"));
    CHECK(contains(r.out, "\nnoise, 50%_wide  "));
    CHECK(contains(r.out, "95% intervals"));
    const std::string csv = tests::read_text(w.path("t.csv"));
    CHECK(csv.starts_with("out,images,method,fpr95,fpr95_low,fpr95_high,"));
    CHECK(contains(csv, "\n\"noise, 50%_wide\",8,odin,"));
    CHECK(std::count(csv.begin(), csv.end(), '\n') == 3);
    const std::string latex = tests::read_text(w.path("t.tex"));
    CHECK(contains(latex, "\nnoise, 50\\%\\_wide & baseline & "));
    CHECK(latex.ends_with("\\bottomrule\n\\end{tabular}\n"));
    CHECK(std::filesystem::exists(w.path("s/out1_noise__50__wide.txt")));
    CHECK(w.run("report e.json").status == 0);
    const std::string page = tests::read_text(w.path("report.html"));
    CHECK(contains(page, "noise, 50%_wide"));
    CHECK(contains(page, "<dt>seed</dt><dd>1</dd>"));
    CHECK(contains(page, "<dt>protocol</dt><dd>own</dd>"));
    CHECK(contains(page, "<dt>commit of odin</dt>"));
    CHECK(contains(page, "95% intervals"));
    CHECK(w.run("evaluate --model m.safetensors --in =uniform:8 --out uniform:8").status == 1);
  }

  TEST_CASE("the figures depend on neither threads nor batch, and on the seed alone") {
    const Workshop w;
    std::filesystem::create_directory(w.path("images"));
    for (int i = 0; i < 9; ++i)
      save_png(w.path("images/" + std::to_string(i) + ".png"),
               tensor::Random(static_cast<std::uint64_t>(i)).uniform({3, 40, 50}));
    const auto scores = [&](const std::string& options) {
      CHECK(w.run("evaluate --quiet --model m.safetensors --in uniform:11 --out folder:images@crop "
                  "--scores s " +
                  options)
                .status == 0);
      return read_scores(w.path("s/out1_images-crop.txt"));
    };
    const auto usual = scores("--threads 1");
    REQUIRE(usual.size() == 9);
    CHECK(scores("--threads 2") == usual);
    const auto batched = scores("--threads 1 --batch 2");
    for (std::size_t i = 0; i < 9; ++i) CHECK(std::abs(batched[i] - usual[i]) < 1e-6);
    CHECK(scores("--threads 1 --seed 2") != usual);
    // On the CPU an image's result does not depend on the batch; a GPU's libraries choose
    // algorithms by its size.
    const double allowed = tests::device() == tensor::Device::cpu ? 0 : 1e-6;
    const auto first = scores("--limit 4");
    REQUIRE(first.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(std::abs(first[i] - usual[i]) <= allowed);
  }

  TEST_CASE("the in-set is scored once, and an epsilon of 0 costs no second pass") {
    const Workshop w;
    const auto convolutions = [](const EvaluationOptions& options) {
      const Evaluation evaluation(options);
      const tests::CallCount count;
      evaluation.run();
      return count["conv2d"];
    };
    EvaluationOptions two = small(w), one = two;
    one.out.pop_back();
    CHECK(convolutions(one) > 0);
    CHECK(2 * convolutions(two) == 3 * convolutions(one));  // 3 batches and 2 batches
    EvaluationOptions no_step = one;
    no_step.epsilon = 0;
    CHECK(convolutions(no_step) < convolutions(one));
  }

  TEST_CASE("other methods stand under their own names beside the same baseline") {
    const Workshop w;
    json baseline;
    for (const char* method : {"msp", "max-logit", "energy", "gradnorm"}) {
      CAPTURE(method);
      CHECK(w.run(std::string("evaluate --quiet --model m.safetensors --in uniform:12 --out "
                              "gaussian:12 --json e.json --method ") +
                  method)
                .status == 0);
      const json row = read_json(w, "e.json")["results"][0];
      CHECK(row.contains(method));
      CHECK_FALSE(row.contains("odin"));
      if (baseline.is_null()) baseline = row["baseline"];
      CHECK(row["baseline"] == baseline);
      CHECK((row[method] == baseline) == (std::string(method) == "msp"));
    }
    CHECK(contains(w.run("evaluate --method max-logit --temperature 2 --model m.safetensors "
                         "--in uniform:2 --out uniform:2")
                       .err,
                   "evaluate: method max-logit has no temperature"));
    CHECK(w.run("evaluate --method msp --epsilon 0.1 --model m.safetensors --in uniform:2 --out "
                "gaussian:2")
              .status == 2);
  }

  TEST_CASE("a network with another number of classes than the in-set is refused at once") {
    const Workshop w;
    write_cifar(w, 20);
    const Result r = w.run(
        "evaluate --model m.safetensors --in cifar10:. --out uniform:5 --json e.json --scores s");
    CHECK(r.status == 1);
    CHECK(r.err == "odin: cifar10:. has 10 classes, the network 3, and none has the same name\n");
    CHECK(r.out == "");
    CHECK_FALSE(std::filesystem::exists(w.path("e.json")));
    CHECK_FALSE(std::filesystem::exists(w.path("s")));
  }

  TEST_CASE("the accuracy is that of the labels, over the images scored") {
    const Workshop w;
    write_cifar(w, 20);
    const auto set = open_set(parse_set("cifar10:" + w.folder().string() + "#5-14"), 1);
    SetScores scores;
    scores.numbers = {0, 1, 2, 4};
    scores.predictions = {5, 6, 0, 9};  // labels 5, 6, 7, 9
    CHECK(accuracy(*set, scores) == 0.75);
    CHECK_FALSE(accuracy(*open_set(parse_set("uniform:9"), 1), scores).has_value());
  }

  TEST_CASE("classes of the in-set are the network's by name, in any order, and that is noted") {
    const Workshop w;  // its network knows a, b and c
    for (const char* name : {"in/a/1.png", "in/b/1.png", "in/d/1.png"}) {
      std::filesystem::create_directories(std::filesystem::path(w.path(name)).parent_path());
      std::filesystem::copy_file(w.path("p.png"), w.path(name));
    }
    const char* command = "evaluate --model m.safetensors --in folder:in --out uniform:5";
    const Result other = w.run(command);
    CHECK(other.status == 0);
    CHECK(contains(other.out, "the network has no class 'd' of folder:in"));
    CHECK(contains(other.out, "folder:in has 2 of the 3 classes of the network"));
    CHECK(contains(other.out, "in: folder:in, 3 images, 50.00% classified correctly"));
    std::filesystem::rename(w.path("in/d"), w.path("in/c"));
    CHECK_FALSE(contains(w.run(command).out, "the network"));
  }

  TEST_CASE("conversions of pictures, and pictures that are not read, are counted") {
    const Workshop w;
    std::filesystem::create_directory(w.path("in"));
    std::filesystem::copy_file(w.path("p.png"), w.path("in/1.png"));
    const std::string gray = tests::png(32, 32, 8, tests::kGray, tests::ramp(1024, 1));
    for (const char* name : {"in/2.png", "in/3.png"}) std::ofstream(w.path(name)) << gray;
    std::ofstream(w.path("in/4.GIF")) << "GIF89a";
    const std::string line = "1 picture not read: 1 .gif (odin reads PNG, JPEG, WebP and BMP)";
    const Result evaluate = w.run("evaluate --model m.safetensors --in folder:in --out uniform:5");
    CHECK(contains(evaluate.err, "note: folder:in: 2 pictures: gray to RGB\n"));
    CHECK(contains(evaluate.out, "folder:in: " + line));
    const Result tune = w.run("tune --model m.safetensors --in folder:in --out uniform:5");
    CHECK(contains(tune.err, "note: folder:in: 2 pictures: gray to RGB\n"));
    CHECK(contains(tune.err, "note: folder:in: " + line));
    CHECK(contains(w.run("data check folder:in").out, line));
    CHECK(contains(w.run("detect --model m.safetensors in").err, "note: 'in': " + line));
  }

  TEST_CASE("unreadable images are reported, the rest is done, and the status is 1") {
    const Workshop w;
    std::filesystem::create_directory(w.path("images"));
    for (int i = 0; i < 5; ++i)
      save_png(w.path("images/" + std::to_string(i) + ".png"),
               tensor::Random(1).uniform({3, 32, 32}));
    std::ofstream(w.path("images/3.png")) << "no picture";
    const Result r = w.run(
        "evaluate --quiet --model m.safetensors --in uniform:5 --out folder:images --json e.json");
    CHECK(r.status == 1);
    CHECK(r.error_lines() == 1);
    CHECK(contains(r.err, "3.png"));
    const json row = read_json(w, "e.json")["results"][0];
    CHECK(row["n"] == 4);
    CHECK(row["skipped"] == 1);
  }

  TEST_CASE("bad sets and places are refused before the work in one line") {
    const Workshop w;
    const std::string base = "evaluate --model m.safetensors --in uniform:5 --out ";
    for (const char* bad :
         {"folder:nowhere", "cifar10:nowhere", "mnist:x", "uniform:0", "uniform:5#2-9",
          "uniform:5 --json nowhere/e.json", "uniform:5 --scores p.png",
          "uniform:5 --temperature 0", "uniform:5 --epsilon nan", "uniform:5 --threshold nan",
          "uniform:900 --protocol code"}) {
      CAPTURE(bad);
      const Result r = w.run(base + bad);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(r.out == "");
    }
    for (const char* wrong : {"uniform:5 --limit 0", "uniform:5 --method guess",
                              "uniform:5 --protocol none", "uniform:5 --batch 0"}) {
      CAPTURE(wrong);
      CHECK(w.run(base + wrong).status == 2);
    }
  }

  TEST_CASE("the published code's protocol leaves out 1,000 images and takes each set's epsilon") {
    const Workshop w;
    EvaluationOptions o = small(w);
    o.protocol = Protocol::code;
    o.in = "uniform:1006";
    o.out = {"gaussian:1005", "gaussian:1005#0-1002"};
    o.limit = 4;
    const Evaluation evaluation(o);
    CHECK(evaluation.image_count() == 4 + 4 + 3);
    const EvaluationResult r = evaluation.run();
    CHECK(r.temperature == 1000);
    CHECK(r.in_scores.numbers == std::vector<std::int64_t>{1000, 1001, 1002, 1003});
    CHECK(r.results[0].epsilon == 0.002);  // three classes: no row; the model's own
    CHECK(r.results[0].epsilon_from == "the model's own");
    CHECK_FALSE(r.results[0].confusion.has_value());  // T is not the model's
  }

  TEST_CASE("the table of published epsilons knows its sets by kind and name") {
    const auto epsilon = [](const char* network, std::size_t classes, const char* set) {
      const auto found = published_epsilon(network, classes, parse_set(set));
      return found ? found->epsilon : -1;
    };
    CHECK(epsilon("densenet-bc-100-12", 10, "folder:/d/tiny-imagenet/test@crop") == 0.0014);
    CHECK(epsilon("densenet-bc-100-12", 100, "folder:/d/tiny-imagenet/test@resize-aliased") ==
          0.0028);
    CHECK(epsilon("wrn-28-10", 10, "folder:/d/tiny-imagenet/test@crop") == 0.0005);
    CHECK(epsilon("wrn-28-10", 10, "folder:Imagenet_resize") == 0.0011);
    CHECK(epsilon("densenet-bc-100-12", 10, "folder:/d/LSUN") == 0);
    CHECK(epsilon("wrn-28-10", 100, "folder:/d/LSUN_resize/") == 0.002);
    CHECK(epsilon("wrn-28-10", 10, "folder:iSUN") == 0.0008);
    CHECK(epsilon("wrn-28-10", 10, "uniform:5") == 0.0014);
    CHECK(epsilon("densenet-bc-100-12", 100, "gaussian:5") == 0.0028);
    CHECK(epsilon("densenet-bc-100-12", 10, "folder:photos") == -1);
    CHECK(epsilon("densenet-bc-100-12", 3, "uniform:5") == -1);
    CHECK(epsilon("densenet-bc-100-12", 10, "cifar100:d") == -1);
    CHECK(published_epsilon("wrn-28-10", 10, parse_set("folder:iSUN"))->row ==
          "iSUN, WRN, CIFAR-10");
  }

  TEST_CASE("several epsilons share one gradient and equal separate runs") {
    const Workshop w;
    const nn::Model model = nn::load_model(w.path("m.safetensors"), tests::device());
    const auto set = open_set(parse_set("uniform:6"), 1);
    const auto with = [&](std::vector<double> epsilons) {
      return score_set(Scorer(*model.network, {model.info.mean, model.info.std},
                              {Method::odin, 1000, std::move(epsilons), 4}),
                       *set, 0, 6);
    };
    const SetScores both = with({0, 0.004}), none = with({0}), step = with({0.004});
    CHECK(both.scores[0] == none.scores[0]);
    CHECK(both.scores[1] == step.scores[0]);
    CHECK(both.scores[0] != both.scores[1]);
    CHECK(both.gradient_norms.size() == 6);
    CHECK(both.gradient_norms[0] > 0);
  }

  TEST_CASE("odin metrics names the file and the line of what is no score") {
    const Workshop w;
    std::ofstream(w.path("good.txt")) << "0.1\n 2e-1 \r\n-3";
    std::ofstream(w.path("nan.txt")) << "1\n2\nnan\n";
    std::ofstream(w.path("large.txt")) << "1e999\n";
    std::ofstream(w.path("text.txt")) << "1\n2 or so\n";
    std::ofstream(w.path("none.txt"));
    CHECK(read_scores(w.path("good.txt")) == std::vector<double>{0.1, 0.2, -3});
    const auto err = [&](const std::string& bad) {
      const Result r = w.run("metrics --in good.txt --out " + bad);
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK(r.out == "");
      return r.err;
    };
    CHECK(contains(err("nan.txt"), "'nan.txt', line 3: expected a number, got 'nan'"));
    CHECK(contains(err("large.txt"), "'large.txt', line 1"));
    CHECK(contains(err("text.txt"), "'text.txt', line 2: expected a number, got '2 or so'"));
    CHECK(contains(err("none.txt"), "'none.txt': the file is empty"));
    CHECK(contains(err("missing.txt"), "'missing.txt'"));
    CHECK(w.run("metrics --in good.txt").status == 2);
  }

  TEST_CASE("odin metrics prints the figures, and the verdicts at a threshold") {
    const Workshop w;
    std::ofstream(w.path("in.txt")) << "4\n5\n6\n7\n";
    std::ofstream(w.path("out.txt")) << "1\n2\n3\n5\n";
    std::filesystem::rename(w.path("out.txt"), w.path("others.txt"));
    const Result text = w.run("metrics --in in.txt --out others.txt --threshold 4.5");
    CHECK(text.status == 0);
    CHECK(contains(text.out, "FPR at 95% TPR                         25.0000%"));
    CHECK(contains(text.out, "specificity                            75.0000%"));
    const json object =
        json::parse(w.run("metrics --in in.txt --out others.txt --threshold 4.5 --json").out);
    CHECK(object["fpr95"] == 0.25);
    CHECK(object["auroc"] == 0.90625);
    CHECK(object["confusion"]["true_in"] == 3);
    CHECK(object["confusion"]["precision"] == 0.75);
  }
}
