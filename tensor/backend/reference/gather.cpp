#include "odin/tensor/backend/reference/reference_backend.h"
#include "odin/tensor/backend/reference/strided.h"

namespace odin::tensor::reference {
namespace {

std::int64_t checked(std::int64_t position, std::int64_t i, std::int64_t size) {
  require(position >= 0 && position < size, "gather: position ", position, " in row ", i,
          ", expected 0 to ", size - 1);
  return position;
}

void gather(const Tensor& x, const Tensor& positions, Tensor& y) {
  visit_floating(x.dtype(), "gather", [&]<class T>(T) {
    const Strided<const T> in(x);
    const Strided<const std::int64_t> position(positions);
    const Strided<T> out(y);
    for (std::int64_t o = 0; o < y.dim(0); ++o)
      for (std::int64_t i = 0; i < y.dim(1); ++i) {
        const std::int64_t from = checked(position(i), i, x.dim(1));
        for (std::int64_t k = 0; k < y.dim(2); ++k) out(o, i, k) = in(o, from, k);
      }
  });
}

void gather_grad(const Tensor& dy, const Tensor& positions, Tensor& dx) {
  visit_floating(dy.dtype(), "gather_grad", [&]<class T>(T) {
    const Strided<const T> grad(dy);
    const Strided<const std::int64_t> position(positions);
    const Strided<T> out(dx);
    reference_backend().fill(dx, 0);
    for (std::int64_t o = 0; o < dy.dim(0); ++o)
      for (std::int64_t i = 0; i < dy.dim(1); ++i) {
        const std::int64_t to = checked(position(i), i, dx.dim(1));
        for (std::int64_t k = 0; k < dy.dim(2); ++k) out(o, to, k) += grad(o, i, k);
      }
  });
}

}  // namespace

void add_gather(Backend& b) {
  b.gather = gather;
  b.gather_grad = gather_grad;
}

}  // namespace odin::tensor::reference
