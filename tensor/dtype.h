#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>

#include "odin/tensor/error.h"

namespace odin::tensor {

/// Element types: float32 for computing, float64 for checking gradients, int64 for labels and
/// indices.
enum class DType { f32, f64, i64 };

template <class T>
constexpr DType dtype_of();
template <>
constexpr DType dtype_of<float>() {
  return DType::f32;
}
template <>
constexpr DType dtype_of<double>() {
  return DType::f64;
}
template <>
constexpr DType dtype_of<std::int64_t>() {
  return DType::i64;
}

constexpr std::size_t size_of(DType dtype) { return dtype == DType::f32 ? 4 : 8; }
constexpr bool is_floating(DType dtype) { return dtype != DType::i64; }

constexpr const char* name_of(DType dtype) {
  switch (dtype) {
    case DType::f32: return "float32";
    case DType::f64: return "float64";
    case DType::i64: return "int64";
  }
  return "unknown";
}

inline std::string to_string(DType dtype) { return name_of(dtype); }
inline std::ostream& operator<<(std::ostream& out, DType dtype) { return out << name_of(dtype); }

/// Calls f with a float or double, as `dtype` says: turns the run-time type into a compile-time
/// one. Throws, naming `op`, if `dtype` is not floating.
template <class F>
decltype(auto) visit_floating(DType dtype, const char* op, F&& f) {
  switch (dtype) {
    case DType::f32: return f(float{});
    case DType::f64: return f(double{});
    case DType::i64: break;
  }
  fail(op, ": expected float32 or float64, got ", name_of(dtype));
}

}  // namespace odin::tensor
