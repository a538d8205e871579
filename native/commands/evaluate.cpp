#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "odin/native/commands/commands.h"
#include "odin/native/commands/compare.h"
#include "odin/native/scoring/evaluation.h"
#include "odin/native/scoring/evaluation_tables.h"
#include "odin/native/system/console.h"
#include "odin/native/system/output_file.h"
#include "odin/native/system/progress.h"
#include "odin/native/training/record.h"
#include "odin/nn/io/quote.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;

struct EvaluateOptions {
  EvaluationOptions evaluation;
  std::string protocol = "own", method = "odin";
  StepOptions step;
  std::string json, details, scores, csv, latex;
};

/// A name as it may be printed, without the beginning if it is long, because its end says more.
std::string shown_set_name(const std::string& name, std::size_t most) {
  const std::string text = nn::printable(name);
  if (text.size() <= most) return text;
  std::size_t first = text.size() - most + 3;
  while (first < text.size() && (static_cast<unsigned char>(text[first]) & 0xc0) == 0x80) ++first;
  return "..." + text.substr(first);
}

std::string pair(double baseline, double method) {
  char text[32];
  std::snprintf(text, sizeof text, "%5.1f / %5.1f", 100 * baseline, 100 * method);
  return text;
}

/// "-" for NaN, such as the precision if no image is classified as in-distribution.
std::string in_percent(double fraction) {
  if (std::isnan(fraction)) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", 100 * fraction);
  return text;
}

std::string set_in_table(const OutResult& out) {
  return shown_set_name(shown_name(parse_set(out.set)), 40);
}

void print_table(const EvaluationResult& r, const std::string& method) {
  std::printf("in: %s, %lld images", Shown(shown_name(parse_set(r.in))).c_str(),
              static_cast<long long>(r.in_scores.size()));
  if (r.accuracy)
    std::printf(", %.2f%% classified correctly (%.2f to %.2f)", 100 * *r.accuracy,
                100 * r.accuracy_interval->low, 100 * r.accuracy_interval->high);
  std::printf("\nbaseline / %s, percent:\n", method.c_str());
  std::size_t width = 3;
  for (const OutResult& out : r.results) width = std::max(width, set_in_table(out).size());
  const int w = static_cast<int>(width);
  std::printf("%-*s  %6s  %-13s  %-13s  %-13s  %-13s  %-13s  %s\n", w, "out", "images",
              "FPR at TPR 95", "error, TPR 95", "least error", "AUROC", "AUPR in", "AUPR out");
  for (const OutResult& out : r.results) {
    const Metrics &b = out.baseline, &m = out.method;
    std::printf("%-*s  %6lld  %s  %s  %s  %s  %s  %s\n", w, set_in_table(out).c_str(),
                static_cast<long long>(out.scores.size()), pair(b.fpr95, m.fpr95).c_str(),
                pair(b.detection_error_at_tpr95, m.detection_error_at_tpr95).c_str(),
                pair(b.detection_error, m.detection_error).c_str(), pair(b.auroc, m.auroc).c_str(),
                pair(b.aupr_in, m.aupr_in).c_str(), pair(b.aupr_out, m.aupr_out).c_str());
  }
}

std::string range(const Interval& interval) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f - %.1f", 100 * interval.low, 100 * interval.high);
  return text;
}

void print_intervals(const EvaluationResult& r, const std::string& method) {
  std::printf(
      "\n95%% intervals (bootstrap), percent:\n%-9s  %-13s  %-13s  %-13s  %-13s  %-13s  %s\n", "",
      "FPR at TPR 95", "least error", "AUROC", "AUPR in", "AUPR out", "out");
  const auto row = [](const std::string& name, const MetricsIntervals& i, const std::string& set) {
    std::printf("%-9s  %-13s  %-13s  %-13s  %-13s  %-13s  %s\n", name.c_str(),
                range(i.fpr95).c_str(), range(i.detection_error).c_str(), range(i.auroc).c_str(),
                range(i.aupr_in).c_str(), range(i.aupr_out).c_str(), set.c_str());
  };
  for (const OutResult& out : r.results) {
    row("baseline", out.baseline_intervals, set_in_table(out));
    row(method, out.method_intervals, set_in_table(out));
  }
}

void print_confusions(const EvaluationResult& r) {
  double threshold = std::nan("");  // of the previous rows; sets may have different thresholds
  for (const OutResult& out : r.results) {
    if (!out.confusion) continue;
    const Confusion& c = *out.confusion;
    if (c.threshold != threshold)
      std::printf("\nin above %.10g, percent:\n%11s  %11s  %11s  %11s  %11s  %11s  %s\n",
                  c.threshold, "sensitivity", "specificity", "FPR", "precision", "accuracy",
                  "error", "out");
    threshold = c.threshold;
    for (const double figure : {c.sensitivity(), c.specificity(), c.fpr(), c.precision(),
                                c.accuracy(), c.detection_error()})
      std::printf("%11s  ", in_percent(figure).c_str());
    std::printf("%s\n", set_in_table(out).c_str());
  }
}

void check_folder(const std::string& folder) {
  if (folder.empty()) return;
  std::error_code error;
  fs::create_directories(folder, error);
  require(!error && fs::is_directory(folder), "evaluate: the scores can not be written to ",
          nn::quote(folder), ": ", error ? error.message() : "not a folder");
}

int run(const EvaluateOptions& options, bool quiet) {
  check_output_files({options.json, options.details, options.csv, options.latex}, "evaluate");
  const Evaluation evaluation(options.evaluation);
  check_folder(options.scores);
  if (!quiet)
    for (const std::string& note : evaluation.notes()) show(note);

  bool complete = true;
  Progress progress("evaluate", evaluation.image_count(), !quiet);
  const EvaluationResult result = evaluation.run(
      [&](std::int64_t done, const std::string& set) {
        progress.update(done, shown_set_name(set, 24));
      },
      [&](const std::string& line) {
        tell("odin: ", line);
        complete = false;
      });
  progress.finish();
  if (!quiet)
    for (const std::string& line : evaluation.conversions()) tell("note: ", line);

  if (!options.evaluation.ranks->first()) return complete ? 0 : 1;  // the first rank tells it
  print_table(result, options.method);
  print_intervals(result, options.method);
  print_confusions(result);
  std::printf("%s in all\n", format_duration(result.seconds).c_str());
  if (!options.scores.empty()) write_scores(result, options.scores);
  if (!options.json.empty())
    write_text_file(options.json, to_json(options.evaluation, result), "evaluate");
  if (!options.details.empty())
    write_text_file(options.details, to_detailed_json(evaluation, result), "evaluate");
  if (!options.csv.empty())
    write_text_file(options.csv, evaluation_csv(result, options.method), "evaluate");
  if (!options.latex.empty())
    write_text_file(options.latex, evaluation_latex(result, options.method), "evaluate");
  return complete ? 0 : 1;
}

/// Throws for options that are for a single method.
void refuse_single(const EvaluateOptions& o) {
  const auto refuse = [](bool given, const char* option) {
    if (given) fail_for_wrong(option, "is for a single --method");
  };
  refuse(!o.details.empty(), "--details");
  refuse(!o.scores.empty(), "--scores");
  refuse(!o.latex.empty(), "--latex");
  refuse(o.evaluation.threshold.has_value(), "--threshold");
  refuse(o.protocol != "own", "--protocol");
}

/// Several methods with one forward pass an image: the tables of odin compare.
int run_several(const EvaluateOptions& o, const MethodList& methods, bool quiet) {
  const EvaluationOptions& e = o.evaluation;
  ComparisonOptions c;
  c.models = {e.model};
  c.in = e.in;
  c.other = e.out;
  c.methods = methods;
  c.step = e.step;
  c.temperature = e.temperature;
  c.epsilon = e.epsilon;
  c.limit = e.limit;
  c.batch = e.batch;
  c.seed = e.seed;
  c.commit = e.commit;
  c.device = e.device;
  c.ranks = e.ranks;
  return run_comparison(c, {.json = o.json, .csv = o.csv, .html = {}}, quiet, "evaluate");
}

void add_options(Command command, EvaluateOptions& o) {
  EvaluationOptions& e = o.evaluation;
  command.add_option("--model", e.model, "Shipped model or .safetensors file");
  command.add_option("--in", e.in, "SET like what the network was trained on").required();
  command.add_option("--out", e.out, "SET of other images; may be given several times")
      .required()
      .expected(1)
      .take_all();
  command
      .add_option("--limit", e.limit,
                  "Score at most so many images of each set: the first, or of a folder with a\n"
                  "folder a class some of each class")
      .positive();
  command.add_option("--temperature", e.temperature,
                     "T of the softmax (the model's, or 1000; 1 for energy and gradnorm)");
  command.add_option("--epsilon", e.epsilon,
                     "Step on the input, in units of pixels in [0,1] (the model's, or 0.0014)");
  command.add_option(
      "--threshold", e.threshold,
      "Count the verdicts \"in above this score\" (the model's own, if T and eps are its own too)");
  command
      .add_option("--protocol", o.protocol,
                  "own: all images, the model's own T and eps.\n"
                  "paper: all images, T = 1000, eps = 0.0014 (0.002 with 100 classes).\n"
                  "code: as the method's published code does it, the first 1,000 images of\n"
                  "each set left out, T = 1000, the eps that it lists for each set.\n"
                  "--temperature and --epsilon come before all of these")
      .one_of({"own", "paper", "code"})
      .show_default();
  command
      .add_option(
          "--method", o.method,
          std::string(kMethodHelp) + ".\n" + "With several, the table is that of odin compare")
      .show_default();
  add_step_options(command, o.step);
  command
      .add_option("--batch", e.batch,
                  "Images computed together (64 of 32x32, of larger ones as many pixels)")
      .positive();
  command.add_option("--json", o.json, "File for all figures, curves and histograms");
  command.add_option("--details", o.details,
                     "File for the same and what odin report needs to know of single images");
  command.add_option("--csv", o.csv, "File for the table with its intervals, as CSV");
  command.add_option("--latex", o.latex, "File for the table with its intervals, as LaTeX");
  command.add_option("--scores", o.scores,
                     "Folder for the scores, one text file a set, as odin metrics reads them\n"
                     "(the baseline's in its folder \"baseline\")");
}

}  // namespace

void add_evaluate(Command program, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<EvaluateOptions>();
  Command command = program.add_command(
      "evaluate",
      "How well a network tells its own kind of images from others: the paper's figures");
  add_options(command, *options);
  command.footer(kSetHelp);
  command.callback([options, &common, &action] {
    const MethodList list = methods_of_option(options->method);
    const bool single = list.methods.size() == 1;
    const bool odin = !single || list.methods.front().method == Method::odin;
    options->evaluation.step = options->step.step();
    if (options->evaluation.epsilon && !odin && !options->step.wanted)
      fail_for_wrong("--epsilon", "only --method odin takes a step, others with --step");
    if (!single) refuse_single(*options);
    action = [options, list, single, &common] {
      options->evaluation.seed = common.seed;
      options->evaluation.ranks = common.ranks;
      options->evaluation.commit = program_commit();
      options->evaluation.device = common.compute_device();
      options->evaluation.protocol = parse_protocol(options->protocol);
      if (!single) return run_several(*options, list, common.quiet);
      options->evaluation.method = list.methods.front();
      return run(*options, common.quiet);
    };
  });
}

}  // namespace odin::native
