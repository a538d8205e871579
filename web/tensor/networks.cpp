#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "calls.h"
#include "networks.h"
#include "odin/nn/io/json_text.h"
#include "odin/nn/io/model_file.h"
#include "odin/nn/models/make_model.h"

// Networks with a name, and those of model files.

namespace odin::web {
namespace {

struct Networks {
  std::map<int, nn::Model> all;
  int last = 0;
};

Networks& networks() {
  static Networks networks;
  return networks;
}

void keep(nn::Model model, Results& out) {
  Networks& n = networks();
  out.number(++n.last);
  n.all.emplace(n.last, std::move(model));
}

std::map<std::string, std::string> metadata_from_text() {
  return nn::parse_json(text()).get<std::map<std::string, std::string>>();
}

constexpr Function kNetworkFunctions[] = {
    // classes, channels, height, width (0: any size), seed; the text is the architecture -> its number
    {"makeNetwork",
     [](Arguments& in, Results& out) {
       const std::int64_t classes = in.integer(), channels = in.integer(), height = in.integer(),
                          width = in.integer();
       const nn::InputSize input{channels, height, width};
       nn::Model model{nn::make_model(text(), classes, input), {}};
       model.info.architecture = text();
       model.info.input = input;
       nn::initialize(*model.network, static_cast<std::uint64_t>(in.number()));
       keep(std::move(model), out);
     }},
    // the text has the bytes of a model file -> its number, and its metadata as text
    {"readNetwork",
     [](Arguments&, Results& out) {
       auto file = nn::parse_safetensors(std::as_bytes(std::span(text())), "model");
       std::string metadata = nlohmann::json(file.metadata).dump();
       keep(nn::to_model(std::move(file), "model"), out);
       text() = std::move(metadata);
       out.with_text();
     }},
    // number -> its parameters, then its buffers; the text is [names of these, names of those]
    {"networkState",
     [](Arguments& in, Results& out) {
       const nn::Module& network = *model_at(in.handle()).network;
       auto names = nlohmann::json::array({nlohmann::json::array(), nlohmann::json::array()});
       for (const nn::Module::Parameter& p : network.parameters()) {
         names[0].push_back(p.name);
         out.add(p.variable);
       }
       for (const nn::Module::Buffer& b : network.buffers()) {
         names[1].push_back(b.name);
         out.add(b.tensor);
       }
       text() = names.dump();
       out.with_text();
     }},
    {"runNetwork",
     [](Arguments& in, Results& out) {
       const nn::Module& network = *model_at(in.handle()).network;
       out.add(network(in.tensor()));
     }},
    {"trainNetwork",
     [](Arguments& in, Results&) {
       nn::Module& network = *model_at(in.handle()).network;
       network.train(in.flag());
     }},
    // number; the text is metadata, an object of strings -> the bytes of a model file as text
    {"writeNetwork",
     [](Arguments& in, Results& out) {
       const nn::Model& model = model_at(in.handle());
       const nn::ModelInfo info = nn::parse_model_info({{}, metadata_from_text()}, "model");
       nn::Safetensors file = nn::to_safetensors(*model.network, info);
       for (const auto& [name, tensor] : model.fit)
         file.tensors[std::string(nn::kFitPrefix) + name] = tensor;
       if (!model.fit.empty()) file.metadata["fit"] = model.fit_record;
       const auto bytes = nn::serialize_safetensors(file);
       text().assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
       out.with_text();
     }},
    {"freeNetwork", [](Arguments& in, Results&) { networks().all.erase(in.handle()); }},
};

}  // namespace

nn::Model& model_at(int id) {
  const auto found = networks().all.find(id);
  require(found != networks().all.end(), "network: it has been disposed of");
  return found->second;
}

std::span<const Function> network_functions() { return kNetworkFunctions; }

}  // namespace odin::web
