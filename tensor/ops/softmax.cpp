#include "odin/tensor/ops/softmax.h"

#include "odin/tensor/backend/backend.h"

namespace odin::tensor {
namespace {

Tensor softmax(const char* op, const Tensor& x, bool log) {
  require(x.rank() == 2 && x.dim(1) > 0, op, ": expected [rows, classes], got ", x.shape());
  Tensor y = x.new_empty(x.shape());
  dispatch(op, &Backend::softmax, {&x, &y}, x, log, y);
  return y;
}

}  // namespace

Tensor softmax(const Tensor& x) { return softmax("softmax", x, false); }
Tensor log_softmax(const Tensor& x) { return softmax("log_softmax", x, true); }

Tensor one_hot(const Tensor& labels, std::int64_t classes, DType dtype) {
  require(labels.rank() == 1 && labels.dtype() == DType::i64,
          "one_hot: expected labels [rows] of int64, got ", labels.shape(), " of ", labels.dtype());
  require(is_floating(dtype) && classes > 0, "one_hot: expected classes > 0 and a floating dtype");
  Tensor y = Tensor::empty({labels.dim(0), classes}, dtype, labels.device());
  dispatch("one_hot", &Backend::one_hot, {&labels, &y}, labels, y);
  return y;
}

}  // namespace odin::tensor
