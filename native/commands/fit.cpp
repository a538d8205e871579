#include <memory>

#include "odin/native/commands/commands.h"
#include "odin/native/models/model_store.h"
#include "odin/native/scoring/fitting.h"
#include "odin/native/system/console.h"
#include "odin/native/system/output_file.h"
#include "odin/native/system/progress.h"
#include "odin/nn/io/quote.h"

namespace odin::native {
namespace {

struct FitCommandOptions {
  FittingOptions fitting;
  std::string save;
};

int fit(const FitCommandOptions& options, bool quiet) {
  check_output_file(options.save, "fit");
  require(!is_shipped(options.save),
          "fit: a shipped model is not overwritten; name another file: --save FILE");
  Fitting fitting(options.fitting);
  if (!quiet)
    for (const std::string& note : fitting.notes()) tell("note: ", note);
  bool complete = true;
  Progress progress("fit", fitting.image_count(), !quiet);
  fitting.run({[&](std::int64_t images) { progress.update(images); },
               [&](const std::string& line) {
                 tell("odin: ", line);
                 complete = false;
               }});
  progress.finish();
  if (!quiet)
    for (const std::string& line : fitting.conversions()) tell("note: ", line);
  if (!options.fitting.ranks->first()) return complete ? 0 : 1;  // the first rank saves it
  for (const std::string& line : fitting.findings()) show(line);
  fitting.save(options.save);
  if (!quiet) tell("saved in ", nn::quote(options.save));
  return complete ? 0 : 1;
}

}  // namespace

void add_fit(Command program, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<FitCommandOptions>();
  Command command = program.add_command(
      "fit", "Compute what other scores than ODIN need to know of the training images");
  FittingOptions& f = options->fitting;
  command.add_option("--model", f.model, "Shipped model or .safetensors file");
  command.add_option("--in", f.in, "SET of images that the network was trained on").required();
  command.add_option("--validation", f.validation,
                     "SET of images apart from these, for the calibrated temperature, the mean "
                     "softmax\nand a threshold for each method that accepts 95% of them");
  command
      .add_option("--bank", f.bank,
                  "Features of so many images are kept at most, for knn, nnguide and vim")
      .positive()
      .show_default();
  command.add_option("--limit", f.limit, "Use at most so many images of each set").positive();
  command
      .add_option("--batch", f.batch,
                  "Images computed together (64 of 32x32, of larger ones as many pixels)")
      .positive();
  command.add_option("--save", options->save, "The model with what was computed").required();
  command.footer(kSetHelp);
  command.callback([options, &common, &action] {
    action = [options, &common] {
      options->fitting.seed = common.seed;
      options->fitting.ranks = common.ranks;
      options->fitting.device = common.compute_device();
      return fit(*options, common.quiet);
    };
  });
}

}  // namespace odin::native
