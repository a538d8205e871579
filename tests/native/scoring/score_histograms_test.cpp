#include "odin/native/scoring/score_histograms.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "odin/tests/native/workshop.h"

using namespace odin;
using nlohmann::json;

TEST_SUITE("native: histograms") {
  TEST_CASE("all sets are counted in the same bins, both ends included") {
    const auto h = native::score_histograms({{0.2, 0.5, 1.0}, {0.0, 0.24, 0.26, 0.9}}, 0.26, 4);
    CHECK(h.low == 0.0);
    CHECK(h.high == 1.0);
    CHECK(h.counts == std::vector<std::vector<std::int64_t>>{{1, 0, 1, 1}, {2, 1, 0, 1}});
    CHECK(h.above == std::vector<double>{2.0 / 3, 0.25});  // strictly above the threshold
  }

  TEST_CASE("equal scores fall into one bin") {
    const auto h = native::score_histograms({{0.1, 0.1}, {0.1}}, 0.1, 3);
    CHECK(h.counts == std::vector<std::vector<std::int64_t>>{{2, 0, 0}, {1, 0, 0}});
    CHECK_THROWS_WITH(native::score_histograms({{0.1}, {}}, 0.1),
                      "histogram: a set without scores");
  }

  TEST_CASE("odin tune --histograms holds every setting and the command that made it") {
    const tests::Workshop w;  // T = 500, eps = 0.002, threshold 0.1
    const tests::Result r = w.run(
        "tune --model m.safetensors --in uniform:20 --out gaussian:10 --out uniform:5 "
        "--temperatures 1,500 --epsilons 0,0.002 --quiet --histograms h.json");
    CHECK(r.status == 0);
    const json object = json::parse(tests::read_text(w.path("h.json")));
    CHECK(object["command"].get<std::string>().starts_with("odin tune --model m.safetensors"));
    REQUIRE(object["sets"].size() == 3);
    CHECK(object["sets"][1] ==
          json{{"set", "gaussian:10"}, {"name", "Gaussian"}, {"role", "out"}, {"n", 10}});
    REQUIRE(object["settings"].size() == 4);
    json rows = object["settings"];
    rows.push_back(object["baseline"]);
    for (const json& row : rows) {
      CAPTURE(row.dump());
      const auto counts = row["counts"].get<std::vector<std::vector<std::int64_t>>>();
      REQUIRE(counts.size() == 3);
      CHECK(std::accumulate(counts[0].begin(), counts[0].end(), 0) == 20);
      CHECK(std::accumulate(counts[2].begin(), counts[2].end(), 0) == 5);
      CHECK(row["low"] < row["high"]);
    }
    const json& other = object["settings"][0];
    CHECK(other["above"][0].get<double>() == 0.95);
    const json& own = object["settings"][3];
    CHECK(own["temperature"] == 500);
    CHECK(own["epsilon"] == 0.002);
    CHECK(own["threshold"] == 0.1);
    CHECK(own["above"][0] == 1.0);  // three classes: no score is below a third
    CHECK(w.run("tune --model m.safetensors --in uniform:2 --histograms no/h.json").status == 1);
  }
}
