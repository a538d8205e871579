#pragma once

#include <string>
#include <string_view>

namespace odin::tensor {

/// Where a tensor's elements are stored and its operations run.
enum class Device { cpu, cuda };

constexpr const char* name_of(Device device) { return device == Device::cuda ? "cuda" : "cpu"; }

/// The device named "cpu" or "cuda". Throws for another name, and, with the reason, if CUDA is not
/// available.
Device parse_device(std::string_view name);

/// Throws, with the reason, unless Device::cuda is available: "built without CUDA", "no GPU", ...
void require_cuda();
/// The reason why Device::cuda is not available; empty if it is.
std::string why_no_cuda();

/// The name of the GPU, such as "NVIDIA H200", or the instruction set of the CPU kernels.
std::string describe(Device device);

/// Waits until the device has finished all work submitted so far. Returns at once for the CPU,
/// whose operations are synchronous.
void synchronize(Device device);

}  // namespace odin::tensor
