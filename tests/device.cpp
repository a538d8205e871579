#include "odin/tests/device.h"

#include <cstdlib>
#include <system_error>
#include <thread>

namespace odin::tests {
namespace {

std::string device_name() {
  const char* name = std::getenv("ODIN_TEST_DEVICE");
  return name == nullptr ? "cpu" : name;
}

}  // namespace

tensor::Device device() {
  static const tensor::Device chosen = tensor::parse_device(device_name());
  return chosen;
}

std::string why_skipped() {
  const std::string reason = device_name() == "cuda" ? tensor::why_no_cuda() : "";
  return reason.empty() ? "" : "no GPU (" + reason + ")";
}

doctest::skip on_cpu_only() { return {device_name() != "cpu"}; }

doctest::skip with_threads_only() {
  try {
    std::thread([] {}).join();
    return on_cpu_only();
  } catch (const std::system_error&) {
    return doctest::skip(true);
  }
}

doctest::skip on_cuda_only() { return {device_name() != "cuda"}; }

}  // namespace odin::tests
