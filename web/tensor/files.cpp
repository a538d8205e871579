#include <nlohmann/json.hpp>

#include "calls.h"
#include "odin/nn/io/json_text.h"
#include "odin/nn/io/safetensors.h"
#include "odin/tensor/ops/elementwise.h"

namespace odin::web {
namespace {

nn::StateDict state_of(const nlohmann::json& names, std::vector<Variable> tensors) {
  nn::StateDict state;
  for (std::size_t i = 0; i < tensors.size(); ++i)
    state[names.at(i).get<std::string>()] = tensors[i].value();
  return state;
}

constexpr Function kFileFunctions[] = {
    // the tensors of a module, those to load; the text is [names of these, names of those]
    {"loadState",
     [](Arguments& in, Results&) {
       const auto names = nn::parse_json(text());
       nn::StateDict own = state_of(names.at(0), in.tensors());
       const nn::StateDict given = state_of(names.at(1), in.tensors());
       const std::string wrong = nn::differences(own, given);
       require(wrong.empty(), "loadStateDict: ", wrong);
       for (auto& [name, tensor] : own) tensor::copy_(tensor, given.at(name).to(tensor.dtype()));
     }},
    // tensors; the text is {names, metadata} -> the bytes of the file as text
    {"writeSafetensors",
     [](Arguments& in, Results& out) {
       const auto names_and_metadata = nn::parse_json(text());
       nn::Safetensors file;
       file.tensors = state_of(names_and_metadata.at("names"), in.tensors());
       file.metadata = names_and_metadata.at("metadata").get<std::map<std::string, std::string>>();
       const auto bytes = nn::serialize_safetensors(file);
       text().assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
       out.with_text();
     }},
    // the text has the bytes -> tensors; the text is {names, metadata}
    {"readSafetensors",
     [](Arguments&, Results& out) {
       nn::Safetensors file = nn::parse_safetensors(std::as_bytes(std::span(text())), "file");
       auto names = nlohmann::json::array();
       for (auto& [name, tensor] : file.tensors) {
         names.push_back(name);
         out.add(std::move(tensor));
       }
       text() = nlohmann::json{{"names", names}, {"metadata", file.metadata}}.dump();
       out.with_text();
     }},
};

}  // namespace

std::span<const Function> file_functions() { return kFileFunctions; }

}  // namespace odin::web
