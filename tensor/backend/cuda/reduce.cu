#include "odin/tensor/backend/cuda/reduce.h"

#include <cmath>

#include "odin/tensor/backend/cuda/cuda_backend.h"
#include "odin/tensor/backend/split_dims.h"

namespace odin::tensor::cuda {
namespace {

struct Larger {
  __device__ double operator()(double a, double b) const { return b > a || isnan(b) ? b : a; }
};

template <class T, class Combine>
void reduce_as(const char* op, double first, Combine combine, const Tensor& x, int dims,
               Tensor& y) {
  const T* from = elements<T>(op, x);
  T* to = mutable_elements<T>(op, y);
  const Shape inner = tail(x.shape(), dims);
  const auto row_at = make_layout<1>(y.shape(), {head(x.strides(), x.rank() - dims)});
  const auto at = make_layout<1>(inner, {tail(x.strides(), dims)});
  reduce_rows(
      op, element_count(y.shape()), element_count(inner), first,
      [=] __device__(std::uint32_t row, std::uint32_t i) {
        return static_cast<double>(from[row_at(row).at[0] + at(i).at[0]]);
      },
      combine,
      [=] __device__(std::uint32_t row, double value) { to[row] = static_cast<T>(value); });
}

template <class T>
void argmax_as(const Tensor& x, Tensor& y) {
  const T* from = elements<T>("argmax", x);
  std::int64_t* to = mutable_elements<std::int64_t>("argmax", y);
  const std::int64_t n = x.dim(-1), step = x.strides()[-1];
  const auto row_at = make_layout<1>(y.shape(), {head(x.strides(), x.rank() - 1)});
  for_each("argmax", element_count(y.shape()), [=] __device__(std::uint32_t row) {
    const T* values = from + row_at(row).at[0];
    std::int64_t best = 0;
    for (std::int64_t k = 1; k < n; ++k)
      if (values[k * step] > values[best * step]) best = k;
    to[row] = best;
  });
}

/// The sum of f(x) over all elements, accumulated in double. Waits for the GPU.
template <class T, class F>
double sum_of(const char* op, const Tensor& x, F f) {
  const T* from = elements<T>(op, x);
  Tensor result = Tensor::empty({}, DType::f64, Device::cuda);
  double* to = mutable_elements<double>(op, result);
  const auto at = make_layout<1>(x.shape(), {x.strides()});
  reduce_rows(
      op, 1, element_count(x.shape()), 0.0,
      [=] __device__(std::uint32_t, std::uint32_t i) { return f(from[at(i).at[0]]); }, cuda::Sum(),
      [=] __device__(std::uint32_t, double value) { *to = value; });
  return result.item();
}

template <class T>
bool all_finite_as(const Tensor& x) {
  return sum_of<T>("all_finite", x, [] __device__(T v) { return isfinite(v) ? 0.0 : 1.0; }) == 0;
}

template <class T>
double sum_of_squares_as(const Tensor& x) {
  return sum_of<T>("sum_of_squares", x,
                   [] __device__(T v) { return static_cast<double>(v) * static_cast<double>(v); });
}

void reduce(ReduceOp op, const Tensor& x, int dims, Tensor& y) {
  visit_floating(x.dtype(), "reduce", [&]<class T>(T) {
    if (op == ReduceOp::sum)
      reduce_as<T>("sum", 0.0, cuda::Sum(), x, dims, y);
    else
      reduce_as<T>("max", -INFINITY, Larger(), x, dims, y);
  });
}

void argmax(const Tensor& x, Tensor& y) {
  visit_floating(x.dtype(), "argmax", [&]<class T>(T) { argmax_as<T>(x, y); });
}

bool all_finite(const Tensor& x) {
  return visit_floating(x.dtype(), "all_finite", [&]<class T>(T) { return all_finite_as<T>(x); });
}

double sum_of_squares(const Tensor& x) {
  return visit_floating(x.dtype(), "sum_of_squares",
                        [&]<class T>(T) { return sum_of_squares_as<T>(x); });
}

}  // namespace

void add_reduce(Backend& b) {
  b.reduce = reduce;
  b.argmax = argmax;
  b.all_finite = all_finite;
  b.sum_of_squares = sum_of_squares;
}

}  // namespace odin::tensor::cuda
