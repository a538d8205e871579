#include <algorithm>
#include <cstdio>
#include <utility>

#include "odin/native/commands/training_run.h"
#include "odin/native/system/console.h"
#include "odin/native/system/progress.h"
#include "odin/native/system/stop_signal.h"
#include "odin/native/training/finish.h"
#include "odin/native/training/record.h"
#include "odin/nn/io/quote.h"

// The end of an epoch and of the training: measuring, and writing models.

namespace odin::native {
namespace {

/// "waited for other ranks: rank 0 1.3%, rank 1 9.8%". The rank that others wait for waits least; it
/// is named if they wait for a tenth of the time longer.
std::string waiting_in_words(const std::vector<double>& shares) {
  std::string text = "waited for other ranks: ";
  for (std::size_t r = 0; r < shares.size(); ++r)
    text += (r ? ", rank " : "rank ") + std::to_string(r) + " " + percent(shares[r]);
  const auto [least, most] = std::minmax_element(shares.begin(), shares.end());
  constexpr double kSlow = 0.1;
  if (*most - *least >= kSlow)
    text += "; rank " + std::to_string(least - shares.begin()) + " is slow";
  return text;
}

}  // namespace

/// Measures the epoch's weights and writes all files. Returns false if it was interrupted: then the
/// epoch is measured after resuming.
bool TrainingRun::end_epoch() {
  const TrainingProgress p = trainer_.progress();
  EpochFigures figures;
  figures.epoch = p.epoch;
  figures.learning_rate = trainer_.last_learning_rate();
  figures.loss = p.loss();
  figures.train_accuracy = p.accuracy();
  figures.images_per_second = static_cast<double>(p.seen) / state_.step_seconds;
  figures.waited_seconds = state_.waited_seconds;
  if (ranks_.size() > 1) figures.waited_for_ranks = waiting_shares();
  trainer_.check_finite();
  if (!measure(figures)) return false;
  figures.seconds = seconds();
  state_.log.push_back(figures);
  write_models_of_epoch();
  state_.step_seconds = state_.waited_seconds = 0;
  show("Running", true);
  write_checkpoint();
  print_epoch(figures);
  if (ranks_.size() > 1) native::show(waiting_in_words(figures.waited_for_ranks));
  return true;
}

/// Of the epoch's steps in this run, of all ranks.
std::vector<double> TrainingRun::waiting_shares() {
  const double waited = trainer_.waited_for_ranks() - waited_before_;
  waited_before_ += waited;
  const double seconds = std::exchange(epoch_seconds_, 0);
  const double share = seconds > 0 ? std::min(1.0, waited / seconds) : 0;
  return ranks_.gather(std::span(&share, 1));
}

/// If they cannot be written, the checkpoint records the epoch as not measured, so that resuming
/// measures it again and writes them.
void TrainingRun::write_models_of_epoch() {
  info_.training = training_record(state_.settings, state_.log.back(), state_.after);
  try {
    write_model(state_.settings.save, saved_network(), info_);
    if (best_epoch(state_.log) == state_.log.size() - 1)
      write_model(best_path(state_.settings), saved_network(), info_);
    state_.replaces = false;
  } catch (const std::exception&) {
    state_.log.pop_back();
    try {
      write_checkpoint();
    } catch (const std::exception&) {  // only the first error is reported
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
  plain = accuracy(*network_, *images, sets_.normalization, go_on_after(0), ranks_);
  if (!plain) return false;
  if (!averaged_) return true;
  auto& averaged = held_out ? figures.ema_validation_accuracy : figures.ema_test_accuracy;
  averaged =
      accuracy(*averaged_, *images, sets_.normalization, go_on_after(images->size()), ranks_);
  return averaged.has_value();
}

void TrainingRun::print_epoch(const EpochFigures& f) const {
  char loss[32];
  std::snprintf(loss, sizeof loss, "%.4f", f.loss);
  std::string shares;
  const auto add = [&](const char* name, const std::optional<double>& share) {
    if (share) shares += std::string("  ") + name + ' ' + percent(*share);
  };
  add("validation", f.validation_accuracy);
  add("test", f.test_accuracy);
  add("averaged weights",
      f.ema_validation_accuracy ? f.ema_validation_accuracy : f.ema_test_accuracy);
  const double left = f.seconds / static_cast<double>(f.epoch) *
                      static_cast<double>(trainer_.options().epochs - f.epoch);
  native::show("epoch ", f.epoch, "  loss ", loss, "  train ", percent(f.train_accuracy), shares,
               "  ", format_duration(f.seconds), ", ", format_duration(left), " left");
}

/// Adds the test accuracy and the threshold to the final model files.
bool TrainingRun::finish() {
  const auto& log = state_.log;
  if (averaged_) trainer_.ema()->copy_to(*averaged_);
  info_.training = training_record(state_.settings, log.back(), state_.after);
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
  tell("odin train: ", nn::quote(file.string()),
       " is not there or another training's; the best epoch was ", figures.epoch,
       ", before the training went on with another --save");
  return true;
}

/// Whether the file is the model of this training after that epoch.
bool TrainingRun::is_model_of(const std::filesystem::path& file,
                              const EpochFigures& figures) const {
  if (!std::filesystem::exists(file)) return false;
  const nn::ModelInfo info = nn::parse_model_info(nn::read_safetensors(file), file.string());
  return info.architecture == info_.architecture && is_record_of(info.training, figures);
}

/// Writes the file once, with all its metadata, so that a complete file is never replaced by an
/// incomplete one.
bool TrainingRun::finish_file(const std::filesystem::path& file, nn::Module& network,
                              nn::ModelInfo info, const EpochFigures& figures, const char* which) {
  info.training = with_float16(info.training, state_.settings.float16);
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

  const std::string validation =
      sets_.validation ? "validation " + percent(*validation_of(figures)) + ", " : "";
  native::show(which, ", epoch ", figures.epoch, ": ", validation,
               in_words(*found, model.info, sets_), file.string());
  return true;
}

}  // namespace odin::native
