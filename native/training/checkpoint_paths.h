#pragma once

#include <string>

#include "odin/native/training/run_state.h"
#include "odin/native/training/settings.h"
#include "odin/nn/io/model_file.h"

namespace odin::native {

// A training checkpoint belongs to its folder: it names files by their place beside it, and a
// training that goes on from it writes there, wherever it is called.

/// The settings as a checkpoint of this training stores them: the name of the model file, and the
/// paths of the log, the page and the sets, where they were relative, from the checkpoint's folder.
TrainSettings with_stored_paths(const TrainSettings& settings);

/// The reverse, for the checkpoint that lies at `checkpoint`. Paths that are given anew are left as
/// they are. Throws if the training would write outside of the folder of the checkpoint without
/// being told so.
TrainSettings with_found_paths(const TrainSettings& stored, const GivenSettings& given,
                               const std::string& checkpoint);

/// Throws if a model file, a log or a page in whose place the resumed training would write, without being
/// told so, is of another training. `info` is of the checkpoint.
void check_own_files(const RunState& state, const nn::ModelInfo& info, const GivenSettings& given);

}  // namespace odin::native
