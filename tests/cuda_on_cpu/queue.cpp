#include "queue.h"

#include <cstdlib>
#include <deque>
#include <string_view>
#include <utility>

#include "arena.h"

namespace cuda_on_cpu {
namespace {

constexpr std::size_t kLongestQueue = 1024;

struct Queue {
  std::mutex lock;
  std::deque<std::function<void()>> work;
  cudaError_t error = cudaSuccess;
  std::string message;
};

Queue& queue() {
  static Queue* const queue = new Queue;  // outlives static objects that free memory
  return *queue;
}

bool blocking() {
  const char* text = std::getenv("CUDA_LAUNCH_BLOCKING");
  return text != nullptr && std::string_view(text) == "1";
}

void run_all() {
  Queue& q = queue();
  const Arena::Open open;
  while (!q.work.empty()) {
    const std::function<void()> work = std::move(q.work.front());
    q.work.pop_front();
    work();
    if (q.error != cudaSuccess) q.work.clear();
  }
}

}  // namespace

std::mutex& lock() { return queue().lock; }

bool no_device() {
  const char* text = std::getenv("CUDA_VISIBLE_DEVICES");
  if (text == nullptr) return false;
  return std::string_view(text).empty() || std::string_view(text) == "-1";
}

cudaError_t submit(std::function<void()> work) {
  {
    const std::lock_guard guard(lock());
    Queue& q = queue();
    q.work.push_back(std::move(work));
    if (q.work.size() < kLongestQueue && !blocking()) return cudaSuccess;
  }
  return finish();
}

cudaError_t finish() {
  const std::lock_guard guard(lock());
  Queue& q = queue();
  if (!q.work.empty()) run_all();
  return std::exchange(q.error, cudaSuccess);
}

void fail(cudaError_t error, std::string message) {
  Queue& q = queue();
  if (q.error != cudaSuccess) return;  // keep the first error, which causes the others
  q.error = error;
  q.message = std::move(message);
}

std::string failure_message() {
  const std::lock_guard guard(lock());
  return queue().message;
}

}  // namespace cuda_on_cpu
