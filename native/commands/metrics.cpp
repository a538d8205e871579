#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "odin/native/commands/commands.h"
#include "odin/native/scoring/metrics_json.h"
#include "odin/native/scoring/score_file.h"
#include "odin/native/system/json_text.h"
#include "odin/threshold.h"

namespace odin::native {
namespace {

struct MetricsOptions {
  std::string in, out, column;
  std::optional<double> threshold;
  bool json = false;
};

void print_row(const char* name, double fraction) {
  if (std::isnan(fraction))
    std::printf("%-36s %9s\n", name, "-");
  else
    std::printf("%-36s %9.4f%%\n", name, 100 * fraction);
}

void print_text(const ScoreRanking& ranking, double threshold95,
                const std::optional<Confusion>& confusion) {
  const Metrics m = ranking.metrics();
  std::printf("%lld in-distribution scores, %lld others\n",
              static_cast<long long>(ranking.in_count()),
              static_cast<long long>(ranking.out_count()));
  print_row("FPR at 95% TPR", m.fpr95);
  print_row("detection error at 95% TPR", m.detection_error_at_tpr95);
  print_row("detection error, least", m.detection_error);
  print_row("AUROC", m.auroc);
  print_row("AUPR, in as positive", m.aupr_in);
  print_row("AUPR, out as positive", m.aupr_out);
  std::printf("%-36s %.17g\n", "95% of the in-scores lie above", threshold95);
  if (!confusion) return;
  const Confusion& c = *confusion;
  std::printf("\nabove %.17g called in\n%12s %12s %12s\n%12s %12lld %12lld\n%12s %12lld %12lld\n",
              c.threshold, "", "called in", "called out", "is in",
              static_cast<long long>(c.true_in), static_cast<long long>(c.false_out), "is out",
              static_cast<long long>(c.false_in), static_cast<long long>(c.true_out));
  print_row("sensitivity (TPR)", c.sensitivity());
  print_row("specificity", c.specificity());
  print_row("FPR", c.fpr());
  print_row("precision", c.precision());
  print_row("accuracy", c.accuracy());
  print_row("detection error", c.detection_error());
}

int run(const MetricsOptions& options) {
  const std::vector<double> in = read_scores(options.in, options.column);
  const std::vector<double> out = read_scores(options.out, options.column);
  const ScoreRanking ranking(in, out);
  const double threshold95 = threshold_at_tpr(in, 0.95);
  std::optional<Confusion> confusion;
  if (options.threshold) confusion = ranking.confusion(*options.threshold);
  if (!options.json) {
    print_text(ranking, threshold95, confusion);
    return 0;
  }
  nlohmann::ordered_json object = metrics_json(ranking.metrics());
  object["in"] = ranking.in_count();
  object["out"] = ranking.out_count();
  object["threshold_at_tpr95"] = threshold95;
  object["confusion"] = confusion ? confusion_json(*confusion) : nlohmann::ordered_json();
  std::cout << json_text(object) << '\n';
  return 0;
}

}  // namespace

void add_metrics(Command program, const CommonOptions&, Action& action) {
  const auto options = std::make_shared<MetricsOptions>();
  Command command = program.add_command(
      "metrics", "The figures of any detector from its scores: higher means in-distribution");
  command
      .add_option("--in", options->in,
                  "Text file or pipe of in-distribution scores, one a line, or a table of columns")
      .required();
  command.add_option("--out", options->out, "The same of the others' scores").required();
  command.add_option("--column", options->column,
                     "The column of the scores in tables: its name in the first line, or its "
                     "number\nfrom 1 (the only one, or the one named score)");
  command.add_option("--threshold", options->threshold,
                     "Also count the verdicts \"in above this score\"");
  command.add_flag("--json", options->json, "One JSON object; shares are fractions");
  command.callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace odin::native
