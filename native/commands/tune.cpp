#include <algorithm>
#include <cstdio>
#include <memory>

#include "odin/native/commands/commands.h"
#include "odin/native/commands/compare.h"
#include "odin/native/commands/tune_parameters.h"
#include "odin/native/models/model_store.h"
#include "odin/native/scoring/score_histograms.h"
#include "odin/native/scoring/tuning.h"
#include "odin/native/system/console.h"
#include "odin/native/system/output_file.h"
#include "odin/native/system/progress.h"
#include "odin/native/system/stop_signal.h"
#include "odin/nn/io/quote.h"

namespace odin::native {
namespace {

namespace fs = std::filesystem;

struct TuneOptions {
  TuningOptions tuning;
  std::string method = "odin";
  StepOptions step;
  std::string objective = "fpr95";
  std::string json, histograms, save, resume;
  std::string state = "tune.state.safetensors";
  bool wants_save = false;
};

/// The file that --save writes: the given name, or the model's own file; empty without --save.
fs::path save_place(const TuneOptions& options) {
  if (!options.wants_save) return {};
  const fs::path place =
      options.save.empty() ? find_model(options.tuning.model) : fs::path(options.save);
  require(!is_shipped(place),
          "tune: a shipped model is not overwritten; name another file for the tuned one: "
          "--save FILE");
  return place;
}

void print(const TuningResult& r, const TuningOptions& options) {
  const GridPoint& p = r.points[r.chosen];
  std::printf("T = %g, eps = %g", p.temperature, p.epsilon);
  if (r.selection == Selection::in_set)
    std::printf(": the highest mean score of the in-set, %.10g\n", p.mean_in_score);
  else
    std::printf(": the best %s, %.2f%%\n", name_of(options.objective).c_str(),
                100 * value_of(p.mean, options.objective));
  const auto range = [](const Interval& of) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f - %.1f", 100 * of.low, 100 * of.high);
    return std::string(text);
  };
  for (std::size_t i = 0; i < r.out.size(); ++i) {
    std::printf("  %s: FPR at 95%% TPR %.1f%% (baseline %.1f%%), AUROC %.1f%% (baseline %.1f%%)\n",
                Shown(r.out[i].set).c_str(), 100 * p.out[i].fpr95, 100 * r.baseline[i].fpr95,
                100 * p.out[i].auroc, 100 * r.baseline[i].auroc);
    const MetricsIntervals &own = r.intervals[i], &baseline = r.baseline_intervals[i];
    std::printf(
        "    95%% intervals (bootstrap): FPR %s%% (baseline %s%%), AUROC %s%% (baseline %s%%)\n",
        range(own.fpr95).c_str(), range(baseline.fpr95).c_str(), range(own.auroc).c_str(),
        range(baseline.auroc).c_str());
  }
  const ThresholdEstimate& t = r.threshold;
  std::printf(
      "threshold %.12g for 95%% of %zu in-distribution images, standard error %.2g, 95%% "
      "interval %.10g to %.10g\n",
      t.threshold, r.in.numbers.size(), t.standard_error, t.low, t.high);
  std::printf("on other images it accepts between %.2f%% and %.2f%% (95%% interval)\n",
              100 * t.tpr_low, 100 * t.tpr_high);
  if (p.epsilon > 0 && options.grid.epsilons.size() > 1 &&
      p.epsilon == *std::max_element(options.grid.epsilons.begin(), options.grid.epsilons.end()))
    std::printf("the largest epsilon was chosen: a larger one might be better (--epsilons)\n");
}

void print_notes(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) tell("note: ", note);
}

/// Of several ranks, which all have the scores, the first writes.
int stopped(const Tuning& tuning, const std::string& state) {
  if (tuning.options().ranks->first()) tuning.save_state(state);
  tuning.options().ranks->meet();  // whoever ends first would have the launcher end the others
  tell("odin: tune: stopped after ", tuning.images_done(), " of ", tuning.image_count(),
       " images; the same command with --resume ", nn::quote(state), " goes on");
  return stop_status();
}

/// Scores the remaining images and writes the results. Returns the program's exit status.
int finish(Tuning& tuning, const TuneOptions& options, const std::string& state,
           const fs::path& save, const CommonOptions& common) {
  // Work of an earlier run, which must not count in the speed of this one.
  const std::int64_t before = tuning.images_done() * options.tuning.grid.passes();
  Progress progress("tune", tuning.total_work() - before, !common.quiet);
  const auto pass = [&](std::int64_t done, const std::string& set) {
    progress.update(done - before, std::to_string(tuning.images_done()) + "/" +
                                       std::to_string(tuning.image_count()) + " images, " + set);
    return !stop_requested();
  };
  const auto skipped = [](const std::string& line) { tell("odin: ", line); };
  if (const std::int64_t earlier = tuning.images_skipped(); earlier > 0)
    skipped("tune: " + std::to_string(earlier) + " images could not be read before it was stopped");
  if (!tuning.run({pass, skipped})) return stopped(tuning, state);
  progress.finish();
  if (!common.quiet) print_notes(tuning.conversions());

  if (!options.tuning.ranks->first()) return tuning.images_skipped() == 0 ? 0 : 1;
  const TuningResult result = tuning.result();
  print(result, options.tuning);
  const std::int64_t gone = tuning.images_gone();
  require(!options.wants_save || gone == 0, "tune: ", gone, " of ", tuning.image_count(),
          " images have vanished during the run; nothing is saved in the model");
  if (options.wants_save) {
    save_settings(tuning.model_file(), save, options.tuning, result);
    if (!common.quiet) tell("saved in ", nn::quote(save.string()));
  }
  if (!options.json.empty()) write_text_file(options.json, to_json(options.tuning, result), "tune");
  if (!options.histograms.empty())
    write_text_file(options.histograms, histograms_json(tuning, result, common.command), "tune");
  std::error_code ignored;
  fs::remove(state, ignored);  // no longer needed after a resumed run: the results are written
  return tuning.images_skipped() == 0 ? 0 : 1;
}

/// Saves the state after an error, so that hours of scores are not lost. If that fails too, only
/// the first error is reported.
void keep(const Tuning& tuning, const std::string& state) {
  try {
    tuning.save_state(state);
    tell("odin: tune: what was done is kept: --resume ", nn::quote(state), " goes on");
  } catch (const std::exception&) {
  }
}

int run(const TuneOptions& options, const CommonOptions& common) {
  const bool resumed = !options.resume.empty();
  const std::string state = resumed ? options.resume : options.state;
  check_output_files({options.json, options.histograms, options.save, state}, "tune");
  require(
      resumed || !fs::exists(state), "tune: ", nn::quote(state),
      " is of a run that was interrupted; go on with --resume, choose another --state or remove "
      "the file");
  const fs::path save = save_place(options);
  Tuning tuning(options.tuning);
  if (resumed) tuning.load_state(options.resume);
  if (options.tuning.ranks->size() > 1)
    options.tuning.ranks->require_same("tuning", tuning.identity());
  if (!common.quiet) print_notes(tuning.notes());
  catch_stop_signals();
  try {
    return finish(tuning, options, state, save, common);
  } catch (const std::exception&) {
    if (tuning.images_done() > 0 && options.tuning.ranks->first()) keep(tuning, state);
    throw;
  }
}

void add_options(Command command, TuneOptions& o) {
  TuningOptions& t = o.tuning;
  command.add_option("--model", t.model, "Shipped model or .safetensors file");
  command.add_option("--in", t.in, "SET like what the network was trained on, apart from its test")
      .required();
  const Option out =
      command
          .add_option("--out", t.out,
                      "SET of other images; may be given several times. Without one, eps is chosen "
                      "by the mean score of the in-set (Hsu et al. 2020) at T = 1000")
          .expected(1)
          .take_all();
  command.add_option("--stand-in", t.stand_in, "uniform or gaussian noise in place of --out")
      .one_of({"uniform", "gaussian"})
      .excludes(out);
  command
      .add_option("--limit", t.limit,
                  "Use at most so many images of each set, chosen as by odin evaluate")
      .positive();
  command
      .add_option("--method", o.method,
                  "Methods other than odin: their parameters are chosen from each one's grid by\n"
                  "AUROC, the mean over the out-sets; nothing is stored in the model. With --step\n"
                  "they are chosen behind it, at each of --temperatures and --epsilons (else the\n"
                  "model's own)")
      .show_default();
  add_step_options(command, o.step);
  command
      .add_option("--temperatures", t.grid.temperatures,
                  "Separated by commas (1,2,5,10,20,50,100,200,500,1000)")
      .separated_by(',')
      .positive();
  command
      .add_option("--epsilons", t.grid.epsilons,
                  "Separated by commas (21 even steps from 0 to 0.004)")
      .separated_by(',')
      .not_negative();
  command.add_option("--objective", o.objective, "What to make best, on average over the out-sets")
      .one_of(objective_names())
      .show_default();
  command
      .add_option("--batch", t.batch,
                  "Images computed together (32 of 32x32, of larger ones as many pixels)")
      .positive();
  command.add_option("--json", o.json, "File for the whole grid, which odin report draws");
  command.add_option(
      "--histograms", o.histograms,
      "File for histograms of the scores at every setting, which the web page draws");
  command.add_option("--state", o.state, "File for what is done when the run is interrupted")
      .show_default();
  command.add_option("--resume", o.resume, "Go on from such a file, with equal options");
  command
      .add_option("--save", o.save,
                  "Write T, eps and the threshold for 95% TPR into the model file, or into a copy "
                  "of it in FILE")
      .expected(0, 1)
      .type_name("[FILE]");
}

/// Throws for options that the tuning of other methods than odin does not have.
void require_options_of_parameters(Command command, Step step) {
  if (!command.count("--out")) fail_for_missing("--out");
  for (const char* option : {"--save", "--histograms", "--objective", "--state", "--resume"})
    if (command.count(option))
      fail_for_wrong(option, "is for --method odin; of other methods --json has all that is found");
  if (step == Step::score && command.count("--temperatures"))
    fail_for_wrong("--temperatures", "a step by the score itself has none");
  for (const char* option : {"--temperatures", "--epsilons"})
    if (step == Step::none && command.count(option))
      fail_for_wrong(option, "only --method odin takes a step, others with --step");
}

ParameterTuning parameter_tuning(Command command, const TuneOptions& options,
                                 const MethodList& methods, Step step) {
  ParameterTuning tuning{methods, step, {}, {}, options.json};
  if (command.count("--temperatures")) tuning.temperatures = options.tuning.grid.temperatures;
  if (command.count("--epsilons")) tuning.epsilons = options.tuning.grid.epsilons;
  return tuning;
}

}  // namespace

void add_tune(Command program, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<TuneOptions>();
  Command command = program.add_command(
      "tune", "Choose temperature, step and threshold of ODIN for a network on images set apart");
  add_options(command, *options);
  command.footer(kSetHelp);
  command.callback([options, command, &common, &action] {
    options->wants_save = command.count("--save") > 0;
    // Temperatures cannot be compared on the in-set alone.
    if (!command.count("--out") && !command.count("--stand-in") && !command.count("--temperatures"))
      options->tuning.grid.temperatures = {1000};
    const MethodList methods = methods_of_option(options->method);
    const Step step = options->step.step();
    const bool others = methods.all || methods.methods != std::vector<MethodChoice>{Method::odin};
    if (!others && step != Step::none)
      fail_for_wrong("--step", "is for other methods; odin has one anyway");
    if (others) require_options_of_parameters(command, step);
    action = [options, methods, step, others, command, &common] {
      options->tuning.seed = common.seed;
      options->tuning.device = common.compute_device();
      options->tuning.ranks = common.ranks;
      if (others)
        return tune_parameters(parameter_tuning(command, *options, methods, step), options->tuning,
                               common.quiet);
      options->tuning.objective = parse_objective(options->objective);
      return run(*options, common);
    };
  });
}

}  // namespace odin::native
