#pragma once

#include <string>

#include "odin/nn/io/quote.h"

namespace odin::native {

/// The prefix of all error messages about an image.
inline std::string image_error_prefix(const std::string& name) {
  return "image: " + nn::quote(name) + ": ";
}

}  // namespace odin::native
