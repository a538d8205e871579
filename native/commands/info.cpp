#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "odin/native/commands/commands.h"
#include "odin/native/commands/layer_table.h"
#include "odin/native/commands/record_lines.h"
#include "odin/native/models/model_store.h"
#include "odin/native/scoring/fitting.h"
#include "odin/native/system/console.h"
#include "odin/native/system/digest.h"
#include "odin/native/system/json_text.h"
#include "odin/native/system/piped_input.h"
#include "odin/nn/io/model_file.h"
#include "odin/nn/shapes_only.h"
#include "odin/nn/summary.h"

namespace odin::native {
namespace {

using nlohmann::json;

void list_models() {
  for (const ShippedModel& model : shipped_models())
    std::printf("%-28s %s\n", Shown(model.name).c_str(), Shown(model.summary).c_str());
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// All of them, or of ImageNet's thousand the first and the last.
std::string some_classes(const std::vector<std::string>& classes) {
  constexpr std::ptrdiff_t kMost = 100, kFirst = 10;
  if (std::ssize(classes) <= kMost) return join(classes);
  return join({classes.begin(), classes.begin() + kFirst}) + ", ..., " + classes.back();
}

void row(const char* name, const std::string& value) {
  std::printf("%-16s %s\n", name, Shown(value).c_str());
}

/// "0.491373, 0.482353, 0.446667"
std::string numbers(const std::vector<double>& values) {
  std::vector<std::string> words;
  for (const double value : values) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    words.emplace_back(text);
  }
  return join(words);
}

std::string number_or(const std::optional<double>& value, const char* otherwise) {
  if (!value) return otherwise;
  char text[32];
  std::snprintf(text, sizeof text, "%.12g", *value);
  return text;
}

/// "float16, 0.36 MB"
std::string storage_of(const std::filesystem::path& file) {
  std::vector<std::string> types;
  for (const std::string& type : nn::stored_types(file))
    types.push_back(type.starts_with('F') ? "float" + type.substr(1) : type);
  char size[32];
  std::snprintf(size, sizeof size, ", %.2f MB",
                static_cast<double>(std::filesystem::file_size(file)) / 1e6);
  return join(types) + size;
}

/// The value as text, without quotation marks.
std::string plain(const json& value) {
  return value.is_string() ? value.get<std::string>() : json_text(value, BadText::replace);
}

/// How the settings in the file were found: "odin tune: the best fpr95 with folder:cats (100) and
/// folder:dogs (80)", "training: 95% of 500 validation images".
std::string origin_of_settings(const json& tuning, const json& training) {
  if (tuning.is_object()) {
    const auto set = [](const json& of) {
      return of.is_object() ? plain(of.value("set", json("?"))) + " (" +
                                  plain(of.value("n", json("?"))) + " images)"
                            : "?";
    };
    std::string text = "odin tune: by " + plain(tuning.value("selection", json("?"))) + ", " +
                       plain(tuning.value("objective", json("?"))) + "; in " +
                       set(tuning.value("in", json()));
    const json out = tuning.value("out", json::array());
    if (out.is_array())
      for (const json& other : out) text += ", out " + set(other);
    return text;
  }
  const json from = training.is_object() ? training.value("threshold_from", json()) : json();
  if (!from.is_object()) return "unknown";
  return "training: " + plain(from.value("true_positive_rate", json("?"))) + " of " +
         plain(from.value("count", json("?"))) + " " + plain(from.value("images", json("?"))) +
         " images are above it";
}

/// How the network was trained, as it is recorded in the file.
void training_rows(const nn::ModelInfo& info, json training) {
  if (!training.is_object())
    return row("training", info.training.empty() ? "unknown" : info.training);
  if (!info.tuning.empty()) training.erase("threshold_from");  // of one that is no longer there
  const char* name = "training";
  for (const std::string& line : record_lines(training)) row(std::exchange(name, ""), line);
}

/// Counted on a network that has shapes alone, so that nothing is computed.
std::int64_t multiply_adds(const nn::Model& model, const nn::InputSize& input) {
  const nn::ShapesOnlyScope shapes_only;
  const auto network = nn::make_model_for(model.network->state_dict(), model.info);
  return nn::multiply_adds(*network, input.batch(1));
}

/// "RGB, 224x224", "gray, 20 pixels high and 28 wide"
std::string input_in_words(const nn::InputSize& input) {
  std::string text = std::to_string(input.channels) + " channels";
  if (input.channels == 3) text = "RGB";
  if (input.channels == 1) text = "gray";
  if (input.height == input.width) return text + ", " + nn::size_in_words(input);
  return text + ", " + std::to_string(input.height) + " pixels high and " +
         std::to_string(input.width) + " wide";
}

struct InfoOptions {
  std::string model;
  bool layers = false, dot = false;
};

void describe(const InfoOptions& o) {
  const std::string& name = o.model;
  const std::filesystem::path file = find_model(name);
  const nn::Model model = nn::load_model(file);
  if (o.dot) {
    std::fputs(layer_graph(model).c_str(), stdout);
    return;
  }
  const nn::ModelInfo& info = model.info;
  constexpr std::int64_t kSideOfAny = 224;
  const nn::InputSize input = info.input.or_square(kSideOfAny);
  char text[64];
  row("file", is_piped_input(name) ? name : file.string());
  row("architecture", info.architecture);
  std::snprintf(text, sizeof text, "%lld",
                static_cast<long long>(model.network->parameter_count()));
  row("parameters", text);
  std::snprintf(text, sizeof text, "%.1f million a %lldx%lld image",
                static_cast<double>(multiply_adds(model, input)) / 1e6,
                static_cast<long long>(input.width), static_cast<long long>(input.height));
  row("multiply-adds", text);
  row("stored as", storage_of(file));
  row("input", input_in_words(info.input));
  row("pictures", nn::in_words(info.preprocess, info.input));
  row("classes", std::to_string(info.classes.size()) + ": " + some_classes(info.classes));
  row("mean", numbers(info.mean));
  row("std", numbers(info.std));
  row("temperature", number_or(info.temperature, "not tuned"));
  row("epsilon", number_or(info.epsilon, "not tuned"));
  row("threshold", number_or(info.threshold, "none"));
  row("fitted", model.fit.empty() ? "no (odin fit)" : fit_in_words(model));
  const json training = parse_json_if_valid(info.training);
  if (info.threshold)
    row("threshold from", origin_of_settings(parse_json_if_valid(info.tuning), training));
  training_rows(info, training);
  row("sha256", sha256_hex_of_file(file));
  if (o.layers || info.architecture == nn::kGraphArchitecture)
    std::printf("\n%s", layer_table(model).c_str());
}

}  // namespace

void add_info(Command program, const CommonOptions&, Action& action) {
  const auto o = std::make_shared<InfoOptions>();
  Command command =
      program.add_command("info", "Describe a model; without one, list those shipped");
  command.add_option("M", o->model, "Shipped model or .safetensors file");
  command.add_flag("--layers", o->layers,
                   "With a table of its operations, their shapes, parameters and multiply-adds "
                   "(always for networks made of ONNX models)");
  command.add_flag("--dot", o->dot,
                   "Print its operations as a graph for Graphviz, and nothing else");
  command.callback([o, &action] {
    action = [o] {
      require(!o->model.empty() || (!o->layers && !o->dot),
              "info: --layers and --dot need a model");
      o->model.empty() ? list_models() : describe(*o);
      return 0;
    };
  });
}

}  // namespace odin::native
