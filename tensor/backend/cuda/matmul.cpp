#include "odin/tensor/backend/cuda/context.h"
#include "odin/tensor/backend/cuda/cuda_backend.h"
#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/backend/cuda/layout.h"

namespace odin::tensor::cuda {
namespace {

/// A matrix as cuBLAS reads it: in column-major order, so a row-major matrix is read as its
/// transpose.
struct Factor {
  Tensor matrix;
  cublasOperation_t operation;  ///< N if row-major, T if column-major
  int step;                     ///< stride from one row (or column) to the next

  explicit Factor(const Tensor& t) : matrix(t) {
    const auto rows = t.dim(0), columns = t.dim(1);
    const auto down = t.strides()[0], right = t.strides()[1];
    const bool by_rows = (right == 1 || columns == 1) && (down >= columns || rows == 1);
    const bool by_columns = (down == 1 || rows == 1) && (right >= rows || columns == 1);
    if (!by_rows && !by_columns) matrix = t.contiguous();
    operation = by_rows || !by_columns ? CUBLAS_OP_N : CUBLAS_OP_T;
    const std::int64_t least = operation == CUBLAS_OP_N ? columns : rows;
    const std::int64_t lines = operation == CUBLAS_OP_N ? rows : columns;
    const std::int64_t own = matrix.strides()[operation == CUBLAS_OP_N ? 0 : 1];
    step = static_cast<int>(lines == 1 ? least : own);
  }
};

cublasStatus_t gemm(cublasHandle_t blas, const Factor& a, const Factor& b, int m, int n, int k,
                    const float* from_a, const float* from_b, float* y) {
  const float one = 1, zero = 0;
  return cublasSgemm(blas, b.operation, a.operation, n, m, k, &one, from_b, b.step, from_a, a.step,
                     &zero, y, n);
}
cublasStatus_t gemm(cublasHandle_t blas, const Factor& a, const Factor& b, int m, int n, int k,
                    const double* from_a, const double* from_b, double* y) {
  const double one = 1, zero = 0;
  return cublasDgemm(blas, b.operation, a.operation, n, m, k, &one, from_b, b.step, from_a, a.step,
                     &zero, y, n);
}

/// y = a b in row-major order is y^T = b^T a^T in column-major order.
void matmul(const Tensor& a, const Tensor& b, Tensor& y) {
  if (y.numel() == 0) return;
  for (const Tensor* t : {&a, &b, static_cast<const Tensor*>(&y)}) element_count(t->shape());
  const Factor left(a), right(b);
  const int m = static_cast<int>(a.dim(0)), n = static_cast<int>(b.dim(1)),
            k = static_cast<int>(a.dim(1));
  visit_floating(a.dtype(), "matmul", [&]<class T>(T) {
    const T* from_a = elements<T>("matmul", left.matrix);
    const T* from_b = elements<T>("matmul", right.matrix);
    T* to = mutable_elements<T>("matmul", y);
    cuda::Context& context = cuda::Context::get();
    const auto lock = context.lock();
    check(cublasSetMathMode(context.blas(),
                            tf32_allowed() ? CUBLAS_TF32_TENSOR_OP_MATH : CUBLAS_DEFAULT_MATH),
          "matmul");
    check(gemm(context.blas(), left, right, m, n, k, from_a, from_b, to), "matmul");
  });
}

}  // namespace

void add_matmul(Backend& b) { b.matmul = matmul; }

}  // namespace odin::tensor::cuda
