#include "odin/tensor/device.h"

#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/error.h"
#include "odin/tensor/machine.h"

namespace odin::tensor {

Device parse_device(std::string_view name) {
  if (name == "cpu") return Device::cpu;
  require(name == "cuda", "device: expected cpu or cuda, got '", name, "'");
  require_cuda();
  return Device::cuda;
}

void require_cuda() {
  const std::string reason = why_no_cuda();
  require(reason.empty(), "device: ", reason);
}

std::string why_no_cuda() { return cuda::why_unavailable(); }

std::string describe(Device device) {
  return device == Device::cuda ? cuda::device_name() : instruction_set();
}

void synchronize(Device device) {
  if (device == Device::cuda) cuda::synchronize();
}

}  // namespace odin::tensor
