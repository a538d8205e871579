#include <charconv>
#include <memory>

#include "odin/native/commands/commands.h"
#include "odin/native/commands/detect_run.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

/// "3/10": the third of ten parts.
void set_shard(const std::string& text, DetectOptions& options) {
  const auto number = [](std::string_view digits) {
    constexpr std::int64_t kMost = 1'000'000'000;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    return whole && value <= kMost ? value : 0;
  };
  const std::string_view all = text;
  const auto slash = all.find('/');
  const std::int64_t part = slash == all.npos ? 0 : number(all.substr(0, slash));
  const std::int64_t parts = slash == all.npos ? 0 : number(all.substr(slash + 1));
  if (part < 1 || part > parts)
    fail_for_wrong("--shard", "expected I/N with I from 1 to N, got '" + text + "'");
  options.shard = part - 1;
  options.shards = parts;
}

void add_stream_options(Command command, DetectOptions& o) {
  command.add_option("--from", o.from,
                     "List of such PATHs, - for standard input: one a line, or separated by NUL");
  command.add_option<std::string>(
      "--shard", [&o](const std::string& text) { set_shard(text, o); },
      "I/N, I from 1: every N-th name from the I-th on, for job arrays; an archive is one name");
  command.add_option("--output", o.output, "File for the JSON lines, failures among them");
  command.add_flag("--resume", o.resume,
                   "Go on with the file of --output: leave out the pictures that it has");
}

}  // namespace

void add_detect(Command program, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<DetectOptions>();
  Command command = program.add_command(
      "detect", "Say for each image what the network sees and whether it belongs to what it knows");
  command.add_option("--model", options->model, "Shipped model or .safetensors file");
  command.add_option("--temperature", options->temperature,
                     "T of the softmax (the model's, or 1000)");
  command.add_option("--epsilon", options->epsilon,
                     "Step on the input, in units of pixels in [0,1] (the model's, or 0.0014)");
  command.add_option(
      "--threshold", options->threshold,
      "In-distribution above this score (the model's own, if T and eps are its own too)");
  const auto methods = std::make_shared<std::string>();
  command.add_option("--method", *methods,
                     std::string(kMethodHelp) +
                         ".\nVerdicts need thresholds: odin's from the model, those of others from "
                         "odin fit\n--validation; --threshold is that of the first method");
  add_step_options(command, options->step_options);
  command.add_flag("--json", options->json, "One JSON object a line");
  add_stream_options(command, *options);
  command.add_option(
      "PATH", options->paths,
      "Images, folders of them, or tar archives of them; {000..999} in a name stands "
      "for these numbers");
  command.callback([options, methods, command, &common, &action] {
    if (options->paths.empty() && options->from.empty()) fail_for_missing("PATH");
    if (options->resume && options->output.empty()) fail_for_missing("--output");
    if (!options->output.empty()) options->json = true;
    const bool has_methods = command.count("--method") > 0;
    if (has_methods) options->methods = methods_of_option(*methods);
    options->step = options->step_options.step();
    if (options->step != Step::none && !has_methods) fail_for_wrong("--step", "needs --method");
    action = [options, &common] { return DetectRun(*options, common)(); };
  });
}

}  // namespace odin::native
