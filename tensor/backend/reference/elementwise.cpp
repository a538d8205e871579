#include <cmath>

#include "odin/tensor/backend/reference/reference_backend.h"
#include "odin/tensor/backend/reference/strided.h"

namespace odin::tensor::reference {
namespace {

template <class T>
T apply(UnaryOp op, T x) {
  switch (op) {
    case UnaryOp::neg: return -x;
    case UnaryOp::exp: return std::exp(x);
    case UnaryOp::log: return std::log(x);
    case UnaryOp::sqrt: return std::sqrt(x);
    case UnaryOp::square: return x * x;
    case UnaryOp::abs: return std::abs(x);
    case UnaryOp::relu: return x < 0 ? T{0} : x;  // keeps NaN
    case UnaryOp::tanh: return std::tanh(x);
    case UnaryOp::erf: return std::erf(x);
    case UnaryOp::sin: return std::sin(x);
    case UnaryOp::cos: return std::cos(x);
    case UnaryOp::floor: return std::floor(x);
    case UnaryOp::ceil: return std::ceil(x);
    case UnaryOp::round: return std::nearbyint(x);
    case UnaryOp::sign: return x > 0 ? T{1} : x < 0 ? T{-1} : x;  // keeps NaN
    case UnaryOp::step_sign: return x >= 0 ? T{1} : T{-1};
  }
  fail("elementwise: unknown operation ", static_cast<int>(op));
}

template <class T>
T apply(BinaryOp op, T a, T b) {
  switch (op) {
    case BinaryOp::add: return a + b;
    case BinaryOp::sub: return a - b;
    case BinaryOp::mul: return a * b;
    case BinaryOp::div: return a / b;
    case BinaryOp::pow: return std::pow(a, b);
    case BinaryOp::maximum: return a < b || b != b ? b : a;  // NaN if one of them is
    case BinaryOp::minimum: return b < a || b != b ? b : a;
    case BinaryOp::less: return a < b ? T{1} : T{0};
    case BinaryOp::less_equal: return a <= b ? T{1} : T{0};
    case BinaryOp::equal: return a == b ? T{1} : T{0};
    case BinaryOp::relu_grad: return b > 0 ? a : T{0};
  }
  fail("elementwise: unknown operation ", static_cast<int>(op));
}

template <class From, class To>
void copy_as(const Tensor& x, Tensor& y) {
  const auto* from = static_cast<const From*>(x.raw());
  auto* to = static_cast<To*>(y.backend_raw());
  for_each_offset(
      y.shape(), [&](auto i, auto j) { to[j] = static_cast<To>(from[i]); }, x.strides(),
      y.strides());
}

template <class From>
void copy_from(const Tensor& x, Tensor& y) {
  switch (y.dtype()) {
    case DType::f32: return copy_as<From, float>(x, y);
    case DType::f64: return copy_as<From, double>(x, y);
    case DType::i64: return copy_as<From, std::int64_t>(x, y);
  }
}

template <class T>
void fill_as(Tensor& y, double value) {
  auto* to = static_cast<T*>(y.backend_raw());
  for_each_offset(
      y.shape(), [&](auto i) { to[i] = static_cast<T>(value); }, y.strides());
}

void fill(Tensor& y, double value) {
  switch (y.dtype()) {
    case DType::f32: return fill_as<float>(y, value);
    case DType::f64: return fill_as<double>(y, value);
    case DType::i64: return fill_as<std::int64_t>(y, value);
  }
}

void copy(const Tensor& x, Tensor& y) {
  switch (x.dtype()) {
    case DType::f32: return copy_from<float>(x, y);
    case DType::f64: return copy_from<double>(x, y);
    case DType::i64: return copy_from<std::int64_t>(x, y);
  }
}

void unary(UnaryOp op, const Tensor& x, Tensor& y) {
  visit_floating(x.dtype(), "elementwise", [&]<class T>(T) {
    const auto* from = static_cast<const T*>(x.raw());
    auto* to = static_cast<T*>(y.backend_raw());
    for_each_offset(
        y.shape(), [&](auto i, auto j) { to[j] = apply(op, from[i]); }, x.strides(), y.strides());
  });
}

void binary(BinaryOp op, const Tensor& a, const Tensor& b, Tensor& y) {
  visit_floating(a.dtype(), "elementwise", [&]<class T>(T) {
    const auto* left = static_cast<const T*>(a.raw());
    const auto* right = static_cast<const T*>(b.raw());
    auto* to = static_cast<T*>(y.backend_raw());
    for_each_offset(
        y.shape(), [&](auto i, auto j, auto k) { to[k] = apply(op, left[i], right[j]); },
        a.strides(), b.strides(), y.strides());
  });
}

void select(const Tensor& condition, const Tensor& a, const Tensor& b, Tensor& y) {
  visit_floating(a.dtype(), "where", [&]<class T>(T) {
    const auto* choice = static_cast<const T*>(condition.raw());
    const auto* left = static_cast<const T*>(a.raw());
    const auto* right = static_cast<const T*>(b.raw());
    auto* to = static_cast<T*>(y.backend_raw());
    for_each_offset(
        y.shape(),
        [&](auto i, auto j, auto k, auto l) { to[l] = choice[i] != 0 ? left[j] : right[k]; },
        condition.strides(), a.strides(), b.strides(), y.strides());
  });
}

void affine(const Tensor& x, double factor, double summand, Tensor& y) {
  visit_floating(x.dtype(), "affine", [&]<class T>(T) {
    const auto* from = static_cast<const T*>(x.raw());
    auto* to = static_cast<T*>(y.backend_raw());
    for_each_offset(
        y.shape(),
        [&](auto i, auto j) { to[j] = static_cast<T>(factor) * from[i] + static_cast<T>(summand); },
        x.strides(), y.strides());
  });
}

}  // namespace

void add_elementwise(Backend& b) {
  b.fill = fill;
  b.copy = copy;
  b.unary = unary;
  b.binary = binary;
  b.affine = affine;
  b.select = select;
}

}  // namespace odin::tensor::reference
