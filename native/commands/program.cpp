#include <algorithm>
#include <array>
#include <exception>
#include <iterator>
#include <new>
#include <string>
#include <string_view>
#include <system_error>

#include "odin/native/commands/commands.h"
#include "odin/native/system/console.h"
#include "odin/native/system/output_file.h"
#include "odin/native/system/stop_signal.h"
#include "odin/native/training/record.h"
#include "odin/nn/fusion.h"
#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/error.h"
#include "odin/tensor/machine.h"
#include "odin/tensor/parallel.h"

namespace odin::native {
namespace {

void add_common(Command program, CommonOptions& common) {
  program.add_option("--threads", common.threads, "Threads to use, 0 for all").not_negative();
  program.add_option("--device", common.device, "Where to compute").one_of({"cpu", "cuda"});
  program.add_flag("--tf32", common.tf32,
                   "Let a GPU round the factors of float32 products to 11 bits: training gets "
                   "faster,\nbut ODIN's scores lose digits");
  program.add_flag("--plain", common.plain,
                   "Run every operation by itself: slower than the fused ones, and what they are\n"
                   "tested against");
  program.add_option("--seed", common.seed, "Of everything random").show_default();
  program.add_flag("--quiet", common.quiet, "No progress and no notes");
}

std::string as_typed(int argc, const char* const* argv) {
  std::string line = "odin";
  for (int i = 1; i < argc; ++i) line += std::string(" ") + argv[i];
  return line;
}

/// Commands whose work is divided among several ranks.
void require_ranks_allowed(const std::string& command, const Ranks& ranks) {
  constexpr std::array kShared = {"train", "evaluate", "tune", "fit", "compare", "detect"};
  const bool shared = std::find(kShared.begin(), kShared.end(), command) != kShared.end();
  require(ranks.size() == 1 || shared, command, " is the work of one process, and ", ranks.size(),
          " were started; call it without mpirun or srun");
}

/// Sums depend on the instruction set in their last bits, and every rank has to come to the same
/// figures and weights.
std::string program_identity() {
  return std::string(ODIN_VERSION) + " of commit " + program_commit() + " with " +
         tensor::instruction_set() + " (ODIN_ISA chooses another)";
}

constexpr struct {
  std::string_view name;
  void (*add)(Command program, const CommonOptions& common, Action& action);
} kCommands[] = {
    {"detect", add_detect},   {"evaluate", add_evaluate}, {"tune", add_tune},
    {"fit", add_fit},         {"compare", add_compare},   {"report", add_report},
    {"metrics", add_metrics}, {"convert", add_convert},   {"info", add_info},
    {"train", add_train},     {"average", add_average},   {"data", add_data},
    {"bench", add_bench},     {"serve", add_serve},
};

/// All commands, or the one that the first word names: declaring the options of all takes as long as
/// loading a model.
void add_commands(CommandLine& line, std::string_view first_word, CommonOptions& common,
                  Action& action) {
  add_common(line.program(), common);
  const auto is_first_word = [&](const auto& command) { return command.name == first_word; };
  const bool one = std::any_of(std::begin(kCommands), std::end(kCommands), is_first_word);
  for (const auto& command : kCommands)
    if (!one || is_first_word(command)) command.add(line.program(), common, action);
  if (!one) add_document(line.program(), line, action);
}

/// What to say of the exception that is being handled.
std::string text_of_error() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return "out of memory";
  } catch (const std::system_error& e) {
    const bool no_thread = e.code() == std::errc::resource_unavailable_try_again;
    return (no_thread ? "no thread can be started: " : "") + error_text(e) +
           (no_thread ? " (a limit on processes, ulimit -u, or too little memory)" : "");
  } catch (const std::exception& e) {
    return error_text(e);
  }
}

/// One line from the whole job; then ranks that would wait for this one forever are ended.
void fail_job(Job& job, const std::string& error) {
  if (job.speaks_of_error()) {
    set_silent(false);
    tell("odin: ", error);
  }
  job.abandon(1);
}

}  // namespace

int run_program(int argc, const char* const* argv, Job& job) {
  leave_no_part_files();
  set_silent(!job.ranks().first());
  CommandLine line(
      "odin",
      "Does a picture belong to what a network was trained on? Out-of-distribution detection with\n"
      "ODIN (Liang, Li, Srikant, ICLR 2018) on an engine of its own.",
      "odin " ODIN_VERSION);
  CommonOptions common;
  common.command = as_typed(argc, argv);
  common.ranks = &job.ranks();
  Action action;
  add_commands(line, argc > 1 ? argv[1] : "", common, action);
  // The help of every command ends with the options common to all.
  line.end_help_with(
      "Options of every command (odin --help): --threads, --device, --tf32, --plain, "
      "--seed,\n--quiet");
  if (const auto status = line.parse(argc, argv)) return *status;
  if (!job.ranks().first()) common.quiet = true;  // no progress from several at once

  try {
    require_ranks_allowed(line.command_given(), job.ranks());
    if (job.ranks().size() > 1) job.ranks().require_same("program", program_identity());
    common.compute_device();  // throws early if the device is missing
    tensor::cuda::allow_tf32(common.tf32);
    tensor::set_num_threads(common.threads);
    const nn::FusionScope fusion(!common.plain);
    const int status = action();
    check_results_written();
    return status;
  } catch (...) {
    fail_job(job, text_of_error());
  }
  return 1;
}

}  // namespace odin::native
