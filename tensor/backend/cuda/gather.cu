#include "odin/tensor/backend/cuda/cuda_backend.h"
#include "odin/tensor/backend/cuda/launch.h"
#include "odin/tensor/backend/cuda/layout.h"

namespace odin::tensor::cuda {
namespace {

struct Steps3 {
  std::int64_t outer, n, inner;
  explicit Steps3(const Strides& s) : outer(s[0]), n(s[1]), inner(s[2]) {}
};

template <class T>
void gather_as(const Tensor& x, const Tensor& positions, Tensor& y) {
  const T* from = elements<T>("gather", x);
  const std::int64_t* position = elements<std::int64_t>("gather", positions);
  T* to = mutable_elements<T>("gather", y);
  const std::int64_t size = x.dim(1), count = y.dim(1), inner = y.dim(2);
  const Steps3 step(x.strides());
  Fault* const fault = Context::get().fault();
  const char* const what = "gather: position";
  for_each("gather", element_count(y.shape()), [=] __device__(std::uint32_t k) {
    const std::int64_t i = k / inner % count, at = position[i];
    if (at < 0 || at >= size) {
      *fault = {what, at, i, size};
      return;
    }
    to[k] = from[k / inner / count * step.outer + at * step.n + k % inner * step.inner];
  });
}

/// Each element of dx sums over the positions that name it.
template <class T>
void gather_grad_as(const Tensor& dy, const Tensor& positions, Tensor& dx) {
  const T* grad = elements<T>("gather_grad", dy);
  const std::int64_t* position = elements<std::int64_t>("gather_grad", positions);
  T* to = mutable_elements<T>("gather_grad", dx);
  const std::int64_t size = dx.dim(1), count = dy.dim(1), inner = dx.dim(2);
  const Steps3 step(dy.strides());
  for_each("gather_grad", element_count(dx.shape()), [=] __device__(std::uint32_t k) {
    const std::int64_t own = k / inner % size;
    const T* row = grad + k / inner / size * step.outer + k % inner * step.inner;
    T sum = 0;
    for (std::int64_t i = 0; i < count; ++i)
      if (position[i] == own) sum += row[i * step.n];
    to[k] = sum;
  });
}

void gather(const Tensor& x, const Tensor& positions, Tensor& y) {
  visit_floating(x.dtype(), "gather", [&]<class T>(T) { gather_as<T>(x, positions, y); });
}

void gather_grad(const Tensor& dy, const Tensor& positions, Tensor& dx) {
  visit_floating(dy.dtype(), "gather_grad",
                 [&]<class T>(T) { gather_grad_as<T>(dy, positions, dx); });
}

}  // namespace

void add_gather(Backend& b) {
  b.gather = gather;
  b.gather_grad = gather_grad;
}

}  // namespace odin::tensor::cuda
