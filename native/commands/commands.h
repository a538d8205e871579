#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "odin/native/commands/command_line.h"
#include "odin/native/ranks/job.h"
#include "odin/tensor/device.h"

namespace odin::native {

/// The options common to all commands.
struct CommonOptions {
  int threads = 0;  ///< 0: all processors
  std::string device = "cpu";
  bool tf32 = false;
  bool plain = false;  ///< no fused operations
  std::uint64_t seed = 1;
  bool quiet = false;
  Ranks* ranks = &one_rank();
  std::string command;  ///< as it was typed: "odin detect x.png"

  /// Throws if this program or this machine has no such device.
  tensor::Device compute_device() const { return tensor::parse_device(device); }
};

/// The work of a command, run after the command line is parsed. Returns the exit status.
using Action = std::function<int()>;

// Each adds its command to the program and, if that command is given, sets `action`.
void add_average(Command program, const CommonOptions& common, Action& action);
void add_bench(Command program, const CommonOptions& common, Action& action);
void add_compare(Command program, const CommonOptions& common, Action& action);
void add_convert(Command program, const CommonOptions& common, Action& action);
void add_data(Command program, const CommonOptions& common, Action& action);
void add_detect(Command program, const CommonOptions& common, Action& action);
/// Hidden: it is for making packages.
void add_document(Command program, const CommandLine& line, Action& action);
void add_evaluate(Command program, const CommonOptions& common, Action& action);
void add_fit(Command program, const CommonOptions& common, Action& action);
void add_info(Command program, const CommonOptions& common, Action& action);
void add_metrics(Command program, const CommonOptions& common, Action& action);
void add_report(Command program, const CommonOptions& common, Action& action);
void add_serve(Command program, const CommonOptions& common, Action& action);
void add_train(Command program, const CommonOptions& common, Action& action);
void add_tune(Command program, const CommonOptions& common, Action& action);

/// Runs the program, as one rank of the job. Returns the exit status: 0 success, 1 bad input or failed
/// work, 2 wrong command line.
int run_program(int argc, const char* const* argv, Job& job);

}  // namespace odin::native
