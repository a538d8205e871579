#pragma once

#include <string>
#include <vector>

#include "odin/native/training/log.h"
#include "odin/native/training/settings.h"
#include "odin/nn/io/safetensors.h"

namespace odin::native {

/// What `odin train` needs to resume, in addition to the state of the Trainer. Stored in the same
/// checkpoint.
struct RunState {
  TrainSettings settings;
  std::vector<EpochFigures> log;  ///< the epochs that have been measured
  std::string after;              ///< record of the model that training started from, if any
  double seconds = 0;             ///< of training so far, without the pauses between runs
  // Of the current epoch: time of its steps, and time for which they waited for images.
  double step_seconds = 0, waited_seconds = 0;
  bool finished = false;  ///< the final model files have their thresholds
  /// The model files are still those of an earlier training, whose place this one takes.
  bool replaces = false;
};

/// Paths are stored as checkpoint_paths.h says.
void write_run_state(const RunState& state, nn::Safetensors& checkpoint);

/// Throws Error, beginning with `name`, unless the file is a checkpoint of `odin train`. The paths
/// in the result are those that are stored (with_found_paths() finds the files).
RunState read_run_state(const nn::Safetensors& checkpoint, const std::string& name);

}  // namespace odin::native
