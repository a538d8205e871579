#pragma once

#include <string>
#include <vector>

#include "odin/native/training/log.h"
#include "odin/native/training/settings.h"
#include "odin/nn/io/safetensors.h"

namespace odin::native {

/// What `odin train` must know to go on, beside what the Trainer needs; it travels in the same
/// checkpoint.
struct RunState {
  TrainSettings settings;
  std::vector<EpochFigures> log;  ///< of the epochs that are measured
  std::string after;              ///< record of the training whose weights were the first, if any
  double seconds = 0;             ///< since the training began, without the pauses
  // Of the epoch under way: how long its steps have taken, and how long they waited for images.
  double step_seconds = 0, waited_seconds = 0;
  bool finished = false;  ///< the files that it leaves have their thresholds
};

void write_run_state(const RunState& state, nn::Safetensors& checkpoint);

/// Throws Error, beginning with `name`, unless the file is a checkpoint of `odin train`.
RunState read_run_state(const nn::Safetensors& checkpoint, const std::string& name);

}  // namespace odin::native
