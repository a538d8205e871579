#include "odin/tensor/backend/backend.h"

#include <atomic>
#include <mutex>

#include "odin/tensor/backend/cpu/derived.h"

namespace odin::tensor {
namespace {
std::atomic<const Backend*> chosen_backend{nullptr};
std::atomic<KernelCount*> kernel_count{nullptr};
std::mutex count_mutex;
}  // namespace

const Backend& backend_for(std::string_view op, const Tensor& x) {
  require(x.defined(), op, ": undefined tensor");
  if (KernelCount* count = kernel_count) {
    const std::lock_guard lock(count_mutex);
    ++count->calls_[std::string(op)];
  }
  const Backend* backend = chosen_backend;
  return backend ? *backend : cpu_backend();
}

void release_unused_memory() {
  cpu::drop_derived_of_gone_weights();
  release_cached_memory();
}

BackendScope::BackendScope(const Backend& backend) : previous_(chosen_backend) {
  chosen_backend = &backend;
}
BackendScope::~BackendScope() { chosen_backend = previous_; }

KernelCount::KernelCount() : previous_(kernel_count) { kernel_count = this; }
KernelCount::~KernelCount() { kernel_count = previous_; }

int KernelCount::operator[](std::string_view op) const {
  const auto found = calls_.find(op);
  return found == calls_.end() ? 0 : found->second;
}

}  // namespace odin::tensor
