#include "odin/native/models/model_store.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <system_error>

#include "odin/native/models/embedded_model.h"
#include "odin/native/system/json_text.h"
#include "odin/native/system/piped_input.h"
#include "odin/native/system/program_path.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path weights_folder() {
  const fs::path program = program_path();
  if (!program.empty()) {
    const fs::path installed = program.parent_path() / ODIN_INSTALLED_WEIGHTS_DIR;
    if (fs::exists(installed / "manifest.json")) return installed.lexically_normal();
  }
  return ODIN_WEIGHTS_DIR;
}

std::vector<ShippedModel> shipped_models() {
  const fs::path folder = weights_folder();
  const fs::path manifest = folder / "manifest.json";
  const EmbeddedModel own = embedded_model();
  if (!own.bytes.empty() && !fs::exists(manifest))
    return {{own.name, kept_bytes(own.name, own.bytes), own.sha256, own.summary}};
  const auto bytes = nn::read_file(manifest, "models");
  try {
    std::vector<ShippedModel> models;
    const char* text = reinterpret_cast<const char*>(bytes.data());
    const json content = parse_json({text, bytes.size()});
    for (const json& row : content.at("models"))
      models.push_back({row.at("name"), folder / row.at("file").get<std::string>(),
                        row.at("sha256"), row.at("summary")});
    return models;
  } catch (const json::exception& e) {
    fail("models: ", nn::quote(manifest.string()), " can not be read: ", e.what());
  }
}

fs::path find_model(const std::string& name_or_path) {
  if (is_piped_input(name_or_path)) return kept_input(name_or_path);
  if (!name_or_path.empty() && fs::exists(name_or_path)) return name_or_path;
  const auto models = shipped_models();
  require(!models.empty(), "model: none is shipped with this program; name a file with --model");
  if (name_or_path.empty()) return models.front().file;
  std::string names;
  for (const ShippedModel& model : models) {
    if (model.name == name_or_path) return model.file;
    names += (names.empty() ? "" : ", ") + model.name;
  }
  fail("model: ", nn::quote(name_or_path), " is neither a file nor a shipped model (", names, ")");
}

bool is_shipped(const fs::path& file) {
  if (!fs::exists(weights_folder() / "manifest.json")) return false;  // no models were shipped
  std::error_code unlike;  // set if one of the files does not exist
  const auto models = shipped_models();
  return std::any_of(models.begin(), models.end(), [&](const ShippedModel& model) {
    return fs::equivalent(model.file, file, unlike);
  });
}

std::string model_name(const std::string& name_or_path) {
  return name_or_path.empty() ? shipped_models().front().name : name_or_path;
}

}  // namespace odin::native
