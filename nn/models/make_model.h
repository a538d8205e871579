#pragma once

#include <memory>
#include <string_view>

#include "odin/nn/module.h"

namespace odin::nn {

/// The network that a name stands for: "densenet-bc-L-k" (densenet-bc-100-12) or "wrn-d-w"
/// (wrn-28-10), any legal numbers. Its parameters are 0 until initialised or loaded.
std::unique_ptr<Module> make_model(std::string_view architecture, std::int64_t classes);

/// Of that network, without making it.
std::int64_t parameter_count(std::string_view architecture, std::int64_t classes);

}  // namespace odin::nn
