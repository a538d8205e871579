#include "odin/tensor/backend/cuda/cuda_backend.h"

#include "odin/tensor/backend/cuda/cuda_device.h"

namespace odin::tensor {
namespace {

Backend table() {
  Backend b{};
  b.name = "cuda";
  cuda::add_elementwise(b);
  cuda::add_activation(b);
  cuda::add_gather(b);
  cuda::add_reduce(b);
  cuda::add_matmul(b);
  cuda::add_conv(b);
  cuda::add_norm(b);
  cuda::add_pool(b);
  cuda::add_softmax(b);
  cuda::add_optim(b);
  return b;
}

}  // namespace

const Backend& cuda_backend() {
  static const Backend backend = table();
  return backend;
}

}  // namespace odin::tensor
