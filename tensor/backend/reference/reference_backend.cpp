#include "odin/tensor/backend/reference/reference_backend.h"

namespace odin::tensor {

const Backend& reference_backend() {
  static const ReferenceBackend backend;
  return backend;
}

}  // namespace odin::tensor
