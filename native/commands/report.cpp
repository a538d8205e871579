#include <memory>

#include "odin/native/commands/commands.h"
#include "odin/native/report/report.h"
#include "odin/native/system/console.h"
#include "odin/native/system/output_file.h"

namespace odin::native {
namespace {

struct ReportOptions {
  std::vector<std::filesystem::path> files;
  std::string out = "report.html";
};

int write_report(const ReportOptions& options, bool quiet) {
  const std::string html = report::render_report(report::read_report_data(options.files));
  write_text_file(options.out, html, "report");
  if (!quiet) tell("wrote ", options.out);
  return 0;
}

}  // namespace

void add_report(Command program, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<ReportOptions>();
  Command command = program.add_command(
      "report",
      "Put what odin evaluate, compare, tune and train found into one HTML file with figures");
  command
      .add_option("FILE", options->files,
                  "JSON files of odin evaluate (--details for all figures), odin compare and odin "
                  "tune (--json), and CSV logs of odin train (--log)")
      .required();
  command.add_option("--out", options->out, "HTML file to write").show_default();
  command.callback([options, &common, &action] {
    action = [options, &common] { return write_report(*options, common.quiet); };
  });
}

}  // namespace odin::native
