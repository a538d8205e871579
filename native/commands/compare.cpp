#include "odin/native/commands/compare.h"

#include <cstdio>
#include <memory>

#include "odin/native/commands/commands.h"
#include "odin/native/report/report.h"
#include "odin/native/system/console.h"
#include "odin/native/system/json_text.h"
#include "odin/native/system/output_file.h"
#include "odin/native/system/progress.h"
#include "odin/native/training/record.h"

namespace odin::native {
namespace {

struct CompareOptions {
  ComparisonOptions comparison;
  ComparisonFiles files;
  std::string methods = "all";
  StepOptions step;
};

void add_compare_options(Command command, CompareOptions& o) {
  ComparisonOptions& c = o.comparison;
  command
      .add_option("--model", c.models,
                  "Shipped model or .safetensors file; of several, trainings of one kind of\n"
                  "network, mean and standard deviation are told")
      .expected(1)
      .take_all();
  command.add_option("--in", c.in, "SET like what the networks were trained on").required();
  command
      .add_option("--near", c.near, "SET of other images that are much like these; may be repeated")
      .expected(1)
      .take_all();
  command.add_option("--far", c.far, "SET of images that are quite unlike; may be repeated")
      .expected(1)
      .take_all();
  command.add_option("--out", c.other, "SET of other images, neither of both; may be repeated")
      .expected(1)
      .take_all();
  command.add_option("--method", o.methods, kMethodHelp).show_default();
  add_step_options(command, o.step);
  command.add_option("--temperature", c.temperature,
                     "T of odin and of the step (the model's, or 1000)");
  command.add_option("--epsilon", c.epsilon,
                     "Size of the step, in units of pixels in [0,1] (the model's, or 0.0014)");
  command.add_option("--validation-in", c.validation_in,
                     "With --validation-out: SETs apart from all others, on which each method's\n"
                     "parameters are chosen by AUROC; otherwise they are the defaults");
  command.add_option("--validation-out", c.validation_out, "See --validation-in");
  command.add_option("--limit", c.limit, "Score at most so many images of each set").positive();
  command
      .add_option("--batch", c.batch,
                  "Images computed together (64 of 32x32, of larger ones as many pixels)")
      .positive();
  command.add_option("--csv", o.files.csv,
                     "File for the table as CSV, with the columns of OpenOOD's result files");
  command.add_option("--json", o.files.json, "File for all figures of all models");
  command.add_option("--html", o.files.html,
                     "File for the tables and histograms as a page, as odin report makes it");
}

}  // namespace

MethodList methods_of_option(const std::string& text) {
  try {
    return parse_method_list(text);
  } catch (const Error& e) {
    fail_for_wrong("--method", e.what());
  }
}

namespace {

/// The page that odin report makes of the JSON file.
std::string page_of(const ComparisonOptions& options, const ComparisonResult& result) {
  report::ReportData data;
  data.comparisons.push_back(
      report::parse_comparison(parse_json(comparison_json(options, result)), "compare"));
  return report::render_report(data);
}

}  // namespace

Step StepOptions::step() const {
  if (by != "odin" && !wanted) fail_for_wrong("--step-by", "needs --step");
  return step_of(wanted, by);
}

void add_step_options(Command command, StepOptions& options) {
  command.add_flag("--step", options.wanted,
                   "A step on the input before every method, not before odin alone");
  command
      .add_option("--step-by", options.by,
                  "What that step raises: odin, the softmax of the predicted class as in ODIN; or\n"
                  "score, the method's own score, for those that have a gradient")
      .one_of({"odin", "score"})
      .show_default();
}

int run_comparison(const ComparisonOptions& options, const ComparisonFiles& files, bool quiet,
                   const char* command) {
  check_output_files({files.json, files.csv, files.html}, command);
  const Comparison comparison(options);
  bool complete = true;
  std::unique_ptr<Progress> progress;
  std::int64_t before = 0;
  const ComparisonResult result = comparison.run(
      [&](std::int64_t done, std::int64_t total, const std::string& set) {
        if (!progress || done < before)
          progress = std::make_unique<Progress>(command, total, !quiet);
        before = done;
        progress->update(done, set);
      },
      [&](const std::string& line) {
        tell("odin: ", line);
        complete = false;
      },
      [&](const std::string& line) {
        if (!quiet) tell("note: ", line);
      });
  if (progress) progress->finish();
  if (!options.ranks->first()) return complete ? 0 : 1;  // the first rank tells it
  std::fputs(comparison_text(result).c_str(), stdout);
  std::printf("%s in all\n", format_duration(result.seconds).c_str());
  if (!files.json.empty()) write_text_file(files.json, comparison_json(options, result), command);
  if (!files.csv.empty()) write_text_file(files.csv, comparison_csv(result), command);
  if (!files.html.empty()) write_text_file(files.html, page_of(options, result), command);
  return complete ? 0 : 1;
}

void add_compare(Command program, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<CompareOptions>();
  Command command = program.add_command(
      "compare", "Which score tells a network's own images from others best: a table of methods");
  add_compare_options(command, *options);
  command.footer(kSetHelp);
  command.callback([options, &common, &action] {
    const ComparisonOptions& c = options->comparison;
    if (c.near.empty() && c.far.empty() && c.other.empty()) fail_for_missing("--near");
    options->comparison.methods = methods_of_option(options->methods);
    options->comparison.step = options->step.step();
    action = [options, &common] {
      options->comparison.seed = common.seed;
      options->comparison.ranks = common.ranks;
      options->comparison.commit = program_commit();
      options->comparison.device = common.compute_device();
      return run_comparison(options->comparison, options->files, common.quiet, "compare");
    };
  });
}

}  // namespace odin::native
