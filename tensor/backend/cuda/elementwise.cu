#include "odin/tensor/backend/cuda/cuda_backend.h"
#include "odin/tensor/backend/cuda/launch.h"
#include "odin/tensor/backend/cuda/layout.h"

namespace odin::tensor::cuda {
namespace {

/// An operation as a function object: selected once per call, not once per element.
template <UnaryOp op>
struct Unary {
  template <class T>
  __device__ T operator()(T x) const {
    switch (op) {
      case UnaryOp::neg: return -x;
      case UnaryOp::exp: return exp(x);
      case UnaryOp::log: return log(x);
      case UnaryOp::sqrt: return sqrt(x);
      case UnaryOp::square: return x * x;
      case UnaryOp::abs: return fabs(x);
      case UnaryOp::relu: return x < 0 ? T{0} : x;  // keeps NaN
      case UnaryOp::tanh: return tanh(x);
      case UnaryOp::erf: return erf(x);
      case UnaryOp::sin: return sin(x);
      case UnaryOp::cos: return cos(x);
      case UnaryOp::floor: return floor(x);
      case UnaryOp::ceil: return ceil(x);
      case UnaryOp::round: return rint(x);
      case UnaryOp::sign: return x > 0 ? T{1} : x < 0 ? T{-1} : x;  // keeps NaN
      case UnaryOp::step_sign: return x >= 0 ? T{1} : T{-1};
    }
    return x;
  }
};

template <BinaryOp op>
struct Binary {
  template <class T>
  __device__ T operator()(T a, T b) const {
    switch (op) {
      case BinaryOp::add: return a + b;
      case BinaryOp::sub: return a - b;
      case BinaryOp::mul: return a * b;
      case BinaryOp::div: return a / b;
      case BinaryOp::pow: return pow(a, b);
      case BinaryOp::maximum: return a < b || b != b ? b : a;  // NaN if one of them is
      case BinaryOp::minimum: return b < a || b != b ? b : a;
      case BinaryOp::less: return a < b ? T{1} : T{0};
      case BinaryOp::less_equal: return a <= b ? T{1} : T{0};
      case BinaryOp::equal: return a == b ? T{1} : T{0};
      case BinaryOp::relu_grad: return b > 0 ? a : T{0};
    }
    return a;
  }
};

template <class To>
struct Convert {
  template <class From>
  __device__ To operator()(From v) const {
    return static_cast<To>(v);
  }
};

template <class T>
struct Affine {
  T scale, shift;
  __device__ T operator()(T v) const { return scale * v + shift; }
};

template <class From, class To, class F>
void map_elements(const char* op, const Tensor& x, Tensor& y, F f) {
  const From* from = elements<From>(op, x);
  To* to = mutable_elements<To>(op, y);
  const auto place = make_layout<2>(y.shape(), {x.strides(), y.strides()});
  for_each(op, element_count(y.shape()), [=] __device__(std::uint32_t i) {
    const auto offsets = place(i);
    to[offsets.at[1]] = f(from[offsets.at[0]]);
  });
}

template <class T, class F>
void combine_elements(const char* op, const Tensor& a, const Tensor& b, Tensor& y, F f) {
  const T* left = elements<T>(op, a);
  const T* right = elements<T>(op, b);
  T* to = mutable_elements<T>(op, y);
  const auto place = make_layout<3>(y.shape(), {a.strides(), b.strides(), y.strides()});
  for_each(op, element_count(y.shape()), [=] __device__(std::uint32_t i) {
    const auto offsets = place(i);
    to[offsets.at[2]] = f(left[offsets.at[0]], right[offsets.at[1]]);
  });
}

template <class T>
void fill_as(Tensor& y, double value) {
  T* to = mutable_elements<T>("fill", y);
  const T element = static_cast<T>(value);
  const auto place = make_layout<1>(y.shape(), {y.strides()});
  for_each("fill", element_count(y.shape()),
           [=] __device__(std::uint32_t i) { to[place(i).at[0]] = element; });
}

template <class From, class To>
void copy_as(const Tensor& x, Tensor& y) {
  map_elements<From, To>("copy", x, y, Convert<To>());
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
void unary_as(UnaryOp op, const Tensor& x, Tensor& y) {
  const auto run = [&](auto f) { map_elements<T, T>("elementwise", x, y, f); };
  switch (op) {
    case UnaryOp::neg: return run(Unary<UnaryOp::neg>());
    case UnaryOp::exp: return run(Unary<UnaryOp::exp>());
    case UnaryOp::log: return run(Unary<UnaryOp::log>());
    case UnaryOp::sqrt: return run(Unary<UnaryOp::sqrt>());
    case UnaryOp::square: return run(Unary<UnaryOp::square>());
    case UnaryOp::abs: return run(Unary<UnaryOp::abs>());
    case UnaryOp::relu: return run(Unary<UnaryOp::relu>());
    case UnaryOp::tanh: return run(Unary<UnaryOp::tanh>());
    case UnaryOp::erf: return run(Unary<UnaryOp::erf>());
    case UnaryOp::sin: return run(Unary<UnaryOp::sin>());
    case UnaryOp::cos: return run(Unary<UnaryOp::cos>());
    case UnaryOp::floor: return run(Unary<UnaryOp::floor>());
    case UnaryOp::ceil: return run(Unary<UnaryOp::ceil>());
    case UnaryOp::round: return run(Unary<UnaryOp::round>());
    case UnaryOp::sign: return run(Unary<UnaryOp::sign>());
    case UnaryOp::step_sign: return run(Unary<UnaryOp::step_sign>());
  }
}

template <class T>
void binary_as(BinaryOp op, const Tensor& a, const Tensor& b, Tensor& y) {
  const auto run = [&](auto f) { combine_elements<T>("elementwise", a, b, y, f); };
  switch (op) {
    case BinaryOp::add: return run(Binary<BinaryOp::add>());
    case BinaryOp::sub: return run(Binary<BinaryOp::sub>());
    case BinaryOp::mul: return run(Binary<BinaryOp::mul>());
    case BinaryOp::div: return run(Binary<BinaryOp::div>());
    case BinaryOp::pow: return run(Binary<BinaryOp::pow>());
    case BinaryOp::maximum: return run(Binary<BinaryOp::maximum>());
    case BinaryOp::minimum: return run(Binary<BinaryOp::minimum>());
    case BinaryOp::less: return run(Binary<BinaryOp::less>());
    case BinaryOp::less_equal: return run(Binary<BinaryOp::less_equal>());
    case BinaryOp::equal: return run(Binary<BinaryOp::equal>());
    case BinaryOp::relu_grad: return run(Binary<BinaryOp::relu_grad>());
  }
}

template <class T>
void select_as(const Tensor& condition, const Tensor& a, const Tensor& b, Tensor& y) {
  const T* choice = elements<T>("where", condition);
  const T* left = elements<T>("where", a);
  const T* right = elements<T>("where", b);
  T* to = mutable_elements<T>("where", y);
  const auto place = make_layout<4>(
      y.shape(), {condition.strides(), a.strides(), b.strides(), y.strides()});
  for_each("where", element_count(y.shape()), [=] __device__(std::uint32_t i) {
    const auto offsets = place(i);
    to[offsets.at[3]] =
        choice[offsets.at[0]] != 0 ? left[offsets.at[1]] : right[offsets.at[2]];
  });
}

template <class T>
void affine_as(const Tensor& x, double factor, double summand, Tensor& y) {
  map_elements<T, T>("affine", x, y, Affine<T>{static_cast<T>(factor), static_cast<T>(summand)});
}

}  // namespace

std::uint32_t element_count(const Shape& shape) {
  const std::int64_t n = numel(shape);
  require(n < std::int64_t{1} << 31, "cuda: a tensor of shape ", shape, " has ", n,
          " elements, at most ", (std::int64_t{1} << 31) - 1, " can be worked on at once");
  return static_cast<std::uint32_t>(n);
}

namespace {

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
  visit_floating(x.dtype(), "elementwise", [&]<class T>(T) { unary_as<T>(op, x, y); });
}

void binary(BinaryOp op, const Tensor& a, const Tensor& b, Tensor& y) {
  visit_floating(a.dtype(), "elementwise", [&]<class T>(T) { binary_as<T>(op, a, b, y); });
}

void select(const Tensor& condition, const Tensor& a, const Tensor& b, Tensor& y) {
  visit_floating(a.dtype(), "where", [&]<class T>(T) { select_as<T>(condition, a, b, y); });
}

void affine(const Tensor& x, double factor, double summand, Tensor& y) {
  visit_floating(x.dtype(), "affine", [&]<class T>(T) { affine_as<T>(x, factor, summand, y); });
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

}  // namespace odin::tensor::cuda
