#include <utility>

#include "odin/native/commands/training_run.h"
#include "odin/native/report/training_page.h"
#include "odin/native/system/console.h"
#include "odin/native/system/output_file.h"
#include "odin/native/training/record.h"

// The files written by a training.

namespace odin::native {

nn::FloatStorage TrainingRun::floats() const {
  return state_.settings.float16 ? nn::FloatStorage::f16 : nn::FloatStorage::f32;
}

void TrainingRun::write_model(const std::filesystem::path& file, nn::Module& network,
                              const nn::ModelInfo& info) const {
  if (!ranks_.first()) return;
  nn::write_safetensors(file, nn::to_safetensors(network, info), floats());
}

void TrainingRun::write_checkpoint() {
  if (!ranks_.first()) return;
  state_.seconds = seconds();
  nn::Safetensors checkpoint = trainer_.checkpoint(info_);
  write_run_state(state_, checkpoint);
  nn::write_safetensors(checkpoint_path(state_.settings), checkpoint);
  last_checkpoint_ = Clock::now();
}

/// Writes the log and the page. If that fails, prints a warning once and continues.
void TrainingRun::show(const std::string& status, bool running) {
  try {
    write_log();
    write_page(status, running);
    shown_ = true;
  } catch (const std::exception& e) {
    if (std::exchange(shown_, false)) tell("odin train: note: ", error_text(e));
  }
}

void TrainingRun::write_log() const {
  if (ranks_.first() && !state_.settings.log.empty())
    write_text_file(state_.settings.log, to_csv(state_.log), "train");
}

void TrainingRun::write_page(const std::string& status, bool running) const {
  const TrainSettings& s = state_.settings;
  if (s.page.empty() || !ranks_.first()) return;
  report::TrainingView view;
  view.title = s.architecture + " on " + without_path(s.data);
  view.status = status + ". " + std::to_string(state_.log.size()) + " of " +
                std::to_string(s.training.epochs) + " epochs are done.";
  view.planned_epochs = s.training.epochs;
  view.log = state_.log;
  view.settings = settings_in_words(s, sets_.train.size());
  write_text_file(s.page, report::training_page(view, running), "train");
}

}  // namespace odin::native
