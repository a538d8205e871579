#include <chrono>
#include <cstdio>
#include <memory>

#include "arena.h"
#include "queue.h"

using namespace cuda_on_cpu;

using Clock = std::chrono::steady_clock;

struct CUstream_st {};

struct CUevent_st {
  bool times;
  // Queued work may outlive the event.
  std::shared_ptr<Clock::time_point> time = std::make_shared<Clock::time_point>();
};

namespace {

cudaError_t wait_for_all() { return report(no_device() ? cudaErrorNoDevice : finish()); }

}  // namespace

extern "C" {

cudaError_t cudaDriverGetVersion(int* version) {
  *version = no_device() ? 0 : 13000;
  return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 13000;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int* count) {
  *count = no_device() ? 0 : 1;
  return report(no_device() ? cudaErrorNoDevice : cudaSuccess);
}

cudaError_t cudaSetDevice(int device) {
  if (no_device()) return report(cudaErrorNoDevice);
  return report(device == 0 ? cudaSuccess : cudaErrorInvalidDevice);
}

cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return report(no_device() ? cudaErrorNoDevice : cudaSuccess);
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (no_device()) return report(cudaErrorNoDevice);
  if (device != 0) return report(cudaErrorInvalidDevice);
  const std::lock_guard guard(lock());
  *properties = cudaDeviceProp{};
  std::snprintf(properties->name, sizeof(properties->name), "CUDA on the CPU");
  properties->totalGlobalMem = Arena::instance().size();
  properties->sharedMemPerBlock = 48 * 1024;
  properties->warpSize = warpSize;
  properties->maxThreadsPerBlock = 1024;
  properties->major = 9;
  properties->minor = 0;
  properties->multiProcessorCount = 2;
  properties->maxThreadsPerMultiProcessor = 2048;
  return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize() { return wait_for_all(); }

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  return cudaStreamCreateWithFlags(stream, cudaStreamDefault);
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  if (no_device()) return report(cudaErrorNoDevice);
  if (flags > cudaStreamNonBlocking) return report(cudaErrorInvalidValue);
  *stream = new CUstream_st;
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  if (stream == nullptr) return report(cudaErrorInvalidResourceHandle);
  delete stream;
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t) { return wait_for_all(); }

// All streams are one queue already.
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t event, unsigned) {
  return report(event != nullptr ? cudaSuccess : cudaErrorInvalidResourceHandle);
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  return cudaEventCreateWithFlags(event, cudaEventDefault);
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  if (no_device()) return report(cudaErrorNoDevice);
  *event = new CUevent_st{(flags & cudaEventDisableTiming) == 0};
  return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  if (event == nullptr) return report(cudaErrorInvalidResourceHandle);
  delete event;
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t) {
  if (event == nullptr) return report(cudaErrorInvalidResourceHandle);
  return report(submit([time = event->time] { *time = Clock::now(); }));
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return event != nullptr ? wait_for_all() : report(cudaErrorInvalidResourceHandle);
}

cudaError_t cudaEventQuery(cudaEvent_t event) { return cudaEventSynchronize(event); }

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  if (start == nullptr || end == nullptr || !start->times || !end->times) {
    return report(cudaErrorInvalidResourceHandle);
  }
  const cudaError_t error = wait_for_all();
  const std::chrono::duration<float, std::milli> elapsed = *end->time - *start->time;
  *milliseconds = elapsed.count();
  return error;
}

}  // extern "C"
