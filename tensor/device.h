#pragma once

#include <string>
#include <string_view>

namespace odin::tensor {

/// Where a tensor's elements live and its operations run.
enum class Device { cpu, cuda };

constexpr const char* name_of(Device device) { return device == Device::cuda ? "cuda" : "cpu"; }

/// Of "cpu" or "cuda". Throws, saying why, where this program or this machine has no such device.
Device parse_device(std::string_view name);

/// Throws, saying why, unless tensors can be on Device::cuda: "built without CUDA", "no GPU", ...
void require_cuda();
/// Why they can not; empty where they can.
std::string why_no_cuda();

/// What computes: "NVIDIA H200", say, or the CPU's instruction set.
std::string describe(Device device);

/// Waits until the device has done everything it was asked for. The CPU always has.
void synchronize(Device device);

}  // namespace odin::tensor
