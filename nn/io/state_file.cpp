#include "odin/nn/io/state_file.h"

#include "odin/nn/io/quote.h"
#include "odin/nn/io/safetensors.h"

namespace odin::nn {

void save_state(const std::filesystem::path& path, const Module& module,
                const std::map<std::string, std::string>& metadata) {
  write_safetensors(path, {module.state_dict(), metadata});
}

std::map<std::string, std::string> load_state(const std::filesystem::path& path, Module& module) {
  const Safetensors file = read_safetensors(path);
  try {
    module.load_state_dict(file.tensors);
  } catch (const Error& e) {
    fail(quote(path.string()), ": ", e.what());
  }
  return file.metadata;
}

}  // namespace odin::nn
