#include "odin/native/report/report.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "odin/native/report/chart.h"
#include "odin/native/report/heat_map.h"
#include "odin/native/report/paper_figures.h"
#include "odin/native/sets/display_name.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native::report;
using nlohmann::json;
using tests::contains;
using tests::error_of;
using tests::Workshop;

namespace {

json metrics(double fpr) {
  return {{"fpr95", fpr},
          {"detection_error_at_tpr95", 0.2},
          {"detection_error", 0.15},
          {"auroc", 1 - fpr},
          {"aupr_in", 0.9},
          {"aupr_out", 0.8}};
}

json charts() {
  return {{"histogram", {{"lowest", 0.1}, {"highest", 0.9}, {"in", {1, 3}}, {"out", {4, 0}}}},
          {"roc", {{0, 0}, {0.25, 0.75}, {1, 1}}},
          {"precision_recall_in", {{0, 1}, {1, 0.5}}}};
}

json evaluation() {
  json result{{"out", "folder:/data/tiny-imagenet/test@crop"},
              {"n", 400},
              {"baseline", metrics(0.4321)},
              {"odin", metrics(0.1234)},
              {"thresholds_at_tpr95", {{"baseline", 0.5}, {"odin", 0.1003}}}};
  result["charts"] = {{"baseline", charts()}, {"odin", charts()}};
  return {{"model", "some/where/my-net.safetensors"},
          {"temperature", 1000},
          {"epsilon", 0.0014},
          {"in", {{"set", "cifar10:/data"}, {"n", 500}, {"accuracy", 0.9511}}},
          {"results", {result}},
          {"method", "odin"}};
}

json set_details(const std::string& set) {
  return {
      {"set", set},
      {"before_step", {0.1001, 0.1002, 0.1003}},
      {"gradient_l1", {0.001, 0.002, 0.003}},
      {"extremes",
       {{{"name", "a<b>.png"}, {"class", "cat"}, {"score", 0.1012345}, {"png", "iVBORw0KGgo="}}}}};
}

json calibration() {
  const json bins = {{{"confidence", 0.6}, {"accuracy", 0.5}, {"count", 10}},
                     {{"confidence", 0.9}, {"accuracy", 0.8}, {"count", 30}}};
  return {{"n", 40},
          {"best_temperature", 1.5},
          {"temperatures", {0.5, 1, 2}},
          {"ece", {0.2, 0.1, 0.15}},
          {"nll", {0.5, 0.3, 0.4}},
          {"reliability", {{{"temperature", 1}, {"bins", bins}}}}};
}

json detailed() {
  json e = evaluation();
  e["details"] = {{"in", set_details("cifar10:/data")},
                  {"out", {set_details("folder:/data/tiny-imagenet/test@crop")}},
                  {"calibration", calibration()}};
  return e;
}

json tuning() {
  json grid = json::array();
  for (const double t : {1.0, 1000.0})
    for (const double e : {0.0, 0.001, 0.002})
      grid.push_back({{"temperature", t},
                      {"epsilon", e},
                      {"mean_in_score", 0.5},
                      {"mean", metrics(0.5 - 100 * e + (t == 1 ? 0.1 : 0))}});
  return {{"model", "m"},
          {"selection", "out-set"},
          {"objective", "fpr95"},
          {"in", {{"set", "cifar10:/data"}, {"n", 500}}},
          {"out", {{{"set", "uniform:500"}, {"n", 500}}}},
          {"temperatures", {1, 1000}},
          {"epsilons", {0, 0.001, 0.002}},
          {"grid", grid},
          {"chosen",
           {{"temperature", 1000},
            {"epsilon", 0.002},
            {"threshold", 0.1003},
            {"threshold_standard_error", 1e-5},
            {"threshold_interval", {0.1002, 0.1004}},
            {"tpr_interval", {0.93, 0.97}}}}};
}

std::string report_of(const std::vector<json>& evaluations, const std::vector<json>& tunings) {
  ReportData data;
  for (const json& e : evaluations) data.evaluations.push_back(parse_evaluation(e, "e.json"));
  for (const json& t : tunings) data.tunings.push_back(parse_tuning(t, "t.json"));
  return render_report(data);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("ticks are round numbers inside the range") {
    CHECK(nice_ticks(0, 100, 5) == std::vector<double>{0, 20, 40, 60, 80, 100});
    CHECK(nice_ticks(0.13, 0.97, 4).size() == 4);
    CHECK(nice_ticks(0.13, 0.97, 4)[3] == doctest::Approx(0.8));
    CHECK(nice_ticks(3, 3, 4) == std::vector<double>{3});
    const Axis scores{.label = "", .low = 0.10003, .high = 0.10118, .tick_count = 4};
    CHECK(scores.tick_labels() ==
          std::vector<std::string>{"0.1002", "0.1004", "0.1006", "0.1008", "0.1010"});
    const Axis t{.label = "", .low = 1, .high = 1000, .logarithmic = true};
    CHECK(t.tick_labels() == std::vector<std::string>{"1", "10", "100", "1000"});
    CHECK(t.position(10) == doctest::Approx(1.0 / 3));
    CHECK(t.position(5000) == 1);
  }

  TEST_CASE("a chart places its points and thins what cannot be told apart") {
    Chart chart("A & B", {.label = "x", .low = 0, .high = 1}, {.label = "y", .low = 0, .high = 1});
    std::vector<Point> dense;
    for (int i = 0; i <= 10000; ++i) dense.emplace_back(i / 1e4, i / 1e4);
    chart.line(dense, "odin", "a line");
    const std::string svg = chart.render();
    CHECK(svg.starts_with("<svg "));
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(contains(svg, "A &amp; B"));
    CHECK(contains(svg, "a line"));
    CHECK(contains(svg, "d=\"M46 190L"));  // the lower left corner of the plot
    CHECK(contains(svg, "L288 46\""));     // the upper right one
    CHECK(svg.size() < 20000);
  }

  TEST_CASE("a heat map has a cell a value and marks one") {
    HeatMap map;
    map.columns = {"a", "b"};
    map.rows = {"x"};
    map.values = {{12.34, NAN}};
    map.marked = {0, 1};
    const std::string svg = map.render();
    CHECK(count(svg, "class=\"cell\"") == 1);
    CHECK(contains(svg, ">12.3</text>"));
    CHECK(count(svg, "class=\"frame\"") == 1);
  }

  TEST_CASE("the paper's rows are found by the names of the sets") {
    CHECK(native::display_name("folder:/x/tiny-imagenet/test@resize-aliased#0-99") ==
          "TinyImageNet (resize), aliased");
    CHECK(native::display_name("folder:/x/LSUN_resize") == "LSUN (resize)");
    CHECK(native::display_name("folder:/x/lsun@resize") == "LSUN (resize), triangle filter");
    CHECK(native::display_name("folder:/x/lsun@center") == "LSUN (resize), triangle filter");
    CHECK(native::display_name("no set at all") == "no set at all");
    CHECK(native::display_name("folder:my pictures/@resize") == "my pictures@resize");
    CHECK(native::display_name("cifar100:dir#train") == "CIFAR-100");
    const auto row = paper_row("densenet-bc-40-12", "cifar10:d", "folder:d/Imagenet@crop");
    REQUIRE(row.has_value());
    CHECK(row->network == "DenseNet-BC-100-12");
    CHECK(row->baseline.fpr95 == 34.7);
    CHECK(row->odin.auroc == 99.1);
    const auto wide = paper_row("wrn-40-2", "cifar100:d", "folder:d/lsun@resize-aliased");
    REQUIRE(wide.has_value());
    CHECK(wide->odin.fpr95 == 46.5);
    CHECK_FALSE(wide->odin.auroc.has_value());
    CHECK_FALSE(paper_row("densenet", "cifar10:d", "folder:d/holiday").has_value());
    CHECK_FALSE(paper_row("densenet", "cifar10:d", "folder:d/lsun@resize").has_value());
    CHECK_FALSE(paper_row("densenet", "cifar10:d", "folder:d/lsun@center").has_value());
  }

  TEST_CASE("the report has a table, charts for what is known, and needs no network") {
    const std::string plain = report_of({evaluation()}, {});
    CHECK(plain.starts_with("<!doctype html>"));
    CHECK(contains(plain, "<h2>my-net on CIFAR-10</h2>"));
    CHECK(contains(plain, "95.11%"));
    CHECK(contains(plain, "43.2<span class=\"paper\">34.7</span>"));
    CHECK(contains(plain, "<td class=\"best\">12.3<span class=\"paper\">4.3</span>"));
    CHECK(count(plain, "<svg ") == 4);  // two histograms, ROC, precision and recall
    CHECK_FALSE(contains(plain, "<h3>Calibration"));

    const std::string all = report_of({detailed()}, {tuning()});
    CHECK(count(all, "<svg ") == 4 + 1 + 3 + 3);
    CHECK(contains(all, "src=\"data:image/png;base64,iVBORw0KGgo=\""));
    CHECK(contains(all, "a&lt;b&gt;.png"));
    CHECK(contains(all, "0.100300 ± 0.000010"));
    for (const char* outside : {"<script", "src=\"http", "href=\"http", "@import", "url("})
      CHECK_FALSE_MESSAGE(contains(all, outside), outside);
    for (int i = 1; i <= 6; ++i) CHECK(count(all, "<b>Figure " + std::to_string(i) + ".</b>") == 1);
    CHECK(all == report_of({detailed()}, {tuning()}));
  }

  TEST_CASE("the report takes the fixed part of the evaluation's JSON alone, and other methods") {
    json small = evaluation();
    small.erase("method");
    small["results"][0].erase("charts");
    CHECK(count(report_of({small}, {}), "<svg ") == 0);
    json energy = evaluation();
    energy["method"] = "energy";
    energy["in"]["accuracy"] = nullptr;
    json& row = energy["results"][0];
    row["energy"] = row["odin"];
    row["charts"]["energy"] = row["charts"]["odin"];
    row["thresholds_at_tpr95"]["energy"] = 3;
    const std::string html = report_of({energy}, {});
    CHECK(contains(html, "<td class=\"method\">energy</td>"));
    CHECK_FALSE(contains(html, "<span class=\"paper\">4.3</span>"));  // ODIN's figure
  }

  TEST_CASE("a tuning without an out-set shows the mean score") {
    json t = tuning();
    t["selection"] = "in-set";
    t["objective"] = "mean-in-score";
    t["out"] = json::array();
    t["temperatures"] = {1000};
    t["grid"] = json::array();
    for (const double e : {0.0, 0.001, 0.002})
      t["grid"].push_back({{"temperature", 1000}, {"epsilon", e}, {"mean_in_score", 0.1 + e}});
    const std::string html = report_of({}, {t});
    CHECK(contains(html, "mean score of the in-set"));
    CHECK(count(html, "<svg ") == 2);
  }

  TEST_CASE("files that are something else are refused with the member that is wrong") {
    const auto error = [](json e, const std::function<void(json&)>& change) {
      change(e);
      return error_of([&] { parse_evaluation(e, "e.json"); });
    };
    CHECK(error(evaluation(), [](json& e) { e["results"][0]["odin"].erase("auroc"); }) ==
          "e.json.results[0].odin: no 'auroc' (expected what odin evaluate or odin tune writes)");
    CHECK(error(evaluation(), [](json& e) { e["temperature"] = "hot"; }) ==
          "e.json.temperature: expected a number, got '\"hot\"'");
    CHECK(error(detailed(), [](json& e) {
            e["details"]["in"]["extremes"][0]["png"] = "\"><script>";
          }) == "e.json.details.in.extremes[0].png: expected a PNG file in base64");
    CHECK(error(detailed(), [](json& e) { e["details"]["out"] = json::array(); }) ==
          "e.json.details.out: 0 sets, but there are 1 results");
    json t = tuning();
    t["grid"].erase(0);
    CHECK(error_of([&] { parse_tuning(t, "t.json"); }) == "t.json.grid: 5 points, expected 2 x 3");
  }

  TEST_CASE("odin report writes one file from what evaluate and tune leave, or nothing") {
    const Workshop w;
    CHECK(w.run("evaluate --quiet --model m.safetensors --in uniform:20 --out gaussian:20 "
                "--json e.json --details d.json")
              .status == 0);
    CHECK(w.run("tune --quiet --model m.safetensors --in uniform:8 --out gaussian:8 "
                "--temperatures 1,1000 --epsilons 0,0.001 --json t.json")
              .status == 0);
    const tests::Result r = w.run("report d.json t.json --out r.html");
    CHECK(r.status == 0);
    CHECK(r.err == "wrote r.html\n");
    const std::string html = tests::read_text(w.path("r.html"));
    CHECK(count(html, "<svg ") == 4 + 1 + 3);
    CHECK(count(html, "<img src=\"data:image/png;base64,iVBOR") == 20);
    CHECK(w.run("report --quiet e.json").status == 0);
    CHECK(std::filesystem::exists(w.path("report.html")));

    std::ofstream(w.path("text.json")) << "no JSON";
    std::ofstream(w.path("other.json")) << "{\"a\": 1}";
    for (const char* bad : {"missing.json", "text.json", "other.json", "e.json missing.json"}) {
      CAPTURE(bad);
      const tests::Result failed = w.run(std::string("report --out bad.html ") + bad);
      CHECK(failed.status == 1);
      CHECK(failed.error_lines() == 1);
      CHECK_FALSE(std::filesystem::exists(w.path("bad.html")));
    }
    CHECK(w.run("report").status == 2);
  }
}
