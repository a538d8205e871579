#include "odin/nn/fusion.h"

#include <atomic>

namespace odin::nn {
namespace {
std::atomic<bool> enabled_now{true};
}

bool fusion_enabled() { return enabled_now; }
FusionScope::FusionScope(bool enabled) : previous_(enabled_now.exchange(enabled)) {}
FusionScope::~FusionScope() { enabled_now = previous_; }

}  // namespace odin::nn
