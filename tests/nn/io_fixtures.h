#pragma once

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "odin/tensor/error.h"
#include "odin/tensor/tensor.h"

namespace odin::tests {

using Bytes = std::vector<std::byte>;

inline std::filesystem::path golden(const std::string& name) {
  return std::filesystem::path(ODIN_SOURCE_DIR) / "tests" / "golden" / name;
}

inline std::span<const std::byte> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

inline std::string as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The bytes of a number in memory, which is the order in files on all supported machines.
template <class T>
std::string raw(T number) {
  return as_text(std::as_bytes(std::span(&number, 1)));
}

/// The message of the odin::Error that f throws, or "no error".
template <class F>
std::string error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

/// Whether two tensors have the same type, shape and bits, on any devices.
inline bool same(const tensor::Tensor& a, const tensor::Tensor& b) {
  const tensor::Tensor x = a.to(tensor::Device::cpu), y = b.to(tensor::Device::cpu);
  return x.dtype() == y.dtype() && x.shape() == y.shape() &&
         std::memcmp(x.raw(), y.raw(),
                     static_cast<std::size_t>(x.numel()) * tensor::size_of(x.dtype())) == 0;
}

}  // namespace odin::tests
