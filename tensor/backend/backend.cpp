#include "odin/tensor/backend/backend.h"

#include "odin/tensor/backend/cuda/cuda_device.h"

namespace odin::tensor {
namespace {

constinit const Inherited<const Backend*> chosen_for_cpu{nullptr}, chosen_for_cuda{nullptr};

const Inherited<const Backend*>& chosen_backend(Device device) {
  return device == Device::cuda ? chosen_for_cuda : chosen_for_cpu;
}

}  // namespace

const Backend& backend_for(std::string_view op, std::initializer_list<const Tensor*> operands) {
  const Tensor& x = **operands.begin();
  require(x.defined(), op, ": undefined tensor");
  for (const Tensor* other : operands)
    require(!other->defined() || other->device() == x.device(), op, ": operands are on ",
            name_of(x.device()), " and ", name_of(other->device()));
  if (const Backend* backend = chosen_backend(x.device()).get()) return *backend;
  return x.device() == Device::cuda ? cuda_backend() : cpu_backend();
}

BackendScope::BackendScope(const Backend& backend, Device device)
    : scope_(chosen_backend(device), &backend) {}

}  // namespace odin::tensor
