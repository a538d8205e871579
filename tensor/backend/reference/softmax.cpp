#include <algorithm>
#include <cmath>

#include "odin/tensor/backend/reference/reference_backend.h"
#include "odin/tensor/backend/reference/strided.h"

namespace odin::tensor::reference {
namespace {

void softmax(const Tensor& x, bool log, Tensor& y) {
  visit_floating(x.dtype(), "softmax", [&]<class T>(T) {
    const Strided<const T> in(x);
    const Strided<T> out(y);
    for (std::int64_t r = 0; r < x.dim(0); ++r) {
      double largest = in(r, 0), sum = 0;
      for (std::int64_t c = 1; c < x.dim(1); ++c) largest = std::max<double>(largest, in(r, c));
      for (std::int64_t c = 0; c < x.dim(1); ++c) sum += std::exp(in(r, c) - largest);
      for (std::int64_t c = 0; c < x.dim(1); ++c) {
        const double v = in(r, c) - largest;
        out(r, c) = static_cast<T>(log ? v - std::log(sum) : std::exp(v) / sum);
      }
    }
  });
}

void one_hot(const Tensor& labels, Tensor& y) {
  reference_backend().fill(y, 0);
  visit_floating(y.dtype(), "one_hot", [&]<class T>(T) {
    const Strided<T> out(y);
    const Strided<const std::int64_t> label(labels);
    for (std::int64_t r = 0; r < y.dim(0); ++r) {
      require(label(r) >= 0 && label(r) < y.dim(1), "one_hot: label ", label(r), " in row ", r,
              ", expected 0 to ", y.dim(1) - 1);
      out(r, label(r)) = 1;
    }
  });
}

}  // namespace

void add_softmax(Backend& b) {
  b.softmax = softmax;
  b.one_hot = one_hot;
}

}  // namespace odin::tensor::reference
