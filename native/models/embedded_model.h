#pragma once

#include <cstddef>
#include <span>

namespace odin::native {

/// A model that is a part of the program itself, for one that is copied to other machines as a single
/// file (ODIN_STATIC). In other programs its bytes are empty.
struct EmbeddedModel {
  const char *name, *sha256, *summary;  ///< its row of weights/manifest.json
  std::span<const std::byte> bytes;
};
EmbeddedModel embedded_model();

}  // namespace odin::native
