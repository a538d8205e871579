#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "odin/native/report/chart.h"
#include "odin/native/report/heat_map.h"
#include "odin/native/report/report.h"
#include "odin/native/report/svg.h"
#include "odin/native/system/json_text.h"
#include "odin/native/system/utf8.h"
#include "odin/tests/native/workshop.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using namespace odin::native::report;
using nlohmann::json;
using tests::contains;
using tests::error_of;

// What other programs, or nobody in good faith, may put into the files of a report.

namespace {

constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kSmallest = std::numeric_limits<double>::denorm_min();

json odd_metrics() {
  return {{"fpr95", 0.5},  {"detection_error_at_tpr95", 0.2},
          {"auroc", 0.75}, {"detection_error", 0.1},
          {"aupr_in", 1},  {"aupr_out", 0}};
}

json plain_evaluation() {
  const json charts{
      {"histogram", {{"lowest", 0.1}, {"highest", 0.9}, {"in", {1, 3}}, {"out", {4, 0}}}},
      {"roc", {{0, 0}, {1, 1}}},
      {"precision_recall_in", {{0, 1}, {1, 0.5}}}};
  json result{{"out", "uniform:4"},
              {"n", 4},
              {"baseline", odd_metrics()},
              {"odin", odd_metrics()},
              {"thresholds_at_tpr95", {{"baseline", 0.5}, {"odin", 0.1}}},
              {"charts", {{"baseline", charts}, {"odin", charts}}}};
  const json set{{"set", "uniform:4"},
                 {"before_step", {0.1, 0.2}},
                 {"gradient_l1", {1, 2}},
                 {"extremes", json::array()}};
  return {{"model", "m"},        {"temperature", 1000},
          {"epsilon", 0.001},    {"in", {{"set", "uniform:4"}, {"n", 4}}},
          {"results", {result}}, {"details", {{"in", set}, {"out", {set}}}}};
}

json plain_comparison() {
  const json figure{
      {"auroc", 0.75},
      {"fpr95", 0.5},
      {"fpr95_out_positive", 0.25},
      {"histogram",
       {{"lowest", -3}, {"highest", 4.5}, {"threshold", 1}, {"in", {1, 3}}, {"out", {4, 0}}}}};
  const auto method = [&](const std::string& name) {
    return json{{"method", name}, {"with", name + ":k=1"}, {"results", {figure, figure}}};
  };
  return {{"in", "uniform:4"},
          {"in_images", 4},
          {"sets",
           {{{"set", "gaussian:9"}, {"distance", "near"}, {"n", 9}},
            {{"set", "uniform:9"}, {"distance", "out"}, {"n", 9}}}},
          {"models",
           {{{"model", "m"},
             {"temperature", 1000},
             {"epsilon", 0},
             {"methods", {method("vim"), method("knn")}}}}}};
}

/// A tuning with every pair of these settings.
json grid_of(const std::vector<double>& temperatures, const std::vector<double>& epsilons,
             const std::vector<double>& scores) {
  json grid = json::array();
  for (const double t : temperatures)
    for (const double e : epsilons)
      grid.push_back({{"temperature", t},
                      {"epsilon", e},
                      {"mean_in_score", scores[grid.size() % scores.size()]}});
  return {{"model", "m"},
          {"selection", "in-set"},
          {"objective", "mean-in-score"},
          {"in", {{"set", "uniform:4"}, {"n", 4}}},
          {"out", json::array()},
          {"temperatures", temperatures},
          {"epsilons", epsilons},
          {"grid", grid},
          {"chosen",
           {{"temperature", temperatures.back()},
            {"epsilon", epsilons.back()},
            {"threshold", scores.front()},
            {"threshold_standard_error", 0},
            {"threshold_interval", {0, 1}},
            {"tpr_interval", {0, 1}}}}};
}

std::string page_of(const json& tuning) {
  ReportData data;
  data.tunings.push_back(parse_tuning(tuning, "t"));
  return render_report(data);
}

std::string page_of_evaluation(const json& evaluation) {
  ReportData data;
  data.evaluations.push_back(parse_evaluation(evaluation, "e"));
  return render_report(data);
}

/// The error for a plain evaluation with one member changed.
std::string refusal(const std::string& pointer, const json& value) {
  json e = plain_evaluation();
  e[json::json_pointer(pointer)] = value;
  return error_of([&] { parse_evaluation(e, "e"); });
}

bool has_bad_number(const std::string& page) {
  for (const char* bad : {"\"nan\"", "\"-nan\"", "\"inf\"", "nan ", "inf "})
    if (contains(page, bad)) return true;
  return false;
}

}  // namespace

TEST_SUITE("native: report of odd data") {
  TEST_CASE("ticks end, whatever the range") {
    const std::vector<double> ends{
        0,         1,          -1,       1e17,      1e17 + 32, 9007199254740993.0,    1e300,
        kSmallest, -kSmallest, kLargest, -kLargest, 0.1,       std::nextafter(0.1, 1)};
    for (const double low : ends)
      for (const double high : ends)
        for (const bool logarithmic : {false, true}) {
          CAPTURE(low);
          CAPTURE(high);
          CHECK(nice_ticks(low, high, 5).size() <= 12);
          Chart chart("", {.label = "", .low = low, .high = high, .logarithmic = logarithmic},
                      {.label = "", .low = high, .high = low});
          chart.line({{low, high}, {high, low}, {NAN, INFINITY}}, "in");
          chart.histogram({1, 2}, "in");
          chart.marker(high, "here");
          const std::string svg = chart.render();
          CHECK(svg.size() < 10000);
          CHECK_FALSE(has_bad_number(svg));
        }
    CHECK(nice_ticks(NAN, 1, 5).size() == 1);
    CHECK(nice_ticks(-INFINITY, INFINITY, 5).size() == 1);
    CHECK(nice_ticks(0, 2, 5, true) == std::vector<double>{0, 1, 2});
    CHECK(nice_ticks(0, 100, 5, true) == std::vector<double>{0, 20, 40, 60, 80, 100});
  }

  TEST_CASE("labels tell their ticks apart and leave room for themselves") {
    const Axis narrow{.label = "", .low = 0.1, .high = 0.1 + 4e-16};
    const auto labels = narrow.tick_labels();
    for (std::size_t i = 1; i < labels.size(); ++i) CHECK(labels[i] != labels[i - 1]);
    const Axis large{.label = "", .low = 1e15, .high = 1e19, .logarithmic = true};
    CHECK(large.tick_labels().back() == "1e+19");
    const Axis decade{.label = "", .low = 2, .high = 5, .logarithmic = true};
    CHECK(decade.tick_values().size() > 1);
    const Axis wide{.label = "", .low = kSmallest, .high = kLargest, .logarithmic = true};
    CHECK(wide.tick_values().size() <= 27);
    Chart chart("", {.label = "", .low = 0, .high = 1}, narrow);
    chart.line({{0, 0.1}}, "in");
    CHECK_FALSE(contains(chart.render(), "d=\"M46 "));  // the plot has moved to the right
  }

  TEST_CASE("tunings of extreme settings give a page") {
    const std::vector<std::vector<double>> settings{
        {1e17}, {1, 1e17}, {1e17, 1e17}, {kSmallest, kLargest}, {1000, 1}, {900, 1100}};
    for (const auto& t : settings)
      for (const auto& scores :
           {std::vector<double>{0.1}, {kLargest, -kLargest}, {0.1, 0.1 + 1e-17}}) {
        const std::string page = page_of(grid_of(t, {0, 1e-7, 0.004}, scores));
        CHECK(page.size() < 100000);
        CHECK_FALSE(has_bad_number(page));
      }
    CHECK(contains(page_of(grid_of({1, 1e17}, {0}, {0.1})), "T = 1e+17") == false);
    CHECK(contains(page_of(grid_of({1e17}, {0, 1}, {0.1})), "T = 1e+17"));
  }

  TEST_CASE("a small grid is drawn as small as it is, a large one has text where it fits") {
    HeatMap small;
    small.title = "a title that is wider than the map";
    small.columns = {"0"};
    small.rows = {"1"};
    small.values = {{1}};
    CHECK(contains(small.render(), "width=\"60\" height=\"23\""));  // of the cell
    HeatMap large;
    large.columns.assign(500, "0.001");
    large.rows = {"1"};
    large.values = {std::vector<double>(500, 0.25)};
    const std::string svg = large.render();
    CHECK_FALSE(contains(svg, ">0.2<"));
    CHECK(svg.size() < 100000);
  }

  TEST_CASE("every member is checked") {
    CHECK_NOTHROW(page_of_evaluation(plain_evaluation()));
    const std::string row = "/results/0";
    CHECK(contains(refusal("/temperature", 0), "e.temperature: expected a number above 0"));
    CHECK(contains(refusal("/in/n", -1), "e.in.n: expected a count"));
    CHECK(contains(refusal("/in/n", 1e300), "expected a count"));
    CHECK(
        contains(refusal("/in/n", std::numeric_limits<std::uint64_t>::max()), "expected a count"));
    CHECK(contains(refusal("/in/n", true), "expected a count"));
    CHECK(contains(refusal("/in/accuracy", 1.5), "expected a number from 0 to 1, got 1.5"));
    CHECK(contains(refusal(row + "/odin/auroc", -0.1), "e.results[0].odin.auroc"));
    CHECK(contains(refusal(row + "/charts/odin/roc/1/0", 2), "roc[1][0]"));
    CHECK(contains(refusal(row + "/charts/odin/roc/1", {1}), "expected two numbers"));
    CHECK(contains(refusal(row + "/charts/odin/histogram/in/0", -1), "a bin has -1 images"));
    CHECK(contains(refusal(row + "/charts/odin/histogram/in", {1, 2, 3}), "not a histogram"));
    CHECK(contains(refusal(row + "/charts/odin/histogram/lowest", 7), "not a histogram"));
    CHECK(contains(refusal("/details/out/0/gradient_l1", {1}), "differ in length"));
    CHECK(contains(refusal("/details/out/0/set", json::array()), "expected a text, got array"));
    json many = json::array();
    for (int i = 0; i < 20000; ++i) many.push_back(0);
    CHECK(contains(refusal(row + "/charts/odin/histogram/in", many), "expected at most 10000"));
  }

  TEST_CASE("a comparison's members are checked, and its texts escaped") {
    const auto page = [](const json& c) {
      ReportData data;
      data.comparisons.push_back(parse_comparison(c, "c"));
      return render_report(data);
    };
    const auto refused = [&](const std::string& at, const json& value) {
      json c = plain_comparison();
      c[json::json_pointer(at)] = value;
      return error_of([&] { page(c); });
    };
    const std::string plain = page(plain_comparison());
    CHECK(contains(plain, "<td class=\"method\">vim:k=1</td>"));
    CHECK(contains(plain, "near mean"));
    CHECK_FALSE(contains(plain, "far mean"));
    CHECK_FALSE(contains(plain, "out mean"));  // of one set
    CHECK_FALSE(contains(plain, "±"));
    CHECK(contains(plain, "vim:k=1 score"));
    const std::string result = "/models/0/methods/0/results/0";
    CHECK(contains(refused(result + "/auroc", 1.5), "expected a number from 0 to 1, got 1.5"));
    CHECK(contains(refused(result + "/histogram/in", {1}), "not a histogram"));
    CHECK(contains(refused(result + "/histogram/in/0", -1), "a bin has -1 images"));
    CHECK(contains(refused(result + "/histogram/lowest", 5), "not a histogram"));
    CHECK(contains(refused("/models/0/methods/0/results", json::array()), "0 results"));
    CHECK(contains(refused("/models", json::array()), "no models"));
    CHECK(contains(refused("/models/0/methods", json::array()), "no methods"));
    CHECK(contains(refused("/sets", json::array()), "no sets"));
    CHECK(contains(refused("/sets/0/distance", "<b>"), "expected near, far or out"));
    CHECK(contains(refused("/step", "sideways"), "expected false, odin or score"));
    CHECK(contains(refused("/models/0/temperature", 0), "expected a number above 0"));
    json other = plain_comparison();
    other["models"].push_back(other["models"][0]);
    CHECK(contains(page(other), "over 2 networks"));
    other["models"][1]["methods"].erase(1);
    CHECK(contains(error_of([&] { page(other); }), "other methods than those of the first"));

    json hostile = plain_comparison();
    const std::string tag = "</td><script>x('\"&')</script>";
    hostile["models"][0]["model"] = hostile["models"][0]["methods"][0]["with"] = tag;
    hostile["sets"][0]["set"] = hostile["in"] = hostile["parameters"] = hostile["commit"] = tag;
    CHECK_FALSE(contains(page(hostile), "<script"));
    CHECK(contains(page(hostile), "&lt;script&gt;"));
    json extreme = plain_comparison();
    for (auto& r : extreme["models"][0]["methods"][0]["results"])
      r["histogram"].update(
          {{"lowest", -kLargest}, {"highest", kLargest}, {"threshold", kSmallest}});
    extreme["models"][0]["methods"][1]["results"][0]["histogram"].update(
        {{"lowest", 2}, {"highest", 2}, {"in", {0}}, {"out", {0}}});
    CHECK_FALSE(has_bad_number(page(extreme)));
  }

  TEST_CASE("sets with and without gradients are drawn together") {
    json e = plain_evaluation();
    e["details"]["out"][0].erase("gradient_l1");
    CHECK_FALSE(contains(page_of_evaluation(e), "Why the step helps"));
    json extreme = plain_evaluation();
    extreme["temperature"] = kLargest;
    extreme["details"]["in"]["before_step"] = {-kLargest, kLargest};
    CHECK_FALSE(has_bad_number(page_of_evaluation(extreme)));
  }

  TEST_CASE("long names stay inside of charts, and the whole name can be read") {
    CHECK(fitted("short", 10, 100) == "short");
    CHECK(fitted("a name that is too long", 10, 52) == "a na…long");
    CHECK(fitted("", 10, 0) == "");
    for (const std::string letter : {"a", "é", "한", "😀"}) {
      CAPTURE(letter);
      std::string name;
      for (int i = 0; i < 300; ++i) name += letter;
      const std::string part = fitted(name, 12.5, 200);
      CHECK(text_width(part, 12.5) <= 200);
      CHECK(text_width(part, 12.5) > 150);
      CHECK(native::is_utf8(part));
      json evaluation = plain_evaluation();
      evaluation["details"]["out"][0]["set"] = evaluation["results"][0]["out"] =
          name + "=uniform:4";
      const std::string page = page_of_evaluation(evaluation);
      CHECK(contains(page, "class=\"title\">" + letter + letter));
      CHECK(contains(page, letter + "…" + letter));
      CHECK(contains(page, "aria-label=\"" + name));
      CHECK_FALSE(contains(page, name + "</text>"));
    }
    json evaluation = plain_evaluation();
    evaluation["model"] = std::string(5000, 'm');
    CHECK(contains(error_of([&] { page_of_evaluation(evaluation); }), "a text of 5000 bytes"));
    HeatMap map;
    map.title = std::string(1000, 'o');
    map.rows = map.columns = {"1"};
    map.values = {{0.5}};
    CHECK(contains(map.render(), "o…o"));
    CHECK_FALSE(contains(map.render(), map.title + "</text>"));
  }

  TEST_CASE("a page that would be too large says what it leaves out") {
    ReportData data;
    for (const char* model : {"first", "second", "third"}) {
      json evaluation = plain_evaluation();
      evaluation["model"] = model;
      data.evaluations.push_back(parse_evaluation(evaluation, "x"));
    }
    const std::string whole = render_report(data);
    CHECK_FALSE(contains(whole, "Left out"));
    const std::string part = render_report(data, whole.size() / 2);
    CHECK(part.size() < whole.size());
    CHECK(contains(part, "first on"));
    CHECK(contains(part, "<h2>Left out</h2>"));
    CHECK(contains(part, "third on"));
    CHECK_FALSE(contains(part, "<h2>third on"));
  }

  TEST_CASE("JSON that would fill the stack or the memory is refused in one line") {
    const tests::Workshop w;
    const auto err = [&](const std::string& text) {
      std::ofstream(w.path("x.json")) << text;
      const auto r = w.run("report x.json --out r.html");
      CHECK(r.status == 1);
      CHECK(r.error_lines() == 1);
      CHECK_FALSE(std::filesystem::exists(w.path("r.html")));
      return r.err;
    };
    CHECK(contains(err(std::string(100000, '[')), "nested more than 100 levels deep"));
    CHECK(contains(err("{\"results\":" + std::string(5000, '[') + std::string(5000, ']') + "}"),
                   "nested more than 100 levels deep"));
    std::string commas = "[";
    for (int i = 0; i < 1'000'001; ++i) commas += "0,";
    CHECK(contains(err(commas + "0]"), "more than 1000000 values"));
    CHECK(contains(err("{\"results\": 1e999}"), "too large"));
    CHECK(contains(err("{\"results\""), "not JSON (byte"));
    CHECK(native::parse_json("\"[[[\\\"[[[\"") == "[[[\"[[[");  // brackets in a string
    CHECK(
        native::parse_json_if_valid(std::string(200, '[') + std::string(200, ']')).is_discarded());
  }
}
