#include "odin/nn/initialize.h"
#include "operands.h"

// The rows of operations.mjs, as generate.mjs makes functions of them.

namespace odin::web {
namespace {

using namespace autograd;
using tensor::Padding2d, tensor::Size2d;

constexpr Function kOperations[] = {
#include "operations.inc"
};

}  // namespace

std::span<const Function> operations() { return kOperations; }

}  // namespace odin::web
