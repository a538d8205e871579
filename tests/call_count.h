#pragma once

#include <map>
#include <mutex>
#include <string>

#include "odin/tensor/backend/backend.h"

namespace odin::tests {

/// Counts the backend calls of this thread and its worker threads by operation.
class CallCount final : public tensor::CallObserver {
 public:
  void called(const tensor::BackendCall& call, std::chrono::nanoseconds) override {
    const std::lock_guard lock(mutex_);
    ++calls_[std::string(call.op)];
  }
  int operator[](const std::string& op) const {
    const auto found = calls_.find(op);
    return found == calls_.end() ? 0 : found->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int> calls_;
  tensor::CallObserverScope scope_{*this};
};

}  // namespace odin::tests
