#include <cmath>

#include "odin/tensor/backend/cuda/cuda_backend.h"
#include "odin/tensor/backend/cuda/launch.h"
#include "odin/tensor/backend/cuda/layout.h"

namespace odin::tensor::cuda {
namespace {

/// One thread per row: rows are images, and have only ten or a hundred classes.
template <class T>
void softmax_as(const Tensor& x, bool log_of_it, Tensor& y) {
  const T* from = elements<T>("softmax", x);
  T* to = mutable_elements<T>("softmax", y);
  const std::int64_t classes = x.dim(1), row_step = x.strides()[0], step = x.strides()[1];
  const auto rows = static_cast<std::uint32_t>(x.dim(0));
  for_each("softmax", rows, [=] __device__(std::uint32_t r) {
    const T* in = from + r * row_step;
    T* out = to + r * classes;
    double largest = in[0], sum = 0;
    for (std::int64_t c = 1; c < classes; ++c) {
      const double v = in[c * step];
      if (v > largest) largest = v;
    }
    for (std::int64_t c = 0; c < classes; ++c) sum += exp(in[c * step] - largest);
    for (std::int64_t c = 0; c < classes; ++c) {
      const double v = in[c * step] - largest;
      out[c] = static_cast<T>(log_of_it ? v - log(sum) : exp(v) / sum);
    }
  });
}

template <class T>
void one_hot_as(const Tensor& labels, Tensor& y) {
  const std::int64_t* label = elements<std::int64_t>("one_hot", labels);
  T* to = mutable_elements<T>("one_hot", y);
  const std::int64_t classes = y.dim(1), step = labels.strides()[0];
  cuda::Fault* const fault = cuda::Context::get().fault();
  const char* const what = "one_hot: label";
  for_each("one_hot", static_cast<std::uint32_t>(y.dim(0)), [=] __device__(std::uint32_t r) {
    const std::int64_t l = label[r * step];
    if (l < 0 || l >= classes) *fault = {what, l, r, classes};
    for (std::int64_t c = 0; c < classes; ++c) to[r * classes + c] = c == l ? T{1} : T{0};
  });
}

void softmax(const Tensor& x, bool log, Tensor& y) {
  visit_floating(x.dtype(), "softmax", [&]<class T>(T) { softmax_as<T>(x, log, y); });
}

void one_hot(const Tensor& labels, Tensor& y) {
  visit_floating(y.dtype(), "one_hot", [&]<class T>(T) { one_hot_as<T>(labels, y); });
}

}  // namespace

void add_softmax(Backend& b) {
  b.softmax = softmax;
  b.one_hot = one_hot;
}

}  // namespace odin::tensor::cuda
