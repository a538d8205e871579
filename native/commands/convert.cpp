#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string_view>

#include "odin/native/commands/commands.h"
#include "odin/native/commands/convert_onnx.h"
#include "odin/native/commands/input_options.h"
#include "odin/native/sets/class_list.h"
#include "odin/native/system/console.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/checkpoint.h"
#include "odin/nn/io/file_kind.h"
#include "odin/nn/io/model_file.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/models/make_model.h"
#include "odin/nn/models/registry.h"
#include "odin/nn/shapes_only.h"

namespace odin::native {
namespace {

struct ConvertOptions {
  std::string checkpoint, output;
  // Empty: take it from the checkpoint's own metadata.
  std::string architecture, classes_file;
  InputOptions input;
  bool half = false;
  std::string key;       ///< the tensors to take; empty: found by themselves
  bool partial = false;  ///< surplus tensors are left out
  std::string logits;    ///< ONNX: which output; empty: the only one
};

void note(const std::string& text, bool quiet) {
  if (!quiet) tell("note: ", text);
}

/// The weights, and the metadata if the file has some.
nn::Safetensors read_source(std::span<const std::byte> bytes, const ConvertOptions& o, bool quiet) {
  std::vector<std::string> notes;
  nn::Safetensors source;
  if (nn::is_safetensors(bytes, o.checkpoint)) {
    source = nn::parse_safetensors(bytes, o.checkpoint);
    source.tensors = nn::take_part(source.tensors, o.key);
  } else {
    source.tensors = nn::parse_checkpoint(bytes, o.checkpoint, o.key, &notes);
  }
  for (const std::string& text : notes) note(text, quiet);
  return source;
}

/// Removes T, epsilon and threshold, which are not valid for pictures made otherwise. Returns
/// whether there were any.
bool drop_settings(nn::Safetensors& source) {
  std::size_t dropped = 0;
  for (const char* key : {"temperature", "epsilon", "threshold", "tuning"})
    dropped += source.metadata.erase(key);
  return dropped > 0;
}

/// The file's own metadata, overridden by the given options.
nn::ModelInfo described(const nn::Safetensors& source, const ConvertOptions& o) {
  const bool is_model = source.metadata.contains("architecture");
  nn::ModelInfo info = is_model ? nn::parse_model_info(source, o.checkpoint) : nn::ModelInfo();
  if (!o.architecture.empty()) info.architecture = o.architecture;
  if (!o.classes_file.empty()) info.classes = read_class_list(o.classes_file, "convert");
  apply(o.input, info);
  std::string missing;
  const auto needs = [&](const char* option, bool empty) {
    if (empty) missing += (missing.empty() ? "" : ", ") + std::string(option);
  };
  needs("--arch", info.architecture.empty());
  needs("--classes", info.classes.empty());
  needs("--mean", info.mean.empty());
  needs("--std", info.std.empty());
  require(missing.empty(), "convert: ", nn::quote(o.checkpoint), " is no model file: it needs ",
          missing);
  return info;
}

/// Names in notes.
std::string some_of(const std::vector<std::string>& names) { return nn::quote_some(names, 3); }

/// The tensors under the names of the network: without a prefix that the saving program added, and
/// under the network's own names, and without those that are no weights or, with --partial, that the
/// network does not have.
nn::StateDict fitted(const nn::StateDict& given, const nn::StateDict& own,
                     const std::string& architecture, const ConvertOptions& o, bool quiet) {
  const std::string prefix = nn::common_prefix(own, given);
  if (!prefix.empty()) note("the prefix " + nn::quote(prefix) + " of the names is left out", quiet);
  nn::StateDict state = nn::with_our_names(nn::without_prefix(given, prefix), architecture);
  std::vector<std::string> counters, surplus;
  for (const auto& [name, tensor] : state) {
    if (own.contains(name)) continue;
    if (!nn::is_bookkeeping(name, tensor))
      surplus.push_back(name);
    else if (!name.ends_with("num_batches_tracked"))  // every checkpoint has these
      counters.push_back(name);
  }
  if (!counters.empty())
    note("left out, since they only count something: " + some_of(counters), quiet);
  if (!o.partial || surplus.empty()) return state;
  note("left out, since the network does not have them: " + some_of(surplus), quiet);
  for (const std::string& name : surplus) state.erase(name);
  return state;
}

/// The names and shapes of the network's weights, without their memory.
nn::StateDict shapes_of(const nn::ModelInfo& info, const nn::StateDict& given) {
  const nn::ShapesOnlyScope scope;
  if (info.architecture == nn::kGraphArchitecture)
    return nn::make_model_for(given, info)->state_dict();
  return nn::make_model(info.architecture, static_cast<std::int64_t>(info.classes.size()),
                        info.input)
      ->state_dict();
}

/// By the content, or by the name where the content says nothing.
bool looks_like_onnx(std::span<const std::byte> bytes, const std::string& path) {
  return nn::is_onnx(bytes) || (path.ends_with(".onnx") && nn::describe_kind(bytes).empty() &&
                                !nn::is_safetensors(bytes, path));
}

int convert(const ConvertOptions& o, bool quiet) {
  // A file that is neither a checkpoint nor an ONNX model is refused before it is read.
  const auto bytes = looks_like_onnx(nn::beginning_of(o.checkpoint), o.checkpoint)
                         ? nn::read_file(o.checkpoint, "convert")
                         : nn::read_checkpoint_file(o.checkpoint, "convert");
  if (looks_like_onnx(bytes, o.checkpoint)) {
    require(o.architecture.empty() && o.key.empty() && !o.partial,
            "convert: ", nn::quote(o.checkpoint),
            " is an ONNX model, which needs no --arch, --key or --partial");
    return convert_onnx(
        bytes, o.checkpoint, o.output,
        {.classes_file = o.classes_file, .input = o.input, .output = o.logits, .half = o.half},
        quiet);
  }
  require(o.logits.empty(), "convert: --output is for ONNX models");
  nn::Safetensors source = read_source(bytes, o, quiet);
  const bool dropped = !o.input.empty() && drop_settings(source);
  const nn::ModelInfo info = described(source, o);
  std::unique_ptr<nn::Module> network;
  try {
    const nn::StateDict own = shapes_of(info, source.tensors);
    const nn::StateDict state = fitted(source.tensors, own, info.architecture, o, quiet);
    // Before the network takes memory.
    const std::string wrong = nn::differences(own, state);
    require(wrong.empty(), wrong);
    network = nn::make_model_for(state, info);
    network->load_state_dict(state);
  } catch (const Error& e) {
    fail("convert: ", nn::quote(o.checkpoint), " is not a ", info.architecture, " with ",
         info.classes.size(), " classes: ", e.what());
  }
  nn::Safetensors file = nn::to_safetensors(*network, info);
  source.metadata.erase("preprocess");  // the new one, which is not written where it is the default
  file.metadata.insert(source.metadata.begin(), source.metadata.end());  // only missing entries
  nn::parse_model_info(file, o.output);  // throws unless the given options can be read back
  nn::write_safetensors(o.output, file, o.half ? nn::FloatStorage::f16 : nn::FloatStorage::f32);
  if (dropped)
    note(
        "temperature, epsilon and threshold are left out, since they were chosen for pictures made "
        "otherwise; odin tune finds new ones",
        quiet);
  if (!quiet)
    tell("wrote ", o.output, ": ", info.architecture, ", ", network->parameter_count(),
         " parameters in ", o.half ? "float16" : "float32", ", ", info.classes.size(), " classes");
  return 0;
}

}  // namespace

void add_convert(Command program, const CommonOptions& common, Action& action) {
  const auto o = std::make_shared<ConvertOptions>();
  Command command = program.add_command(
      "convert",
      "Make a model file from a PyTorch checkpoint or an ONNX model, executing nothing that is in "
      "it, or from a model file, whose metadata stay where no option replaces them");
  command.add_option("CHECKPOINT", o->checkpoint, ".pth, .pt, .pth.tar, .onnx or .safetensors")
      .required();
  command.add_option("OUT", o->output, "Model file to write (.safetensors)").required();
  command.add_option("--arch", o->architecture,
                     nn::architecture_help() + "; a checkpoint needs it");
  command.add_option("--classes", o->classes_file,
                     "Text file, one class name a line (a checkpoint needs it)");
  add_input_options(command, o->input);
  command.add_option("--key", o->key,
                     "Which tensors to take, where a checkpoint has several: where they lie, with "
                     "dots (ema.model), or what their names begin with");
  command.add_flag("--partial", o->partial,
                   "Leave out tensors that the network does not have; otherwise they are an error");
  command.add_option(
      "--output", o->logits,
      "ONNX: the output with the logits, where a model has several; any value of it");
  command.add_flag("--float16,--half", o->half,
                   "Store the weights as float16, in half the space (docs/results.md has what it "
                   "costs); otherwise as float32");
  command.callback(
      [o, &common, &action] { action = [o, &common] { return convert(*o, common.quiet); }; });
}

}  // namespace odin::native
