#include "odin/nn/io/model_file.h"

#include <nlohmann/json.hpp>

#include "odin/nn/graph/graph_network.h"
#include "odin/nn/io/json_limits.h"
#include "odin/nn/io/json_text.h"
#include "odin/nn/io/quote.h"
#include "odin/nn/models/make_model.h"
#include "odin/nn/shapes_only.h"

namespace odin::nn {
namespace {

using nlohmann::json;

/// Reads typed values from the metadata, whose values are all text.
class Metadata {
 public:
  Metadata(const Safetensors& file, std::string_view name) : values_(file.metadata), name_(name) {}

  template <class T>
  T required(const std::string& key) const {
    const auto found = values_.find(key);
    require(found != values_.end(), "model: '", name_, "': no '", key,
            "' in the metadata; not a model file of odin (odin convert makes one)");
    return parse<T>(key, found->second);
  }

  template <class T>
  std::optional<T> optional(const std::string& key) const {
    const auto found = values_.find(key);
    if (found == values_.end()) return std::nullopt;
    return parse<T>(key, found->second);
  }

 private:
  template <class T>
  T parse(const std::string& key, const std::string& text) const {
    if constexpr (std::is_same_v<T, std::string>) {
      return text;
    } else {
      try {
        check_json_limits(text, kHeaderLimits);
        return parse_json(text).get<T>();
      } catch (const json::exception&) {
        fail("model: '", name_, "': metadata '", key, "' is not what it should be: ", quote(text));
      } catch (const Error& e) {
        fail("model: '", name_, "': metadata '", key, "': ", e.what());
      }
    }
  }

  const std::map<std::string, std::string>& values_;
  std::string_view name_;
};

constexpr std::int64_t kMostChannels = 256;

InputSize input_size(const std::vector<json>& sizes, std::string_view name) {
  require(sizes.size() == 3, "model: '", name,
          "': expected input of three sizes, channels, height and width, got ", sizes.size());
  for (const json& size : sizes)
    require(size.is_number_integer() || size.is_null(), "model: '", name,
            "': expected whole numbers or null as the sizes of the input, got ",
            quote(size.dump()));
  const auto fits = [](const json& size, std::int64_t most) {
    return size.is_number() && size >= 1 && size <= most;
  };
  const bool any = sizes[1].is_null() && sizes[2].is_null();
  require(fits(sizes[0], kMostChannels) &&
              (any || (fits(sizes[1], kMostPixelsASide) && fits(sizes[2], kMostPixelsASide))),
          "model: '", name, "': expected input of 1 to ", kMostChannels, " channels and 1 to ",
          kMostPixelsASide, " pixels a side, got ", json(sizes).dump());
  const auto side = [](const json& size) { return size.is_null() ? 0 : size.get<std::int64_t>(); };
  return {sizes[0].get<std::int64_t>(), side(sizes[1]), side(sizes[2])};
}

/// As it is in the file, null for what may be any number.
json input_json(const InputSize& input) {
  json sizes{input.channels, nullptr, nullptr};
  if (!input.any()) sizes = {input.channels, input.height, input.width};
  return sizes;
}

void check(const ModelInfo& info, std::string_view name) {
  require(!info.classes.empty(), "model: '", name, "': no class names");
  require(std::ssize(info.classes) <= kMostClasses, "model: '", name, "': ", info.classes.size(),
          " classes, at most ", kMostClasses, " are supported");
  const auto channels = static_cast<std::size_t>(info.input.channels);
  require(info.mean.size() == channels && info.std.size() == channels, "model: '", name,
          "': expected mean and std of ", channels, " channels, got ", info.mean.size(), " and ",
          info.std.size());
  for (double m : info.mean)
    require(m >= 0 && m <= 1, "model: '", name, "': expected the mean of pixels in [0,1], got ", m,
            m > 1 && m <= 255 ? " (of pixels in [0,255] divide it by 255)" : "");
  for (double s : info.std)
    require(s > 0 && s <= 1, "model: '", name,
            "': expected standard deviations of pixels in [0,1], above 0, got ", s,
            s > 1 && s <= 255 ? " (of pixels in [0,255] divide it by 255)" : "");
  if (info.temperature)
    require(*info.temperature > 0, "model: '", name, "': temperature must be positive, got ",
            *info.temperature);
  if (info.epsilon)
    require(*info.epsilon >= 0, "model: '", name, "': epsilon must be 0 or more, got ",
            *info.epsilon);
}

constexpr std::string_view kFormatPrefix = "odin-model-";

/// Throws for the files of a later odin. Those of other programs may have a format of their own.
void check_format(const std::map<std::string, std::string>& metadata, std::string_view name) {
  const auto format = metadata.find("format");
  if (format == metadata.end() || !format->second.starts_with(kFormatPrefix)) return;
  require(format->second == kModelFormat, "model: '", name, "': its format is ",
          quote(format->second), ", this odin reads ", kModelFormat,
          "; a later odin has written it");
}

Preprocess preprocess_of(const Metadata& metadata, const InputSize& input, std::string_view name) {
  const auto text = metadata.optional<std::string>("preprocess");
  if (!text) return default_preprocess(input);
  try {
    const Preprocess preprocess = parse_preprocess(*text);
    check(preprocess, input);
    return preprocess;
  } catch (const Error& e) {
    fail("model: '", name, "': metadata 'preprocess': ", e.what());
  }
}

}  // namespace

ModelInfo parse_model_info(const Safetensors& file, std::string_view name) {
  check_format(file.metadata, name);
  const Metadata metadata(file, name);
  ModelInfo info;
  info.architecture = metadata.required<std::string>("architecture");
  info.classes = metadata.required<std::vector<std::string>>("classes");
  info.mean = metadata.required<std::vector<double>>("mean");
  info.std = metadata.required<std::vector<double>>("std");
  info.temperature = metadata.optional<double>("temperature");
  info.epsilon = metadata.optional<double>("epsilon");
  info.threshold = metadata.optional<double>("threshold");
  info.training = metadata.optional<std::string>("training").value_or("");
  info.tuning = metadata.optional<std::string>("tuning").value_or("");
  if (const auto input = metadata.optional<std::vector<json>>("input"))
    info.input = input_size(*input, name);
  info.preprocess = preprocess_of(metadata, info.input, name);
  if (info.architecture == kGraphArchitecture) info.graph = metadata.required<std::string>("graph");
  check(info, name);
  return info;
}

std::unique_ptr<Module> make_model_for(const StateDict& held, const ModelInfo& info) {
  const auto classes = static_cast<std::int64_t>(info.classes.size());
  if (info.architecture == kGraphArchitecture)
    return make_graph_network(info.graph, held, info.input, classes);
  std::int64_t numbers = 0;
  for (const auto& [name, tensor] : held) numbers += tensor.numel();
  const std::int64_t parameters = parameter_count(info.architecture, classes, info.input);
  require(numbers >= parameters / 2, "a ", info.architecture, " has ", parameters,
          " parameters, the file holds ", numbers, " numbers");
  return make_model(info.architecture, classes, info.input);
}

Model to_model(Safetensors file, std::string_view name) {
  Model model{nullptr, parse_model_info(file, name)};
  StateDict weights;
  for (auto& [key, tensor] : file.tensors)
    if (key.starts_with(kFitPrefix))
      model.fit[key.substr(kFitPrefix.size())] = std::move(tensor);
    else
      weights[key] = std::move(tensor);
  if (const auto record = file.metadata.find("fit"); record != file.metadata.end())
    model.fit_record = record->second;
  try {
#ifdef __EMSCRIPTEN__  // less code to download
    model.network = make_model_for(weights, model.info);
    model.network->load_state_dict(weights);
#else
    const ShapesOnlyScope without_memory;
    model.network = make_model_for(weights, model.info);
    model.network->take_state_dict(std::move(weights));
#endif
  } catch (const Error& e) {
    fail("model: '", name, "': ", e.what());
  }
  return model;
}

Model load_model(const std::filesystem::path& path, tensor::Device device) {
  Model model = to_model(read_safetensors(path), path.string());
  // The blocks of tensors that were converted would be kept for tensors of their sizes, which may
  // never come.
  tensor::release_cached_memory();
  model.network->to(device);
  return model;
}

Safetensors to_safetensors(Module& network, const ModelInfo& info) {
  Safetensors file{network.state_dict(), {}};
  file.metadata["format"] = kModelFormat;
  file.metadata["architecture"] = info.architecture;
  file.metadata["classes"] = json(info.classes).dump();
  file.metadata["mean"] = json(info.mean).dump();
  file.metadata["std"] = json(info.std).dump();
  file.metadata["input"] = input_json(info.input).dump();
  if (info.preprocess != default_preprocess(info.input))
    file.metadata["preprocess"] = to_json_text(info.preprocess);
  if (info.temperature) file.metadata["temperature"] = json(*info.temperature).dump();
  if (info.epsilon) file.metadata["epsilon"] = json(*info.epsilon).dump();
  if (info.threshold) file.metadata["threshold"] = json(*info.threshold).dump();
  if (!info.training.empty()) file.metadata["training"] = info.training;
  if (!info.tuning.empty()) file.metadata["tuning"] = info.tuning;
  if (!info.graph.empty()) file.metadata["graph"] = info.graph;
  return file;
}

}  // namespace odin::nn
