#include "odin/native/system/utf8.h"

#include <nlohmann/json.hpp>

namespace odin::native {

bool is_utf8(const std::string& text) {
  try {
    return !nlohmann::json(text).dump().empty();
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

}  // namespace odin::native
