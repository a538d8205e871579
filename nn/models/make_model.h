#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "odin/nn/input_size.h"
#include "odin/nn/module.h"

namespace odin::nn {

/// The network that a name stands for (nn/models/registry.h lists the families): "densenet-bc-L-k"
/// (densenet-bc-100-12) or "wrn-d-w" (wrn-28-10), any legal numbers. Its parameters are 0 until
/// initialised or loaded. Throws for other names and illegal numbers.
std::unique_ptr<Module> make_model(std::string_view architecture, std::int64_t classes,
                                   const InputSize& input = {});

/// Of that network, which is built for it without its memory (nn/shapes_only.h).
std::int64_t parameter_count(std::string_view architecture, std::int64_t classes,
                             const InputSize& input = {});

}  // namespace odin::nn
