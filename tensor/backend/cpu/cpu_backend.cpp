#include "odin/tensor/backend/cpu/cpu_backend.h"

namespace odin::tensor {
namespace {

Backend table() {
  Backend b = reference_backend();
  b.name = "cpu";
  cpu::add_elementwise(b);
  cpu::add_matmul(b);
  cpu::add_conv(b);
  cpu::add_conv_pair(b);
  cpu::add_conv_input_grad(b);
  cpu::add_conv_weight_grad(b);
  cpu::add_norm(b);
  cpu::add_pool(b);
  cpu::add_optim(b);
  return b;
}

}  // namespace

const Backend& cpu_backend() {
  static const Backend backend = table();
  return backend;
}

}  // namespace odin::tensor
