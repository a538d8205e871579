#include <algorithm>
#include <optional>

#include "odin/native/report/sections.h"
#include "odin/native/report/svg.h"
#include "odin/native/sets/display_name.h"
#include "odin/spread.h"

namespace odin::native::report {
namespace {

struct ComparedColumn {
  const char* heading;
  double ComparedFigure::*value;
  bool low_is_good;
};

constexpr ComparedColumn kFigures[] = {
    {"AUROC", &ComparedFigure::auroc, false},
    {"FPR at 95% TPR, in-distribution positive: the share of the set that is accepted",
     &ComparedFigure::fpr95, true},
    {"FPR at 95% TPR, out-of-distribution positive: the share of the in-distribution set that is "
     "rejected",
     &ComparedFigure::fpr95_out_positive, true}};

/// Sets whose figures are averaged: one set, or those of a distance.
struct SetGroup {
  std::string title;
  std::vector<std::size_t> sets;
};

std::vector<SetGroup> groups_of(const Comparison& c) {
  std::vector<SetGroup> groups;
  for (const char* distance : {"near", "far", "out"}) {
    SetGroup all{std::string(distance) + " mean", {}};
    for (std::size_t s = 0; s < c.sets.size(); ++s)
      if (c.sets[s].distance == distance) {
        groups.push_back({display_name(c.sets[s].set), {s}});
        all.sets.push_back(s);
      }
    const bool named = std::string_view(distance) != "out";
    if (all.sets.size() > (named ? 0u : 1u)) groups.push_back(std::move(all));
  }
  return groups;
}

/// Over the networks.
Spread over_networks(const Comparison& c, std::size_t method, const SetGroup& group,
                     double ComparedFigure::*value) {
  std::vector<double> values;
  for (const ComparedNetwork& n : c.networks) {
    double sum = 0;
    for (const std::size_t s : group.sets) sum += n.methods[method].figures[s].*value;
    values.push_back(sum / static_cast<double>(group.sets.size()));
  }
  return spread_of(values);
}

/// With its parameters where all networks use the same.
std::string name_in_table(const Comparison& c, std::size_t method) {
  const ComparedMethod& first = c.networks.front().methods[method];
  for (const ComparedNetwork& n : c.networks)
    if (n.methods[method].with != first.with) return first.name;
  return first.with;
}

std::string figure_table(const Comparison& c, const ComparedColumn& column, Captions& captions) {
  const std::vector<SetGroup> groups = groups_of(c);
  const std::size_t methods = c.networks.front().methods.size();
  std::string html = "<thead><tr><th class=\"method\">method</th>";
  for (const SetGroup& g : groups) html += "<th>" + escape(g.title) + "</th>";
  html += "</tr></thead>\n<tbody>";
  std::vector<double> best;
  for (const SetGroup& g : groups) {
    double value = over_networks(c, 0, g, column.value).mean;
    for (std::size_t m = 1; m < methods; ++m) {
      const double other = over_networks(c, m, g, column.value).mean;
      value = column.low_is_good ? std::min(value, other) : std::max(value, other);
    }
    best.push_back(value);
  }
  for (std::size_t m = 0; m < methods; ++m) {
    html += "<tr><td class=\"method\">" + escape(name_in_table(c, m)) + "</td>";
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const Spread v = over_networks(c, m, groups[g], column.value);
      html += (v.mean == best[g] ? "<td class=\"best\">" : "<td>") + percent(v.mean) +
              (c.networks.size() > 1 ? " <small>±" + percent(v.deviation) + "</small>" : "") +
              "</td>";
    }
    html += "</tr>\n";
  }
  return captions.table(
      html + "</tbody>",
      std::string(column.heading) + ", percent; the best of each column in bold." +
          (c.networks.size() > 1 ? " Mean and standard deviation over " +
                                       std::to_string(c.networks.size()) + " networks."
                                 : ""));
}

std::string method_histograms(const Comparison& c, Captions& captions) {
  const ComparedNetwork& network = c.networks.front();
  std::string charts;
  for (const ComparedMethod& m : network.methods) {
    std::string row;
    for (std::size_t s = 0; s < c.sets.size(); ++s)
      if (const auto& histogram = m.figures[s].histogram)
        row += score_histogram(display_name(c.sets[s].set), m.with + " score", *histogram);
    if (!row.empty()) charts += "<h4>" + escape(m.with) + "</h4>\n" + row;
  }
  if (charts.empty()) return "";
  return "<h3>Scores</h3>\n" +
         captions.figure(charts,
                         "For each method and each out-of-distribution set: histograms of "
                         "the scores of " +
                             escape(network.model) +
                             ", with the threshold that accepts 95% of the "
                             "in-distribution images.");
}

}  // namespace

std::string comparison_section(const Comparison& c, Captions& captions) {
  std::string html = "<section>\n<h2>Methods on " + escape(display_name(c.in_set)) +
                     "</h2>\n<dl class=\"facts\">" +
                     fact("in-distribution set", display_name(c.in_set)) +
                     fact("images", std::to_string(c.in_count));
  for (const ComparedNetwork& n : c.networks)
    html +=
        fact("network", n.model + " (odin: T = " + compact_number(n.temperature) +
                            ", ε = " + compact_number(n.epsilon) +
                            (n.accuracy ? "; " + percent(*n.accuracy, 2) + "% right" : "") + ")");
  if (!c.parameters.empty()) html += fact("parameters", c.parameters);
  if (!c.step.empty())
    html += fact("step before every method",
                 c.step == "odin" ? "ODIN's" : "one that raises the method's own score");
  if (!c.seed.empty()) html += fact("seed", c.seed);
  if (!c.commit.empty()) html += fact("commit of odin", c.commit);
  html += "</dl>\n<h3>Detection</h3>\n";
  for (const ComparedColumn& column : kFigures) html += figure_table(c, column, captions);
  return html + method_histograms(c, captions) + "</section>\n";
}

}  // namespace odin::native::report
