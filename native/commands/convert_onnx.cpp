#include "odin/native/commands/convert_onnx.h"

#include <filesystem>
#include <utility>

#include "odin/native/sets/class_list.h"
#include "odin/native/system/console.h"
#include "odin/nn/graph/graph_module.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/onnx/lower.h"
#include "odin/nn/shapes_only.h"

namespace odin::native {
namespace {

/// Of networks of ImageNet whose ONNX model takes any size.
constexpr std::int64_t kImageNetSide = 224;

/// A preset gives the size only where the model takes any.
void set_wanted_size(const InputOptions& o, nn::onnx::LowerOptions& options) {
  options.size_is_default = o.size.empty();
  if (!o.size.empty()) {
    const GivenSize size = parse_size(o.size);
    options.any_size = size.height == 0;
    options.size = tensor::Size2d{size.height, size.width};
  } else if (o.preset == "imagenet") {
    options.size = tensor::Size2d(kImageNetSide);
  }
}

nn::onnx::Network network_of(std::span<const std::byte> bytes, const std::string& path,
                             const OnnxOptions& o) {
  const nn::onnx::Model model = nn::onnx::parse_model(bytes);
  nn::onnx::LowerOptions options{.output = o.output, .size = {}, .folder = {}};
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error))
    options.folder = std::filesystem::absolute(path).parent_path();
  set_wanted_size(o.input, options);
  return nn::onnx::lower(model, options);
}

std::vector<std::string> numbered_classes(std::int64_t count) {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

/// What the model file says beside the graph. `notes` gets what had to be assumed.
nn::ModelInfo described_onnx(const nn::onnx::Network& network, const OnnxOptions& o,
                             std::vector<std::string>& notes) {
  nn::ModelInfo info;
  info.architecture = nn::kGraphArchitecture;
  info.input = network.input;
  info.preprocess = nn::default_preprocess(info.input);
  info.graph = to_json(network.graph);
  if (o.classes_file.empty()) {
    info.classes = numbered_classes(network.classes);
    notes.push_back("the classes are called 0 to " + std::to_string(network.classes - 1) +
                    " (--classes names them)");
  } else {
    info.classes = read_class_list(o.classes_file, "convert");
    require(std::ssize(info.classes) == network.classes, "the network has ", network.classes,
            " classes, ", nn::quote(o.classes_file), " names ", info.classes.size());
  }
  InputOptions input = o.input;
  const auto [channels, height, width] = network.input;
  input.size = network.input.any() ? "any" : std::to_string(height) + "x" + std::to_string(width);
  apply(input, info);
  require(info.input == network.input, "the network has ", channels,
          channels == 1 ? " channel" : " channels", ", --mean or --std expect another number");
  if (info.mean.empty() && info.std.empty()) {
    info.mean.assign(static_cast<std::size_t>(channels), 0);
    info.std.assign(static_cast<std::size_t>(channels), 1);
    notes.push_back(
        "pixels go into the network as numbers from 0 to 1; it was trained otherwise if it has a "
        "mean and std (--mean and --std, or --preset imagenet)");
  }
  require(!info.mean.empty() && !info.std.empty(), "--mean and --std belong together");
  return info;
}

nn::Safetensors model_file(nn::onnx::Network& network, const nn::ModelInfo& info) {
  const nn::ShapesOnlyScope without_memory;
  nn::GraphModule module(nn::graph::parse_graph(info.graph), network.tensors, network.input,
                         network.classes);
  nn::Safetensors file = nn::to_safetensors(module, info);
  file.tensors = std::move(network.tensors);
  return file;
}

}  // namespace

int convert_onnx(std::span<const std::byte> bytes, const std::string& path, const std::string& to,
                 const OnnxOptions& o, bool quiet) {
  try {
    nn::onnx::Network network = network_of(bytes, path, o);
    std::vector<std::string> notes = network.notes;
    const nn::ModelInfo info = described_onnx(network, o, notes);
    const std::size_t operations = network.graph.nodes.size();
    const nn::Safetensors file = model_file(network, info);
    nn::parse_model_info(file, to);  // throws unless the given options can be read back
    std::int64_t numbers = 0;
    for (const auto& [name, tensor] : file.tensors) numbers += tensor.numel();
    nn::write_safetensors(to, file, o.half ? nn::FloatStorage::f16 : nn::FloatStorage::f32);
    if (quiet) return 0;
    for (const std::string& text : notes) tell("note: ", text);
    tell("wrote ", to, ": ", operations, " operations, ", numbers, " numbers in ",
         o.half ? "float16" : "float32", ", pictures of ", nn::size_in_words(info.input), ", ",
         info.classes.size(), " classes");
    return 0;
  } catch (const Error& e) {
    std::string text = e.what();
    if (text.starts_with("convert: ") || text.starts_with("safetensors: ")) throw;
    if (text.starts_with("onnx: ")) text.erase(0, 6);
    fail("convert: ", nn::quote(path), ": ", text);
  }
}

}  // namespace odin::native
