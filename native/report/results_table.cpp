#include <cstdio>
#include <iterator>
#include <optional>

#include "odin/native/report/paper_figures.h"
#include "odin/native/report/sections.h"
#include "odin/native/report/svg.h"
#include "odin/native/sets/display_name.h"

namespace odin::native::report {
namespace {

struct Column {
  const char* heading;
  double Metrics::*value;
  Interval MetricsIntervals::*interval;
  bool low_is_good;
};

constexpr Column kColumns[] = {
    {"FPR at 95% TPR", &Metrics::fpr95, &MetricsIntervals::fpr95, true},
    {"detection error", &Metrics::detection_error, &MetricsIntervals::detection_error, true},
    {"AUROC", &Metrics::auroc, &MetricsIntervals::auroc, false},
    {"AUPR-In", &Metrics::aupr_in, &MetricsIntervals::aupr_in, false},
    {"AUPR-Out", &Metrics::aupr_out, &MetricsIntervals::aupr_out, false}};

std::optional<double> paper_value(const PaperFigures& paper, std::size_t column) {
  const std::optional<double> values[] = {paper.fpr95, paper.detection_error, paper.auroc,
                                          paper.aupr_in, paper.aupr_out};
  return values[column];
}

std::string head(bool with_paper) {
  std::string html = "<thead><tr><th>out-of-distribution set</th><th class=\"method\">method</th>";
  for (const Column& c : kColumns)
    html += std::string("<th>") + c.heading + " <small>" + (c.low_is_good ? "↓" : "↑") +
            "</small>" + (with_paper ? "<br><small>here &nbsp;·&nbsp; paper</small>" : "") +
            "</th>";
  return html + "</tr></thead>\n";
}

std::string interval_text(const Interval& i) {
  return "<br><small>" + percent(i.low) + "–" + percent(i.high) + "</small>";
}

std::string cells(const MethodResult& result, const Metrics& other, const PaperFigures* paper,
                  bool with_paper) {
  const Metrics& own = result.metrics;
  std::string html;
  for (std::size_t i = 0; i < std::size(kColumns); ++i) {
    const Column& c = kColumns[i];
    const double a = own.*c.value, b = other.*c.value;
    const bool best = c.low_is_good ? a < b : a > b;
    html += best ? "<td class=\"best\">" : "<td>";
    html += percent(a);
    if (with_paper) {
      const auto value = paper ? paper_value(*paper, i) : std::nullopt;
      html += "<span class=\"paper\">" + (value ? percent(*value / 100) : "–") + "</span>";
    }
    if (result.intervals) html += interval_text(*result.intervals.*c.interval);
    html += "</td>";
  }
  return html;
}

std::string rows(const Result& r, const std::string& method, const std::optional<PaperRow>& paper,
                 bool with_paper) {
  const Metrics &base = r.baseline.metrics, &ours = r.method.metrics;
  return "<tbody><tr><td class=\"name\" rowspan=\"2\">" + escape(display_name(r.out)) +
         "<br><small>" + std::to_string(r.n) + " images</small></td>" +
         "<td class=\"method\">baseline</td>" +
         cells(r.baseline, ours, paper ? &paper->baseline : nullptr, with_paper) + "</tr>\n" +
         "<tr><td class=\"method\">" + escape(method) + "</td>" +
         cells(r.method, base, paper && method == "ODIN" ? &paper->odin : nullptr, with_paper) +
         "</tr></tbody>\n";
}

}  // namespace

std::string results_table(const Evaluation& e, Captions& captions) {
  const std::string model = e.architecture.empty() ? e.model : e.architecture;
  std::optional<PaperRow> any;
  for (const Result& r : e.results)
    if (const auto row = paper_row(model, e.in_set, r.out)) any = row;
  std::string html = head(any.has_value());
  for (const Result& r : e.results)
    html += rows(r, method_title(e.method), paper_row(model, e.in_set, r.out), any.has_value());
  std::string caption =
      "All figures in percent, the better method in bold. In-distribution is the positive class; "
      "the detection error is the least over all thresholds. Arrows say which way is better.";
  if (e.results.front().method.intervals)
    caption += " Small: 95% intervals, from a bootstrap of the images of both sets.";
  if (any)
    caption += " Grey: the published value for " + any->network +
               " (Liang et al. 2018, table 2). Networks trained anew differ, and so do the images.";
  return "<h3>Detection</h3>\n" + captions.table(html, caption);
}

}  // namespace odin::native::report
