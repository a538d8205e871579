#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "odin/native/training/run_state.h"
#include "odin/native/training/sets.h"
#include "odin/native/training/trainer.h"

namespace odin::native {

/// The work of `odin train`: trains to the end, a signal or the time limit, prints the progress and
/// writes the files. Each file is written atomically and the checkpoint last, so that the other
/// files are never older than the checkpoint.
class TrainingRun {
 public:
  /// `checkpoint` is null for a new training; `name` is its name in error messages. Of several
  /// ranks, each has one, and the first writes the files.
  TrainingRun(RunState state, const nn::Safetensors* checkpoint, const std::string& name,
              double max_minutes, tensor::Device device, bool quiet, Ranks& ranks);

  /// Returns the program's exit status: 0 at the end and when the time is up, 130 and 143 after
  /// SIGINT and SIGTERM.
  int operator()();
  /// What has to be the same on all ranks: images and settings.
  std::string identity() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::unique_ptr<nn::Module> make_network() const;
  std::unique_ptr<nn::Module> first_network(const nn::Safetensors* checkpoint,
                                            const std::string& name);
  void announce(bool resumed) const;
  int run();

  bool out_of_time() const;
  bool run_epoch();
  std::vector<double> waiting_shares();
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

  double seconds() const;  ///< of training so far, in all runs, without the pauses between them
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
  Ranks& ranks_;
  TrainingSets sets_;
  nn::ModelInfo info_;
  std::unique_ptr<nn::Module> network_;
  Trainer trainer_;
  std::unique_ptr<nn::Module> averaged_;  ///< has the averaged weights after measure(); may be null
  Clock::time_point start_ = Clock::now(), last_checkpoint_ = start_;
  double epoch_seconds_ = 0;  ///< of this epoch's steps, in this run
  double waited_before_ = 0;  ///< seconds waited for other ranks before this epoch
  double seconds_before_;     ///< seconds of training in earlier runs
  bool stepped_ = false;      ///< this run has made a step
  bool begun_;                ///< the files on disk are of this training
  bool shown_ = true;         ///< the last write of the log and the page succeeded
};

}  // namespace odin::native
