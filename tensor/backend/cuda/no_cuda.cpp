// Replaces the CUDA backend in programs built without CUDA.

#include "odin/tensor/backend/backend.h"
#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/error.h"

namespace odin::tensor {
namespace {
constexpr const char* kReason = "this odin was built without CUDA";
}

const Backend& cuda_backend() { fail("device: ", kReason); }

namespace cuda {

std::string why_unavailable() { return kReason; }
std::string device_name() { fail("device: ", kReason); }
std::byte* allocate(std::size_t) { fail("device: ", kReason); }
void free(std::byte*) {}  // nothing was allocated
void copy(void*, Device, const void*, Device, std::size_t) { fail("device: ", kReason); }
void synchronize() {}
void allow_tf32(bool) {}
bool tf32_allowed() { return false; }

}  // namespace cuda
}  // namespace odin::tensor
