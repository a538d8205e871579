#pragma once

#include <filesystem>
#include <string>

#include "odin/native/ranks/ranks.h"

namespace odin::native {

/// find_model (model_store.h). Throws on every rank if one has no such model or another one, by its
/// digest, than the first.
std::filesystem::path find_same_model(Ranks& ranks, const std::string& name_or_path);

}  // namespace odin::native
