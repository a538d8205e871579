#include "odin/native/commands/training_run.h"

#include <cstdio>
#include <iostream>
#include <utility>

#include "odin/native/commands/training_notes.h"
#include "odin/native/report/training_page.h"
#include "odin/native/system/output_file.h"
#include "odin/native/system/progress.h"
#include "odin/native/system/stop_signal.h"
#include "odin/native/training/finish.h"
#include "odin/native/training/first_weights.h"
#include "odin/native/training/record.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/models/make_model.h"

namespace odin::native {
namespace {

/// After a look at where the results are to go, since reading may take long.
TrainingSets load_sets(TrainSettings& settings, bool quiet) {
  check_files(settings);
  std::unique_ptr<Progress> line;
  return load_training_sets(settings, [&](std::int64_t done, std::int64_t all) {
    if (!line) line = std::make_unique<Progress>("reading", all, !quiet);
    line->update(done);
  });
}

nn::ModelInfo model_info(const TrainSettings& settings, const TrainingSets& sets) {
  nn::ModelInfo info;
  info.architecture = settings.architecture;
  info.classes = sets.train.classes;
  info.mean = sets.normalization.mean;
  info.std = sets.normalization.std;
  return info;
}

/// It is that of all pictures, held out or not, and no step may see others than the one before.
void check_same_normalization(const nn::Safetensors& checkpoint, const std::string& name,
                              const nn::ModelInfo& now) {
  const nn::ModelInfo saved = nn::parse_model_info(checkpoint, name);
  require(saved.mean == now.mean && saved.std == now.std, "train: ", nn::quote(name),
          " was trained on other images: their mean and standard deviation, those of pictures held "
          "out included, have changed");
}

}  // namespace

TrainingRun::TrainingRun(RunState state, const nn::Safetensors* checkpoint, const std::string& name,
                         double max_minutes, tensor::Device device, bool quiet)
    : state_(std::move(state)),
      max_minutes_(max_minutes),
      device_(device),
      quiet_(quiet),
      sets_(load_sets(state_.settings, quiet)),
      info_(model_info(state_.settings, sets_)),
      network_(first_network(checkpoint)),
      trainer_(*network_, sets_.train, sets_.normalization, state_.settings.training),
      averaged_(trainer_.ema() ? make_network() : nullptr),
      seconds_before_(state_.seconds),
      begun_(checkpoint != nullptr) {
  if (checkpoint) {
    trainer_.resume(*checkpoint, name);
    check_same_normalization(*checkpoint, name, info_);
  }
  announce(checkpoint != nullptr);
}

std::unique_ptr<nn::Module> TrainingRun::make_network() const {
  auto network = nn::make_model(info_.architecture, static_cast<std::int64_t>(info_.classes.size()),
                                info_.input);
  network->to(device_);
  return network;
}

/// With the weights that the training begins with; those of a checkpoint are loaded later.
std::unique_ptr<nn::Module> TrainingRun::first_network(const nn::Safetensors* checkpoint) {
  auto network = make_network();
  if (!checkpoint) state_.after = set_first_weights(*network, state_.settings, info_);
  return network;
}

void TrainingRun::announce(bool resumed) const {
  report_skipped("train", sets_.skipped);
  const TrainSettings& s = state_.settings;
  if (!resumed) warn_of_learnt_images("train", s.from.empty() ? s.grow : s.from, state_.after, s);
  if (!sets_.validation && std::filesystem::exists(best_path(s)))
    std::cerr << "odin train: note: " << nn::quote(best_path(s).string())
              << " is of an earlier training: without --validation this one has no best epoch\n";
  if (quiet_) return;
  std::cout << s.architecture << ", " << info_.classes.size() << " classes, " << sets_.train.size()
            << " images";
  if (sets_.validation) std::cout << ", " << sets_.validation->size() << " held out for validation";
  if (sets_.test) std::cout << ", " << sets_.test->size() << " to test on";
  std::cout << "; recipe " << s.recipe << ", epochs: " << s.training.epochs;
  if (resumed && trainer_.done())
    std::cout << "; all epochs are done";
  else if (resumed)
    std::cout << "; goes on in epoch " << trainer_.progress().epoch + 1 << " after step "
              << trainer_.progress().step;
  std::cout << std::endl;
}

int TrainingRun::operator()() {
  try {
    return run();
  } catch (const std::exception& e) {
    try {
      if (begun_) write_page(std::string("Stopped: ") + e.what(), false);
    } catch (const std::exception&) {  // the first error is the one to report
    }
    throw;
  }
}

int TrainingRun::run() {
  catch_stop_signals();  // until here there is nothing to save
  state_.finished = false;
  if (begun_) {
    write_log();
    write_page("Running", true);
  }
  while (true) {
    const auto measured = static_cast<std::int64_t>(state_.log.size());
    if (measured < trainer_.progress().epoch) {
      if (!end_epoch()) return stopped();
    } else if (trainer_.done()) {
      break;
    } else if (!run_epoch()) {
      return stopped();
    }
  }
  if (!finish()) return stopped();
  state_.finished = true;
  write_checkpoint();
  return shown_ ? 0 : 1;
}

/// After the first step of a new training: until then the files of one that it takes the place of
/// stay as they were, and from then on the checkpoint is this one's.
void TrainingRun::begin() {
  begun_ = true;
  write_checkpoint();
  show("Running", true);
}

double TrainingRun::seconds() const {
  return seconds_before_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

bool TrainingRun::out_of_time() const {
  return max_minutes_ > 0 && seconds() - seconds_before_ > 60 * max_minutes_;
}

/// False when it was interrupted; after a signal the step under way is finished.
bool TrainingRun::run_epoch() {
  const std::int64_t before = trainer_.progress().step == 0 ? 0 : trainer_.progress().seen;
  Progress line("epoch " + std::to_string(trainer_.progress().epoch + 1) + "/" +
                    std::to_string(trainer_.options().epochs),
                sets_.train.size(), !quiet_, before);
  for (bool ended = false; !ended;) {
    if (stop_requested() || out_of_time()) return false;
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
  state_.step_seconds += std::chrono::duration<double>(Clock::now() - start).count();
  state_.waited_seconds += trainer_.waited_seconds() - waited;
  return ended;
}

/// Measures the epoch's weights and writes every file. False when it was interrupted: then the epoch
/// is measured after resuming.
bool TrainingRun::end_epoch() {
  const TrainingProgress p = trainer_.progress();
  EpochFigures figures;
  figures.epoch = p.epoch;
  figures.learning_rate = trainer_.last_learning_rate();
  figures.loss = p.loss();
  figures.train_accuracy = p.accuracy();
  figures.images_per_second = static_cast<double>(p.seen) / state_.step_seconds;
  figures.waited_seconds = state_.waited_seconds;
  trainer_.check_finite();
  if (!measure(figures)) return false;
  figures.seconds = seconds();
  state_.log.push_back(figures);
  write_models_of_epoch();
  state_.step_seconds = state_.waited_seconds = 0;
  show("Running", true);
  write_checkpoint();
  print_epoch(figures);
  return true;
}

/// Where they can not be written, the checkpoint says that the epoch has not been measured yet:
/// resuming does that again, and writes them.
void TrainingRun::write_models_of_epoch() {
  info_.training = training_record(state_.settings, state_.log.back(), state_.after).dump();
  try {
    write_model(state_.settings.save, saved_network(), info_);
    if (best_epoch(state_.log) == state_.log.size() - 1)
      write_model(best_path(state_.settings), saved_network(), info_);
  } catch (const std::exception&) {
    state_.log.pop_back();
    try {
      write_checkpoint();
    } catch (const std::exception&) {  // no news beside the first error
    }
    throw;
  }
}

bool TrainingRun::measure(EpochFigures& figures) {
  if (averaged_) trainer_.ema()->copy_to(*averaged_);
  const Dataset* images = sets_.monitored();
  if (!images) return true;
  const std::int64_t all = (averaged_ ? 2 : 1) * images->size();
  Progress line("measuring", all, !quiet_);
  const auto go_on_after = [&](std::int64_t before) {
    return [&line, before](std::int64_t done) {
      line.update(before + done);
      return !stop_requested();
    };
  };
  const bool held_out = sets_.validation.has_value();
  auto& plain = held_out ? figures.validation_accuracy : figures.test_accuracy;
  plain = accuracy(*network_, *images, sets_.normalization, go_on_after(0));
  if (!plain) return false;
  if (!averaged_) return true;
  auto& averaged = held_out ? figures.ema_validation_accuracy : figures.ema_test_accuracy;
  averaged = accuracy(*averaged_, *images, sets_.normalization, go_on_after(images->size()));
  return averaged.has_value();
}

/// Gives the files that the training leaves their test figures and thresholds.
bool TrainingRun::finish() {
  const auto& log = state_.log;
  if (averaged_) trainer_.ema()->copy_to(*averaged_);
  info_.training = training_record(state_.settings, log.back(), state_.after).dump();
  if (!finish_file(state_.settings.save, saved_network(), info_, log.back(), "last")) return false;
  if (const auto best = best_epoch(log))
    if (!finish_best(log[*best])) return false;
  show("Done in " + format_duration(log.back().seconds), false);
  return true;
}

bool TrainingRun::finish_best(const EpochFigures& figures) {
  const auto file = best_path(state_.settings);
  if (is_model_of(file, figures)) {
    const nn::Model model = nn::load_model(file, device_);
    return finish_file(file, *model.network, model.info, figures, "best");
  }
  std::cerr << "odin train: " << nn::quote(file.string())
            << " is not there or another training's; the best epoch was " << figures.epoch
            << ", before the training went on with another --save\n";
  return true;
}

/// Whether the file is the model that this training had after that epoch.
bool TrainingRun::is_model_of(const std::filesystem::path& file,
                              const EpochFigures& figures) const {
  if (!std::filesystem::exists(file)) return false;
  const nn::ModelInfo info = nn::parse_model_info(nn::read_safetensors(file), file.string());
  const nlohmann::json record = parse_record(info.training);
  return info.architecture == info_.architecture && record.is_object() &&
         record.value("epochs", std::int64_t{0}) == figures.epoch &&
         record.value("train_loss", 0.0) == figures.loss;
}

/// Written once and whole: a file that has its figures is never one without them in between.
bool TrainingRun::finish_file(const std::filesystem::path& file, nn::Module& network,
                              nn::ModelInfo info, const EpochFigures& figures, const char* which) {
  nlohmann::json record = nlohmann::json::parse(info.training);
  record["float16"] = state_.settings.float16;
  info.training = record.dump();
  nn::Model model = as_stored(network, info, file, floats());
  std::unique_ptr<Progress> line;
  const auto found = finish_model(model, sets_, [&](std::int64_t done, std::int64_t all) {
    if (!line) line = std::make_unique<Progress>("threshold", all, !quiet_);
    line->update(done);
    return !stop_requested();
  });
  line.reset();
  if (!found) return false;
  write_model(file, *model.network, model.info);

  std::cout << which << ", epoch " << figures.epoch << ": ";
  if (sets_.validation) std::cout << "validation " << percent(*validation_of(figures)) << ", ";
  std::cout << in_words(*found, model.info, sets_) << file.string() << std::endl;
  return true;
}

int TrainingRun::stopped() {
  if (trainer_.progress().epoch == 0 && trainer_.progress().step == 0) {
    std::cerr << "odin train: stopped before the first step\n";
    return 0;
  }
  write_checkpoint();
  const std::string where = trainer_.done()
                                ? "after the last epoch, before its figures were there"
                                : "in epoch " + std::to_string(trainer_.progress().epoch + 1);
  show("Stopped " + where, false);
  std::cerr << "odin train: stopped " << where << "; go on with odin train --resume "
            << checkpoint_path(state_.settings).string() << '\n';
  return 0;
}

void TrainingRun::write_model(const std::filesystem::path& file, nn::Module& network,
                              const nn::ModelInfo& info) const {
  nn::write_safetensors(file, nn::to_safetensors(network, info), floats());
}

nn::FloatStorage TrainingRun::floats() const {
  return state_.settings.float16 ? nn::FloatStorage::f16 : nn::FloatStorage::f32;
}

void TrainingRun::write_checkpoint() {
  state_.seconds = seconds();
  nn::Safetensors checkpoint = trainer_.checkpoint(info_);
  write_run_state(state_, checkpoint);
  nn::write_safetensors(checkpoint_path(state_.settings), checkpoint);
  last_checkpoint_ = Clock::now();
}

/// Writes the log and the page. A training goes on without them, and says so once.
void TrainingRun::show(const std::string& status, bool running) {
  try {
    write_log();
    write_page(status, running);
    shown_ = true;
  } catch (const std::exception& e) {
    if (std::exchange(shown_, false)) std::cerr << "odin train: note: " << e.what() << '\n';
  }
}

void TrainingRun::write_log() const {
  if (!state_.settings.log.empty())
    write_text_file(state_.settings.log, to_csv(state_.log), "train");
}

void TrainingRun::write_page(const std::string& status, bool running) const {
  const TrainSettings& s = state_.settings;
  if (s.page.empty()) return;
  report::TrainingView view;
  view.title = s.architecture + " on " + without_path(s.data);
  view.status = status + ". " + std::to_string(state_.log.size()) + " of " +
                std::to_string(s.training.epochs) + " epochs are done.";
  view.planned_epochs = s.training.epochs;
  view.log = state_.log;
  view.settings = settings_in_words(s, sets_.train.size());
  write_text_file(s.page, report::training_page(view, running), "train");
}

void TrainingRun::print_epoch(const EpochFigures& f) const {
  char loss[32];
  std::snprintf(loss, sizeof loss, "%.4f", f.loss);
  std::cout << "epoch " << f.epoch << "  loss " << loss << "  train " << percent(f.train_accuracy);
  const auto show = [](const char* name, const std::optional<double>& share) {
    if (share) std::cout << "  " << name << ' ' << percent(*share);
  };
  show("validation", f.validation_accuracy);
  show("test", f.test_accuracy);
  show("averaged weights",
       f.ema_validation_accuracy ? f.ema_validation_accuracy : f.ema_test_accuracy);
  const double left = f.seconds / static_cast<double>(f.epoch) *
                      static_cast<double>(trainer_.options().epochs - f.epoch);
  std::cout << "  " << format_duration(f.seconds) << ", " << format_duration(left) << " left"
            << std::endl;
}

}  // namespace odin::native
