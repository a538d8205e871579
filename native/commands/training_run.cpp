#include "odin/native/commands/training_run.h"

#include <cstdio>
#include <sstream>
#include <utility>

#include "odin/native/commands/training_notes.h"
#include "odin/native/system/console.h"
#include "odin/native/system/progress.h"
#include "odin/native/system/stop_signal.h"
#include "odin/native/training/finish.h"
#include "odin/native/training/first_weights.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/models/make_model.h"

namespace odin::native {
namespace {

/// Checks the output files first, since reading the sets may take long.
TrainingSets load_sets(TrainSettings& settings, const nn::Safetensors* checkpoint,
                       const std::string& name, bool quiet) {
  check_files(settings);
  const std::string& begun_from = settings.from.empty() ? settings.grow : settings.from;
  std::vector<std::string> classes;  // of a network whose order of classes is to be kept
  if (checkpoint)
    classes = nn::parse_model_info(*checkpoint, name).classes;
  else if (!begun_from.empty())
    classes = nn::parse_model_info(nn::read_safetensors(begun_from), begun_from).classes;
  std::unique_ptr<Progress> line;
  const SetTarget target{input_of(settings), preprocess_of(settings)};
  TrainingSets sets =
      load_training_sets(settings, target, [&](std::int64_t done, std::int64_t all) {
        if (!line) line = std::make_unique<Progress>("reading", all, !quiet);
        line->update(done);
      });
  if (!classes.empty()) use_classes_of_network(sets, settings.data, classes, "the network");
  return sets;
}

nn::ModelInfo model_info(const TrainSettings& settings, const TrainingSets& sets) {
  nn::ModelInfo info;
  info.architecture = settings.architecture;
  info.input = input_of(settings);
  info.preprocess = preprocess_of(settings);
  info.classes = sets.train.classes;
  info.mean = sets.normalization.mean;
  info.std = sets.normalization.std;
  return info;
}

/// Throws unless the normalization is that of the checkpoint: it is computed from the images, and a
/// resumed training must use the same.
void check_same_normalization(const nn::Safetensors& checkpoint, const std::string& name,
                              const nn::ModelInfo& now) {
  const nn::ModelInfo saved = nn::parse_model_info(checkpoint, name);
  require(saved.mean == now.mean && saved.std == now.std, "train: ", nn::quote(name),
          " was trained on other images: their mean and standard deviation, those of pictures held "
          "out included, have changed");
}

}  // namespace

TrainingRun::TrainingRun(RunState state, const nn::Safetensors* checkpoint, const std::string& name,
                         double max_minutes, tensor::Device device, bool quiet, Ranks& ranks)
    : state_(std::move(state)),
      max_minutes_(max_minutes),
      device_(device),
      quiet_(quiet),
      ranks_(ranks),
      sets_(load_sets(state_.settings, checkpoint, name, quiet)),
      info_(model_info(state_.settings, sets_)),
      network_(first_network(checkpoint, name)),
      trainer_(*network_, sets_.train, sets_.normalization, state_.settings.training, ranks),
      averaged_(trainer_.ema() ? make_network() : nullptr),
      seconds_before_(state_.seconds),
      begun_(checkpoint != nullptr) {
  if (checkpoint) {
    trainer_.resume(*checkpoint, name);
    require(std::ssize(state_.log) <= trainer_.progress().epoch, "train: ", nn::quote(name),
            " has the figures of ", state_.log.size(), " epochs, but only ",
            trainer_.progress().epoch, " are done");
    check_same_normalization(*checkpoint, name, info_);
  }
  announce(checkpoint != nullptr);
}

std::string TrainingRun::identity() const {
  return trainer_.identity() + (begun_ ? ", resumed" : "");
}

std::unique_ptr<nn::Module> TrainingRun::make_network() const {
  auto network = nn::make_model(info_.architecture, static_cast<std::int64_t>(info_.classes.size()),
                                info_.input);
  network->to(device_);
  return network;
}

/// The network with its initial weights; those of a checkpoint are loaded later.
std::unique_ptr<nn::Module> TrainingRun::first_network(const nn::Safetensors* checkpoint,
                                                       const std::string& name) {
  if (checkpoint) {
    try {
      auto network = nn::make_model_for(checkpoint->tensors, info_);
      network->to(device_);
      return network;
    } catch (const Error& e) {
      fail("train: ", nn::quote(name), ": ", e.what());
    }
  }
  auto network = make_network();
  state_.after = set_first_weights(*network, state_.settings, info_);
  return network;
}

void TrainingRun::announce(bool resumed) const {
  report_skipped("train", sets_.skipped);
  const TrainSettings& s = state_.settings;
  if (!resumed) warn_of_learnt_images("train", s.from.empty() ? s.grow : s.from, state_.after, s);
  if (sets_.test) warn_of_shared_images("train", sets_.shared, sets_.test->size());
  if (!sets_.validation && std::filesystem::exists(best_path(s)))
    tell("odin train: note: ", nn::quote(best_path(s).string()),
         " is of an earlier training: without --validation this one has no best epoch");
  if (quiet_) return;
  report_notes("train", sets_.notes);
  std::ostringstream line;
  line << s.architecture << ", " << info_.classes.size() << " classes, " << sets_.train.size()
       << " images";
  if (sets_.validation) line << ", " << sets_.validation->size() << " held out for validation";
  if (sets_.test) line << ", " << sets_.test->size() << " to test on";
  line << "; recipe " << s.recipe << ", epochs: " << s.training.epochs;
  if (info_.input != nn::InputSize{})
    line << ", " << (info_.input.channels == 1 ? "gray " : "") << nn::size_in_words(info_.input);
  if (!s.training.mirror) line << ", without mirroring";
  if (s.training.shards > 1) line << ", " << s.training.shards << " shards";
  if (s.training.sync_norm) line << ", statistics over all ranks";
  if (ranks_.size() > 1) line << " on " << ranks_.size() << " ranks";
  if (resumed && trainer_.done())
    line << "; all epochs are done";
  else if (resumed)
    line << "; goes on in epoch " << trainer_.progress().epoch + 1 << " after step "
         << trainer_.progress().step;
  show_line(line.str());
}

int TrainingRun::operator()() {
  try {
    return run();
  } catch (const std::exception& e) {
    try {
      if (begun_) write_page(std::string("Stopped: ") + e.what(), false);
    } catch (const std::exception&) {  // only the first error is reported
    }
    throw;
  }
}

int TrainingRun::run() {
  catch_stop_signals();  // before this there is nothing to save
  state_.finished = false;
  if (begun_) {
    write_log();
    write_page("Running", true);
  }
  while (true) {
    if (std::ssize(state_.log) < trainer_.progress().epoch) {
      if (!end_epoch()) return stopped();
    } else if (trainer_.done()) {
      break;
    } else if (!run_epoch()) {
      return stopped();
    }
  }
  const bool finished = !ranks_.first() || finish();
  ranks_.meet();
  if (ranks_.any(!finished)) return stopped();
  state_.finished = true;
  write_checkpoint();
  return shown_ ? 0 : 1;
}

/// Called after the first step of a new training, which replaces the files of an earlier training
/// only now; from here on the checkpoint is of this training.
void TrainingRun::begin() {
  begun_ = true;
  write_checkpoint();
  show("Running", true);
}

double TrainingRun::seconds() const {
  return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

/// Not before the first step, so that a training that is called again and again goes on, however
/// little time it is given.
bool TrainingRun::out_of_time() const {
  return stepped_ && max_minutes_ > 0 && seconds() - seconds_before_ > 60 * max_minutes_;
}

/// Returns false if it was interrupted; after a signal the current step is completed first.
bool TrainingRun::run_epoch() {
  const std::int64_t before = trainer_.progress().step == 0 ? 0 : trainer_.progress().seen;
  Progress line("epoch " + std::to_string(trainer_.progress().epoch + 1) + "/" +
                    std::to_string(trainer_.options().epochs),
                sets_.train.size(), !quiet_, before);
  for (bool ended = false; !ended;) {
    if (ranks_.any(stop_requested() || out_of_time())) return false;
    ended = timed_step();
    if (!begun_) begin();
    const TrainingProgress& p = trainer_.progress();
    char detail[64];
    std::snprintf(detail, sizeof detail, "loss %.4f  accuracy %s", p.loss(),
                  percent(p.accuracy()).c_str());
    line.update(p.seen, detail);
    const double minutes =
        std::chrono::duration<double>(Clock::now() - last_checkpoint_).count() / 60;
    if (!ended && minutes > state_.settings.checkpoint_minutes) write_checkpoint();
  }
  line.finish();
  return true;
}

bool TrainingRun::timed_step() {
  const auto start = Clock::now();
  const double waited = trainer_.waited_seconds();
  const bool ended = trainer_.step();
  stepped_ = true;
  const double taken = std::chrono::duration<double>(Clock::now() - start).count();
  state_.step_seconds += taken;
  epoch_seconds_ += taken;
  state_.waited_seconds += trainer_.waited_seconds() - waited;
  return ended;
}

int TrainingRun::stopped() {
  if (trainer_.progress().epoch == 0 && trainer_.progress().step == 0) {
    tell("odin train: stopped before the first step");
    return stop_status();
  }
  write_checkpoint();
  ranks_.meet();  // whoever ends first would have the launcher end the others
  const std::string where = trainer_.done()
                                ? "after the last epoch, before its figures were there"
                                : "in epoch " + std::to_string(trainer_.progress().epoch + 1);
  show("Stopped " + where, false);
  tell("odin train: stopped ", where, "; go on with odin train --resume ",
       checkpoint_path(state_.settings).string());
  return stop_status();
}

}  // namespace odin::native
