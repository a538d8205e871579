#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "odin/nn/input_size.h"
#include "odin/nn/module.h"

namespace odin::nn {

/// Class names come from files, and everything that shows or compares them takes time and memory.
inline constexpr std::int64_t kMostClasses = 100'000;

/// Makes the network with the given name: "densenet-bc-L-k" (densenet-bc-100-12) or "wrn-d-w"
/// (wrn-28-10) with any legal numbers; nn/models/registry.h lists the families. Its parameters are
/// 0 until initialized or loaded. Throws for unknown names and illegal numbers, of classes too.
std::unique_ptr<Module> make_model(std::string_view architecture, std::int64_t classes,
                                   const InputSize& input = {});

/// The number of parameters of that network, without allocating them (nn/shapes_only.h).
std::int64_t parameter_count(std::string_view architecture, std::int64_t classes,
                             const InputSize& input = {});

}  // namespace odin::nn
