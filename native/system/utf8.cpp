#include "odin/native/system/utf8.h"

#include <nlohmann/json.hpp>

#include "odin/native/system/json_text.h"

namespace odin::native {

bool is_utf8(const std::string& text) {
  try {
    return !json_text(nlohmann::json(text)).empty();
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

}  // namespace odin::native
