#include "odin/tensor/backend/cuda/cuda_backend.h"

#include "odin/tensor/backend/cuda/cuda_device.h"

namespace odin::tensor {

const Backend& cuda_backend() {
  static const CudaBackend backend;
  return backend;
}

}  // namespace odin::tensor
