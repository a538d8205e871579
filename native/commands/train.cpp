#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "odin/native/commands/commands.h"
#include "odin/native/commands/training_run.h"
#include "odin/native/system/console.h"
#include "odin/native/training/checkpoint_paths.h"
#include "odin/native/training/recipes.h"
#include "odin/native/training/run_state.h"
#include "odin/native/training/trainer.h"
#include "odin/native/training/training_lock.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/models/registry.h"

namespace odin::native {
namespace {

using nlohmann::json;

struct TrainOptions {
  json given = json::object();  ///< GivenSettings
  std::string resume;
  double max_minutes = 0;
};

/// Declares options whose values are stored in a JSON object under the names of TrainSettings'
/// members.
class GivenOptions {
 public:
  GivenOptions(Command command, json& into) : command_(command), into_(into) {}

  template <class T>
  Option add(const std::string& flag, const std::string& member, const std::string& help) {
    return command_.add_option<T>(
        flag, [&into = into_, member](const T& value) { into[member] = value; }, help);
  }
  Option add_flag(const std::string& flag, const std::string& member, bool value,
                  const std::string& help) {
    return command_.add_flag(
        flag, [&into = into_, member, value] { into[member] = value; }, help);
  }

 private:
  Command command_;
  json& into_;
};

void add_files(Command command, TrainOptions& o) {
  GivenOptions options(command, o.given);
  options.add<std::string>("--arch", "architecture", nn::architecture_help());
  options
      .add<std::int64_t>("--size", "size",
                         "Height and width of what the network takes, in pixels (default 32)")
      .positive();
  options
      .add<std::int64_t>("--channels", "channels",
                         "3 (the default), or 1 for a network that sees gray pictures")
      .between(1, 3);
  options
      .add<std::int64_t>("--shorter", "shorter",
                         "Resize the shorter side of pictures to N pixels and take the middle; 0: "
                         "squeeze the whole picture into the size (the default)")
      .not_negative();
  options.add<std::string>("--data", "data", "What to train on: see below");
  options.add<std::string>("--test", "test",
                           "What to measure the result on, with the same classes; cifar10 and "
                           "cifar100 have their test split");
  options
      .add<std::int64_t>("--validation", "validation",
                         "Training images to hold out: the best epoch and the threshold are "
                         "chosen by them. 0: none; by default a tenth, where there is no test "
                         "set")
      .not_negative();
  options
      .add<std::int64_t>("--limit", "limit",
                         "Use at most so many images of each set, chosen as by odin evaluate: the "
                         "first, or of a folder some of each class")
      .positive();
  options.add_flag("--strict", "strict", true,
                   "An unreadable picture is an error; otherwise it is named and skipped");
  options.add<std::string>(
      "--save", "save",
      "Model file, written after every epoch; NAME.best.safetensors (where images "
      "are held out) and NAME.checkpoint.safetensors stand beside it");
  options.add_flag("--float16", "float16", true, "Model files of half the size");
  const Option from = options.add<std::string>(
      "--from", "from", "Model whose weights to start from, in place of random ones");
  options
      .add<std::string>(
          "--grow", "grow",
          "Shallower densenet-bc of the same growth rate k to start from: the network "
          "begins by computing what that one does, and its other layers learn")
      .excludes(from);
  command.add_option(
      "--resume", o.resume,
      "Checkpoint to go on from; nothing else is needed. Its files are those beside it; --data, "
      "--test, --save, --log and --page may be given anew");
  options.add<std::string>("--log", "log", "CSV file with one line an epoch");
  options.add<std::string>("--page", "page",
                           "HTML page with the curves, which reloads itself during the training");
  options
      .add<double>("--checkpoint-minutes", "checkpoint_minutes",
                   "Write a checkpoint inside an epoch too, after this time (default 10)")
      .positive();
  command
      .add_option("--max-minutes", o.max_minutes,
                  "Stop, ready to resume, after this time, and a step at least")
      .positive();
}

void add_method(Command command, TrainOptions& o) {
  GivenOptions(command, o.given)
      .add<std::string>("--recipe", "recipe",
                        "paper (the default where the network has it) or fast: the table below; "
                        "every option here wins over the recipe's")
      .one_of({"paper", "fast"});
  GivenOptions options(command, o.given["training"]);
  options.add<std::int64_t>("--epochs", "epochs", "Passes over the training images");
  options.add<std::int64_t>("--batch", "batch", "Images in a step");
  options
      .add<std::int64_t>("--shards", "shards",
                         "Slices of each batch, each with batch statistics of its own; any number "
                         "of ranks (mpirun, srun) that divides it trains the very same network "
                         "(default 1)")
      .positive();
  options.add_flag("--sync-norm", "sync_norm", true,
                   "In place of shards: each rank computes its part of the batch, with batch "
                   "statistics over all of them, which is the training without ranks but for "
                   "rounding");
  options
      .add<std::string>("--augment", "augment",
                        "shift: move each picture by up to 4 pixels, each time it is used (the "
                        "default up to --size 32). resized-crop: a random part of it, 8% to 100% "
                        "of its area, resized (the default above)")
      .one_of({"shift", "resized-crop"});
  options.add<std::int64_t>("--crop", "crop",
                            "Learn from random squares of N pixels of the pictures: 24 takes two "
                            "thirds of the time of 32; the default is --size");
  options.add<std::int64_t>("--cutout", "cutout",
                            "Hide a random square of N pixels of each picture (default 0: none)");
  const Option mirror =
      options.add_flag("--mirror", "mirror", true,
                       "Mirror each picture with probability 1/2, each time it is used (the "
                       "default)");
  options
      .add_flag("--no-mirror", "mirror", false,
                "Never mirror pictures: for classes that are mirror images of one another, such as "
                "the letters b and d")
      .excludes(mirror);
  options.add<double>("--lr", "learning_rate", "Learning rate, the highest of the schedule");
  options
      .add<std::string>(
          "--schedule", "schedule",
          "step (a factor at each milestone), cosine (down to 0) or one-cycle (up for "
          "30% of the training, then down to 0)")
      .one_of({"step", "cosine", "one-cycle"});
  options
      .add<std::vector<double>>("--milestones", "milestones",
                                "Of step: parts of the training, e.g. 0.5,0.75")
      .separated_by(',');
  options.add<double>("--factor", "factor", "Of step: what each milestone multiplies the rate by");
  options.add<std::int64_t>("--warmup-epochs", "warmup_epochs",
                            "Linear from 0; not for one-cycle, which has its own rise");
  options.add<double>("--momentum", "momentum", "Nesterov momentum (default 0.9)");
  options.add<double>("--weight-decay", "weight_decay", "Weight decay");
  options.add_flag("--no-norm-decay", "decay_norms", false,
                   "No weight decay of batch normalization and biases");
  options.add<double>("--ema", "ema",
                      "Save the moving average of the weights, with this decay, e.g. 0.999");
  options.add<double>("--clip", "clip", "Shorten gradients, all together, to this norm");
  options.add<double>("--label-smoothing", "label_smoothing",
                      "Share of the target spread over all classes (it changes ODIN's scores)");
}

void require_options(const TrainOptions& o) {
  if (!o.resume.empty()) return;
  for (const auto& [member, flag] :
       {std::pair{"architecture", "--arch"}, {"data", "--data"}, {"save", "--save"}})
    if (!o.given.contains(member)) fail_for_missing(flag);
}

/// Throws if the training would overwrite the checkpoint of another training that can still be
/// resumed. Finished ones may be overwritten if --save was given. `resumed` is the checkpoint that
/// this training resumes, or null.
void require_no_unfinished(const TrainSettings& settings, const nn::Safetensors* resumed,
                           bool save_given) {
  const std::string name = checkpoint_path(settings).string();
  if (!std::filesystem::exists(name)) return;
  const nn::Safetensors found = nn::read_safetensors(name);
  const RunState state = read_run_state(found, name);
  if (resumed && is_same_training(state.settings, settings) &&
      images_of(found) == images_of(*resumed))
    return;
  require(save_given || !state.finished, "train: ", nn::quote(name),
          " is of another training, which is finished; choose another --save");
  require(state.finished, "train: ", nn::quote(name), " is of a training that has done ",
          state.log.size(), " of ", state.settings.training.epochs,
          " epochs and is not finished; go on with --resume, choose another --save or remove the "
          "file");
}

/// The lock of a training's files, which the first rank holds for all.
std::unique_ptr<TrainingLock> lock_files(const TrainSettings& settings, const Ranks& ranks) {
  return ranks.first() ? std::make_unique<TrainingLock>(checkpoint_path(settings)) : nullptr;
}

/// The same training on all ranks, or an error on all of them.
std::unique_ptr<TrainingRun> begin_on_ranks(
    Ranks& ranks, const std::function<std::unique_ptr<TrainingRun>()>& begin) {
  if (ranks.size() == 1) return begin();
  std::unique_ptr<TrainingRun> run;
  std::string error;
  try {
    run = begin();
  } catch (const std::exception& e) {
    error = error_text(e);
  }
  ranks.check_errors(error);
  ranks.require_same("training", run->identity());
  return run;
}

int train(const TrainOptions& o, const CommonOptions& common) {
  RunState state;
  Ranks& ranks = *common.ranks;
  std::optional<nn::Safetensors> checkpoint;
  std::unique_ptr<TrainingLock> lock;
  const auto begin = [&] {
    if (o.resume.empty()) {
      state.settings = new_settings(o.given);
      check_beginning(state.settings);
      lock = lock_files(state.settings, ranks);
      require_no_unfinished(state.settings, nullptr, true);
      state.replaces = std::filesystem::exists(state.settings.save) ||
                       std::filesystem::exists(best_path(state.settings));
    } else {
      checkpoint = nn::read_safetensors(o.resume);
      state = read_run_state(*checkpoint, o.resume);
      state.settings = with_found_paths(state.settings, o.given, o.resume);
      state.settings = resumed_settings(state.settings, o.given, o.resume);
      lock = lock_files(state.settings, ranks);
      require_no_unfinished(state.settings, &*checkpoint, o.given.contains("save"));
      check_own_files(state, nn::parse_model_info(*checkpoint, o.resume), o.given);
    }
    return std::make_unique<TrainingRun>(std::move(state), checkpoint ? &*checkpoint : nullptr,
                                         o.resume, o.max_minutes, common.compute_device(),
                                         common.quiet, ranks);
  };
  return (*begin_on_ranks(ranks, begin))();
}

}  // namespace

void add_train(Command program, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<TrainOptions>();
  options->given["training"] = json::object();
  Command command = program.add_command("train", "Train a network on a data set");
  add_files(command, *options);
  add_method(command, *options);
  command.footer(std::string("Recipes:\n") + recipe_table() + "\n" + kTrainingSetHelp);
  command.callback([options, program, &common, &action] {
    require_options(*options);
    if (program.count("--seed") > 0) options->given["training"]["seed"] = common.seed;
    action = [options, &common] { return train(*options, common); };
  });
}

}  // namespace odin::native
