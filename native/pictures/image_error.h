#pragma once

#include <string>

#include "odin/nn/io/quote.h"

namespace odin::native {

/// What every error about an image begins with.
inline std::string image_error_prefix(const std::string& name) {
  return "image: " + nn::quote(name) + ": ";
}

}  // namespace odin::native
