#include "odin/tensor/backend/reference/reference_backend.h"
#include "odin/tensor/backend/reference/strided.h"

namespace odin::tensor::reference {
namespace {

void matmul(const Tensor& a, const Tensor& b, Tensor& y) {
  visit_floating(a.dtype(), "matmul", [&]<class T>(T) {
    const Strided<const T> left(a), right(b);
    const Strided<T> out(y);
    for (std::int64_t i = 0; i < y.dim(0); ++i)
      for (std::int64_t j = 0; j < y.dim(1); ++j) {
        double sum = 0;
        for (std::int64_t k = 0; k < a.dim(1); ++k)
          sum += static_cast<double>(left(i, k)) * static_cast<double>(right(k, j));
        out(i, j) = static_cast<T>(sum);
      }
  });
}

}  // namespace

void add_matmul(Backend& b) { b.matmul = matmul; }

}  // namespace odin::tensor::reference
