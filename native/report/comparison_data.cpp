#include <algorithm>
#include <nlohmann/json.hpp>

#include "odin/native/report/json_node.h"
#include "odin/native/report/report_data.h"
#include "odin/tensor/error.h"

// The files of odin compare, and of odin evaluate with several methods.

namespace odin::native::report {
namespace {

constexpr std::size_t kMostModels = 1000, kMostMethods = 1000, kMostComparedSets = 1000;
constexpr std::size_t kMostHistogramBins = 1000;

std::vector<double> counts_of(const Node& histogram, const std::string& key) {
  std::vector<double> counts = histogram.numbers(key, kMostHistogramBins);
  for (const double c : counts)
    require(c >= 0 && c <= 1e12, histogram.where(), ".", key, ": a bin has ", c, " images");
  return counts;
}

ComparedFigure figure_of(const Node& node) {
  ComparedFigure f{node.share("auroc"), node.share("fpr95"), node.share("fpr95_out_positive"), {}};
  if (!node.has("histogram")) return f;
  const Node bins = node["histogram"];
  f.histogram = ScoreCurves{bins.number("lowest"),
                            bins.number("highest"),
                            counts_of(bins, "in"),
                            counts_of(bins, "out"),
                            {},
                            {},
                            bins.number("threshold")};
  require(f.histogram->in_counts.size() == f.histogram->out_counts.size() &&
              f.histogram->lowest <= f.histogram->highest,
          bins.where(), ": not a histogram");
  return f;
}

ComparedNetwork network_of(const Node& node, std::size_t sets) {
  ComparedNetwork network{node.text("model"),
                          node.positive("temperature"),
                          node.number("epsilon"),
                          node.optional_share("accuracy"),
                          {}};
  for (const Node& item : node["methods"].items(kMostMethods)) {
    ComparedMethod method{item.text("method"), item.text("with"), {}};
    for (const Node& result : item["results"].items(kMostComparedSets))
      method.figures.push_back(figure_of(result));
    require(method.figures.size() == sets, item.where(), ".results: ", method.figures.size(),
            " results, but there are ", sets, " sets");
    network.methods.push_back(std::move(method));
  }
  require(!network.methods.empty(), node.where(), ": no methods");
  return network;
}

std::string step_in(const Node& root) {
  if (!root.has("step")) return "";
  const std::string step = root["step"].is_text() ? root.text("step") : "";
  require(step.empty() || step == "odin" || step == "score", root.where(),
          ".step: expected false, odin or score");
  return step;
}

}  // namespace

Comparison parse_comparison(const nlohmann::json& value, const std::string& name) {
  const Node root(value, name);
  Comparison c;
  c.in_set = root.text("in");
  c.in_count = root.count("in_images");
  if (root.has("parameters")) c.parameters = root.text("parameters");
  if (root.has("commit")) c.commit = root.text("commit");
  if (root.has("seed")) c.seed = root["seed"].digits();
  c.step = step_in(root);
  for (const Node& item : root["sets"].items(kMostComparedSets)) {
    ComparedOutSet set{item.text("set"), item.text("distance"), item.count("n")};
    require(set.distance == "near" || set.distance == "far" || set.distance == "out", item.where(),
            ".distance: expected near, far or out");
    c.sets.push_back(std::move(set));
  }
  require(!c.sets.empty(), name, ": no sets");
  for (const Node& item : root["models"].items(kMostModels)) {
    c.networks.push_back(network_of(item, c.sets.size()));
    const auto& first = c.networks.front().methods;
    const auto& last = c.networks.back().methods;
    require(std::ranges::equal(first, last, {}, &ComparedMethod::name, &ComparedMethod::name),
            item.where(), ".methods: other methods than those of the first model");
  }
  require(!c.networks.empty(), name, ": no models");
  return c;
}

}  // namespace odin::native::report
