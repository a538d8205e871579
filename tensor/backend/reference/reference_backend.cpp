#include "odin/tensor/backend/reference/reference_backend.h"

namespace odin::tensor {
namespace {

Backend reference_table() {
  Backend b{};
  b.name = "reference";
  reference::add_elementwise(b);
  reference::add_activation(b);
  reference::add_gather(b);
  reference::add_reduce(b);
  reference::add_matmul(b);
  reference::add_conv(b);
  reference::add_norm(b);
  reference::add_pool(b);
  reference::add_softmax(b);
  reference::add_optim(b);
  return b;
}

}  // namespace

const Backend& reference_backend() {
  static const Backend backend = reference_table();
  return backend;
}

}  // namespace odin::tensor
