#include <cmath>
#include <limits>

#include "odin/tensor/backend/reference/reference_backend.h"
#include "odin/tensor/backend/reference/strided.h"
#include "odin/tensor/backend/split_dims.h"

namespace odin::tensor::reference {
namespace {

template <class T>
double reduce_one(ReduceOp op, const T* x, const Shape& shape, const Strides& strides) {
  double result = op == ReduceOp::sum ? 0 : -std::numeric_limits<double>::infinity();
  for_each_offset(
      shape,
      [&](auto i) {
        const double v = x[i];
        if (op == ReduceOp::sum)
          result += v;
        else if (v > result || std::isnan(v))
          result = v;
      },
      strides);
  return result;
}

void reduce(ReduceOp op, const Tensor& x, int dims, Tensor& y) {
  const int kept = x.rank() - dims;
  visit_floating(x.dtype(), "reduce", [&]<class T>(T) {
    const auto* from = static_cast<const T*>(x.raw());
    auto* to = static_cast<T*>(y.backend_raw());
    for_each_offset(
        y.shape(),
        [&](auto i, auto j) {
          to[j] = static_cast<T>(
              reduce_one(op, from + i, tail(x.shape(), dims), tail(x.strides(), dims)));
        },
        head(x.strides(), kept), y.strides());
  });
}

void argmax(const Tensor& x, Tensor& y) {
  visit_floating(x.dtype(), "argmax", [&]<class T>(T) {
    const auto* from = static_cast<const T*>(x.raw());
    auto* to = static_cast<std::int64_t*>(y.backend_raw());
    const auto n = x.dim(-1), step = x.strides()[-1];
    for_each_offset(
        y.shape(),
        [&](auto i, auto j) {
          std::int64_t best = 0;
          for (std::int64_t k = 1; k < n; ++k)
            if (from[i + k * step] > from[i + best * step]) best = k;
          to[j] = best;
        },
        head(x.strides(), x.rank() - 1), y.strides());
  });
}

bool all_finite(const Tensor& x) {
  return visit_floating(x.dtype(), "all_finite", [&]<class T>(T) {
    const auto* from = static_cast<const T*>(x.raw());
    bool finite = true;
    for_each_offset(
        x.shape(), [&](auto i) { finite = finite && std::isfinite(from[i]); }, x.strides());
    return finite;
  });
}

double sum_of_squares(const Tensor& x) {
  return visit_floating(x.dtype(), "sum_of_squares", [&]<class T>(T) {
    const auto* from = static_cast<const T*>(x.raw());
    double sum = 0;
    for_each_offset(
        x.shape(),
        [&](auto i) { sum += static_cast<double>(from[i]) * static_cast<double>(from[i]); },
        x.strides());
    return sum;
  });
}

}  // namespace

void add_reduce(Backend& b) {
  b.reduce = reduce;
  b.argmax = argmax;
  b.all_finite = all_finite;
  b.sum_of_squares = sum_of_squares;
}

}  // namespace odin::tensor::reference
