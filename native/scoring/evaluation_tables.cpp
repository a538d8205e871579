#include "odin/native/scoring/evaluation_tables.h"

#include <cstdio>
#include <string_view>

#include "odin/native/system/number_text.h"

namespace odin::native {
namespace {

struct TableColumn {
  const char *csv, *latex;
  double Metrics::*value;
  Interval MetricsIntervals::*interval;
  bool low_is_good;
};

constexpr TableColumn kTableColumns[] = {
    {"fpr95", "FPR at 95\\% TPR", &Metrics::fpr95, &MetricsIntervals::fpr95, true},
    {"detection_error_at_tpr95", "error at 95\\% TPR", &Metrics::detection_error_at_tpr95,
     &MetricsIntervals::detection_error_at_tpr95, true},
    {"detection_error", "least error", &Metrics::detection_error,
     &MetricsIntervals::detection_error, true},
    {"auroc", "AUROC", &Metrics::auroc, &MetricsIntervals::auroc, false},
    {"aupr_in", "AUPR-In", &Metrics::aupr_in, &MetricsIntervals::aupr_in, false},
    {"aupr_out", "AUPR-Out", &Metrics::aupr_out, &MetricsIntervals::aupr_out, false}};

std::string one_decimal(double fraction) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", 100 * fraction);
  return text;
}

std::string set_name(const OutResult& out) { return shown_name(parse_set(out.set)); }

/// A cell of CSV (RFC 4180).
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",;\"\r\n\t") == text.npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string latex_text(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("#$%&_{}").find(c) != std::string_view::npos)
      result += std::string("\\") + c;
    else if (c == '\\')
      result += "\\textbackslash{}";
    else if (c == '^' || c == '~')
      result += std::string("\\") + c + "{}";
    else
      result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return result;
}

std::string csv_row(const OutResult& out, const std::string& method, const Metrics& metrics,
                    const MetricsIntervals& intervals) {
  std::string row =
      csv_cell(set_name(out)) + "," + std::to_string(out.scores.size()) + "," + method;
  for (const TableColumn& c : kTableColumns) {
    const Interval& i = intervals.*c.interval;
    row += "," + shortest_text(metrics.*c.value) + "," + shortest_text(i.low) + "," +
           shortest_text(i.high);
  }
  return row + "\n";
}

std::string latex_row(const std::string& name, const std::string& method, const Metrics& own,
                      const Metrics& other, const MetricsIntervals& intervals) {
  std::string row = name + " & " + latex_text(method);
  for (const TableColumn& c : kTableColumns) {
    const double a = own.*c.value, b = other.*c.value;
    const bool best = c.low_is_good ? a < b : a > b;
    const Interval& i = intervals.*c.interval;
    row += " & " + (best ? "\\textbf{" + one_decimal(a) + "}" : one_decimal(a)) +
           " {\\scriptsize " + one_decimal(i.low) + "--" + one_decimal(i.high) + "}";
  }
  return row + " \\\\\n";
}

}  // namespace

std::string evaluation_csv(const EvaluationResult& result, const std::string& method) {
  std::string text = "out,images,method";
  for (const TableColumn& c : kTableColumns)
    text += std::string(",") + c.csv + "," + c.csv + "_low," + c.csv + "_high";
  text += "\n";
  for (const OutResult& out : result.results)
    text += csv_row(out, "baseline", out.baseline, out.baseline_intervals) +
            csv_row(out, method, out.method, out.method_intervals);
  return text;
}

std::string evaluation_latex(const EvaluationResult& result, const std::string& method) {
  std::string text = "\\begin{tabular}{llrrrrrr}\n\\toprule\nset & method";
  for (const TableColumn& c : kTableColumns) text += std::string(" & ") + c.latex;
  text += " \\\\\n\\midrule\n";
  for (const OutResult& out : result.results)
    text += latex_row(latex_text(set_name(out)), "baseline", out.baseline, out.method,
                      out.baseline_intervals) +
            latex_row("", method, out.method, out.baseline, out.method_intervals);
  return text + "\\bottomrule\n\\end{tabular}\n";
}

}  // namespace odin::native
