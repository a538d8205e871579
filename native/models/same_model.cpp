#include "odin/native/models/same_model.h"

#include "odin/native/models/model_store.h"
#include "odin/native/system/console.h"
#include "odin/native/system/digest.h"

namespace odin::native {

std::filesystem::path find_same_model(Ranks& ranks, const std::string& name_or_path) {
  if (ranks.size() == 1) return find_model(name_or_path);
  std::filesystem::path file;
  std::string digest, error;
  try {
    file = find_model(name_or_path);
    digest = sha256_hex_of_file(file);
  } catch (const std::exception& e) {
    error = error_text(e);
  }
  ranks.check_errors(error);
  ranks.require_same("model", digest);
  return file;
}

}  // namespace odin::native
