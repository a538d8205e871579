#include <fstream>
#include <iostream>
#include <memory>

#include "odin/native/commands/commands.h"
#include "odin/nn/io/checkpoint.h"
#include "odin/nn/io/model_file.h"
#include "odin/nn/models/make_model.h"

namespace odin::native {
namespace {

struct ConvertOptions {
  std::string checkpoint, output, classes_file;
  nn::ModelInfo info;
  bool half = false;
};

std::vector<std::string> read_classes(const std::string& path) {
  std::ifstream file(path);
  require(file.is_open(), "convert: '", path, "': the file with the class names can not be read");
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  require(!names.empty(), "convert: '", path, "': expected one class name a line, found none");
  return names;
}

int convert(ConvertOptions& o, bool quiet) {
  o.info.classes = read_classes(o.classes_file);
  const auto network =
      nn::make_model(o.info.architecture, static_cast<std::int64_t>(o.info.classes.size()));
  const nn::StateDict state = nn::read_checkpoint(o.checkpoint);
  try {
    network->load_state_dict(state);
  } catch (const Error& e) {
    fail("convert: '", o.checkpoint, "' is not a ", o.info.architecture, " with ",
         o.info.classes.size(), " classes: ", e.what());
  }
  const nn::Safetensors file = nn::to_safetensors(*network, o.info);
  nn::parse_model_info(file, o.output);  // what was given must be readable again
  nn::write_safetensors(o.output, file, o.half ? nn::FloatStorage::f16 : nn::FloatStorage::f32);
  if (!quiet)
    std::cerr << "wrote " << o.output << ": " << o.info.architecture << ", "
              << network->parameter_count() << " parameters, " << o.info.classes.size()
              << " classes\n";
  return 0;
}

}  // namespace

void add_convert(CLI::App& app, const CommonOptions& common, Action& action) {
  const auto o = std::make_shared<ConvertOptions>();
  CLI::App* command = app.add_subcommand(
      "convert", "Make a model file from a PyTorch checkpoint, executing nothing that is in it");
  command->add_option("CHECKPOINT", o->checkpoint, ".pth, .pt, .pth.tar or .safetensors")
      ->required();
  command->add_option("OUT", o->output, "Model file to write (.safetensors)")->required();
  command->add_option("--arch", o->info.architecture, "densenet-bc-L-k or wrn-d-w")->required();
  command->add_option("--classes", o->classes_file, "Text file, one class name a line")->required();
  command->add_option("--mean", o->info.mean, "Of the training pixels in [0,1]: r,g,b")
      ->delimiter(',')
      ->expected(3)
      ->required();
  command->add_option("--std", o->info.std, "Their standard deviation: r,g,b")
      ->delimiter(',')
      ->expected(3)
      ->required();
  command->add_flag("--half", o->half, "Store the weights as float16");
  command->callback(
      [o, &common, &action] { action = [o, &common] { return convert(*o, common.quiet); }; });
}

}  // namespace odin::native
