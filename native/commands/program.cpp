#include <exception>
#include <iostream>
#include <new>
#include <string>

#include "odin/native/commands/checks.h"
#include "odin/native/commands/commands.h"
#include "odin/native/system/output_file.h"
#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/error.h"
#include "odin/tensor/parallel.h"

namespace odin::native {
namespace {

void add_common(CLI::App& app, CommonOptions& common) {
  app.add_option("--threads", common.threads, "Threads to use, 0 for all")->check(not_negative());
  app.add_option("--device", common.device, "Where to compute")
      ->check(CLI::IsMember({"cpu", "cuda"}));
  app.add_flag("--tf32", common.tf32,
               "Let a GPU round the factors of float32 products to 11 bits: training gets faster,\n"
               "but ODIN's scores lose digits");
  app.add_option("--seed", common.seed, "Of everything random")->capture_default_str();
  app.add_flag("--quiet", common.quiet, "No progress and no notes");
}

/// The whole help of a command ends with what it shares with the others.
void name_common_options(CLI::App& app) {
  for (CLI::App* command : app.get_subcommands({})) {
    const std::string footer = command->get_footer();
    command->footer(footer + (footer.empty() ? "" : "\n\n") +
                    "Options of every command (odin --help): --threads, --device, --tf32, --seed, "
                    "--quiet");
  }
}

std::string command_line(int argc, const char* const* argv) {
  std::string line = "odin";
  for (int i = 1; i < argc; ++i) line += std::string(" ") + argv[i];
  return line;
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  CLI::App app(
      "Does a picture belong to what a network was trained on? Out-of-distribution detection with\n"
      "ODIN (Liang, Li, Srikant, ICLR 2018) on an engine of its own.",
      "odin");
  app.set_version_flag("--version", "odin " ODIN_VERSION);
  app.require_subcommand(1);
  app.fallthrough();

  CommonOptions common;
  common.command = command_line(argc, argv);
  Action action;
  add_common(app, common);
  add_detect(app, common, action);
  add_evaluate(app, common, action);
  add_tune(app, common, action);
  add_report(app, common, action);
  add_metrics(app, common, action);
  add_convert(app, common, action);
  add_info(app, common, action);
  add_train(app, common, action);
  add_average(app, common, action);
  add_data(app, common, action);
  add_bench(app, common, action);
  add_serve(app, common, action);
  name_common_options(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version
    std::cerr << "odin: " << e.what() << " (odin --help)\n";
    return 2;
  }

  try {
    common.compute_device();  // says at once what is missing
    tensor::cuda::allow_tf32(common.tf32);
    tensor::set_num_threads(common.threads);
    const int status = action();
    check_results_written();
    return status;
  } catch (const std::bad_alloc&) {
    std::cerr << "odin: out of memory\n";
  } catch (const std::exception& e) {
    std::cerr << "odin: " << e.what() << '\n';
  }
  return 1;
}

}  // namespace odin::native
