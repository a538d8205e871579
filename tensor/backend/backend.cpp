#include "odin/tensor/backend/backend.h"

#include <atomic>
#include <mutex>

#include "odin/tensor/backend/cpu/derived.h"
#include "odin/tensor/backend/cuda/cuda_device.h"

namespace odin::tensor {
namespace {
constinit const Inherited<const Backend*> chosen_for_cpu{nullptr}, chosen_for_cuda{nullptr};

const Inherited<const Backend*>& chosen_backend(Device device) {
  return device == Device::cuda ? chosen_for_cuda : chosen_for_cpu;
}

std::atomic<KernelCount*> kernel_count{nullptr};
std::mutex count_mutex;
}  // namespace

const Backend& backend_for(std::string_view op, const Tensor& x,
                           std::initializer_list<const Tensor*> others) {
  require(x.defined(), op, ": undefined tensor");
  for (const Tensor* other : others)
    require(!other->defined() || other->device() == x.device(), op, ": operands are on ",
            name_of(x.device()), " and ", name_of(other->device()));
  if (KernelCount* count = kernel_count) {
    const std::lock_guard lock(count_mutex);
    ++count->calls_[std::string(op)];
  }
  const Backend* backend = chosen_backend(x.device()).get();
  if (backend) return *backend;
  return x.device() == Device::cuda ? cuda_backend() : cpu_backend();
}

void release_unused_memory() {
  cpu::drop_derived_of_gone_weights();
  release_cached_memory();
}

BackendScope::BackendScope(const Backend& backend, Device device)
    : scope_(chosen_backend(device), &backend) {}

KernelCount::KernelCount() : previous_(kernel_count) { kernel_count = this; }
KernelCount::~KernelCount() { kernel_count = previous_; }

int KernelCount::operator[](std::string_view op) const {
  const auto found = calls_.find(op);
  return found == calls_.end() ? 0 : found->second;
}

}  // namespace odin::tensor
