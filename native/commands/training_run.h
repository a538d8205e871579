#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "odin/native/training/run_state.h"
#include "odin/native/training/sets.h"
#include "odin/native/training/trainer.h"

namespace odin::native {

/// `odin train` at work: trains until the end, a signal or the time limit, says how it goes, and
/// writes files as it does. Each is written whole or not at all, the checkpoint last, so that what
/// lies beside it is never older.
class TrainingRun {
 public:
  /// `checkpoint` is null for a new training; `name` is what errors call it.
  TrainingRun(RunState state, const nn::Safetensors* checkpoint, const std::string& name,
              double max_minutes, tensor::Device device, bool quiet);

  /// Returns the program's exit status.
  int operator()();

 private:
  using Clock = std::chrono::steady_clock;

  std::unique_ptr<nn::Module> make_network() const;
  std::unique_ptr<nn::Module> first_network(const nn::Safetensors* checkpoint);
  void announce(bool resumed) const;
  int run();

  bool out_of_time() const;
  bool run_epoch();
  bool timed_step();
  void begin();
  bool end_epoch();
  bool measure(EpochFigures& figures);
  bool finish();
  bool finish_best(const EpochFigures& figures);
  bool is_model_of(const std::filesystem::path& file, const EpochFigures& figures) const;
  bool finish_file(const std::filesystem::path& file, nn::Module& network, nn::ModelInfo info,
                   const EpochFigures& figures, const char* which);
  int stopped();

  double seconds() const;  ///< since the training began, without the pauses
  nn::Module& saved_network() { return averaged_ ? *averaged_ : *network_; }
  void write_model(const std::filesystem::path& file, nn::Module& network,
                   const nn::ModelInfo& info) const;
  nn::FloatStorage floats() const;
  void write_models_of_epoch();
  void write_checkpoint();
  void write_log() const;
  void write_page(const std::string& status, bool running) const;
  void show(const std::string& status, bool running);
  void print_epoch(const EpochFigures& figures) const;

  RunState state_;
  double max_minutes_;
  tensor::Device device_;
  bool quiet_;
  TrainingSets sets_;
  nn::ModelInfo info_;
  std::unique_ptr<nn::Module> network_;
  Trainer trainer_;
  std::unique_ptr<nn::Module> averaged_;  ///< holds the averaged weights after measure(), or null
  Clock::time_point start_ = Clock::now(), last_checkpoint_ = start_;
  double seconds_before_;  ///< of the parts of the training before this one
  bool begun_;             ///< the files are this training's
  bool shown_ = true;      ///< the log and the page are what they should be
};

}  // namespace odin::native
