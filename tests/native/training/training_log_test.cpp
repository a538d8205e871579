#include "odin/native/training/log.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "odin/native/report/training_page.h"
#include "odin/native/training/recipes.h"
#include "odin/native/training/settings.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native;
using tests::contains;
using tests::error_of;

namespace {

EpochFigures figures(std::int64_t epoch, double validation) {
  EpochFigures f;
  f.epoch = epoch;
  f.learning_rate = 0.1 / 3;
  f.loss = 1.0 / static_cast<double>(epoch);
  f.train_accuracy = 0.7;
  f.validation_accuracy = validation;
  f.seconds = 60.0 * static_cast<double>(epoch);
  f.images_per_second = 123.456;
  return f;
}

const std::vector<EpochFigures> kLog{figures(1, 0.5), figures(2, 0.625), figures(3, 0.625),
                                     figures(4, 0.5)};

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("a log gives its numbers back exactly") {
    const std::string csv = to_csv(kLog);
    const auto again = parse_log(csv, "l.csv");
    CHECK(to_csv(again) == csv);
    CHECK(again[2].loss == kLog[2].loss);
    CHECK(again[0].validation_accuracy == 0.5);
    CHECK_FALSE(again[0].test_accuracy.has_value());
    CHECK(parse_log(to_csv({}), "l.csv").empty());
  }

  TEST_CASE("a log of several ranks says how long each has waited for the others") {
    std::vector<EpochFigures> log = kLog;
    log[1].waited_for_ranks = {0.02083, 0.5};
    const std::string csv = to_csv(log);
    CHECK(csv.substr(0, csv.find('\n')).ends_with(",waited_seconds,waited_for_ranks"));
    CHECK(contains(csv, ",0.0208 0.5\n"));
    const auto again = parse_log(csv, "l.csv");
    CHECK(again[0].waited_for_ranks.empty());
    CHECK(again[1].waited_for_ranks == std::vector<double>{0.0208, 0.5});
    CHECK(to_csv(again) == csv);
    CHECK_FALSE(contains(to_csv(kLog), "waited_for_ranks"));
    for (const char* bad : {"x", "0.5 x", "1.5", "-1"}) {
      std::string other = csv;
      other.replace(other.find("0.0208 0.5"), 10, bad);
      CHECK(contains(error_of([&] { parse_log(other, "l"); }), "waited_for_ranks is "));
    }
  }

  TEST_CASE("what is no log is refused with its line") {
    CHECK(contains(error_of([] { parse_log("a,b\n1,2\n", "l"); }),
                   "l: expected a log of odin train"));
    const std::string csv = to_csv({figures(1, 0.5)});
    const std::string names = csv.substr(0, csv.find('\n') + 1);
    CHECK(error_of([&] { parse_log(names + "1,x\n", "l"); }) ==
          "l, line 2: learning_rate is 'x', expected a number");
    CHECK(error_of([&] { parse_log(names + "1,2\n", "l"); }) == "l, line 2: no loss");
    CHECK(error_of([&] {
            parse_log(csv + csv.substr(names.size(), csv.size() - names.size() - 1) + ",1\n", "l");
          }) == "l, line 3: more values than columns");
  }

  TEST_CASE("a log is read as other programs save it, and its figures are those of a training") {
    const std::string csv = to_csv(kLog);
    std::string windows = "\xEF\xBB\xBF";
    for (const char c : csv) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    const tests::Workshop w;
    std::ofstream(w.path("l.csv"), std::ios::binary) << windows << "\r\n";
    CHECK(w.run("report l.csv").status == 0);
    CHECK(contains(tests::read_text(w.path("report.html")), "4 epochs"));
    std::string semicolons = csv;
    std::replace(semicolons.begin(), semicolons.end(), ',', ';');
    CHECK(to_csv(parse_log("note;" + semicolons.substr(0, semicolons.find('\n')) + "\n\n-;" +
                               semicolons.substr(semicolons.find('\n') + 1,
                                                 semicolons.find('\n', semicolons.find('\n') + 1) -
                                                     semicolons.find('\n') - 1),
                           "l")) == to_csv({kLog.front()}));
    const auto refusal = [&](const auto& change) {
      auto log = kLog;
      change(log);
      return error_of([&] { parse_log(to_csv(log), "l"); });
    };
    CHECK(contains(refusal([](auto& log) { log[1].epoch = 1; }), "line 3: epoch 1 after epoch 1"));
    CHECK(contains(refusal([](auto& log) { log[3].epoch = std::int64_t{1} << 62; }),
                   "line 5: epoch"));
    CHECK(contains(refusal([](auto& log) { log[0].train_accuracy = 70; }), "expected a share"));
    CHECK(contains(refusal([](auto& log) { log[0].loss = std::nan(""); }),
                   "line 2: loss is 'nan', expected a number"));
    CHECK(contains(refusal([](auto& log) { log[0].seconds = -1; }), "expected 0 or more"));
  }

  TEST_CASE("the curves of two epochs have whole epochs below them") {
    report::TrainingView view;
    view.log = {kLog[0], kLog[1]};
    const std::string page = report::training_page(view, false);
    CHECK(contains(page, ">2</text>"));
    CHECK_FALSE(contains(page, ">0.5</text>\n<line"));
    CHECK_FALSE(contains(page, ">1.5</text>"));
  }

  TEST_CASE("the best epoch is the last with the highest accuracy of the weights that are saved") {
    CHECK(best_epoch(kLog) == 2);
    CHECK_FALSE(best_epoch({}).has_value());
    auto averaged = kLog;
    for (auto& f : averaged) f.ema_validation_accuracy = 0.5 + 0.1 * static_cast<double>(f.epoch);
    CHECK(best_epoch(averaged) == 3);
    auto tested = kLog;
    for (auto& f : tested) f.test_accuracy = f.validation_accuracy, f.validation_accuracy.reset();
    CHECK_FALSE(best_epoch(tested).has_value());
  }

  TEST_CASE("recipes have the published numbers, and what is given wins over them") {
    const TrainingOptions paper = recipe_options("paper", "wrn-28-10");
    CHECK(paper.epochs == 200);
    CHECK(paper.batch == 128);
    CHECK(paper.milestones == std::vector<double>{0.3, 0.6, 0.8});
    CHECK(recipe_options("paper", "densenet-bc-100-12").epochs == 300);
    const GivenSettings given{{"architecture", "wrn-28-10"},
                              {"save", "m.safetensors"},
                              {"training", {{"batch", 32}, {"seed", 9}}}};
    const TrainSettings settings = new_settings(given);
    CHECK(settings.training.batch == 32);
    CHECK(settings.training.seed == 9);
    CHECK(settings.training.epochs == 200);
    CHECK(checkpoint_path(settings) == "m.checkpoint.safetensors");
    CHECK(best_path(settings) == "m.best.safetensors");
    CHECK(contains(error_of([] { recipe_options("slow", "wrn-28-10"); }), "paper or fast"));
    CHECK(contains(error_of([] { recipe_options("paper", "lenet-5"); }),
                   "expected --recipe fast for lenet-5, got 'paper'"));
    CHECK(contains(recipe_table(), "paper   wrn-d-w              200    128  0.1   0.0005"));
  }

  TEST_CASE("a network without a paper's recipe is trained by the one that it has") {
    CHECK(default_recipe("wrn-28-10") == "paper");
    CHECK(default_recipe("lenet-5") == "fast");
    CHECK(default_recipe("no such network") == "paper");
    CHECK(new_settings({{"architecture", "lenet-5"}, {"save", "m.safetensors"}}).recipe == "fast");
  }

  TEST_CASE("the page of a training shows curves and settings, and reloads while it runs") {
    report::TrainingView view;
    view.title = "a<b> on photos";
    view.status = "Running";
    view.planned_epochs = 10;
    CHECK(contains(report::training_page(view, true), "after the first epoch"));
    view.log = kLog;
    view.settings = {{"learning rate", "0.1"}};
    const std::string page = report::training_page(view, true);
    CHECK(contains(page, "<meta http-equiv=\"refresh\""));
    CHECK(contains(page, "<h1>a&lt;b&gt; on photos</h1>"));
    CHECK(contains(page, "<progress max=\"10\" value=\"4\""));
    CHECK(contains(page, "<dt>best, epoch 3</dt><dd>62.50%</dd>"));
    CHECK(contains(page, "<dt>learning rate</dt><dd>0.1</dd>"));
    for (const char* outside : {"<script", "src=\"http", "href=\"http", "@import", "url("})
      CHECK_FALSE_MESSAGE(contains(page, outside), outside);
    CHECK_FALSE(contains(report::training_page(view, false), "http-equiv=\"refresh\""));
  }

  TEST_CASE("odin report makes a page of a training's log") {
    const tests::Workshop w;
    std::ofstream(w.path("run.csv")) << to_csv(kLog);
    CHECK(w.run("report --quiet run.csv --out r.html").status == 0);
    const std::string page = tests::read_text(w.path("r.html"));
    CHECK(contains(page, "<h1>Training</h1>"));
    CHECK(contains(page, "<h2>run</h2>"));
    std::ofstream(w.path("bad.csv")) << "epoch,loss\n";
    const tests::Result bad = w.run("report --quiet bad.csv --out bad.html");
    CHECK(bad.status == 1);
    CHECK(bad.error_lines() == 1);
    CHECK_FALSE(std::filesystem::exists(w.path("bad.html")));
  }
}
