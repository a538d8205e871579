#include "include/cublas_v2.h"

#include <algorithm>
#include <string>
#include <vector>

#include "arena.h"
#include "queue.h"

struct cublasContext {
  cudaStream_t stream = nullptr;
};

namespace cuda_on_cpu {
namespace {

// A column-major matrix argument, before op().
template <typename T>
struct Matrix {
  T* data;
  std::int64_t rows, columns, lead;
  long long stride;  // from one matrix of the batch to the next

  bool valid() const {
    return rows >= 0 && columns >= 0 && lead >= std::max<std::int64_t>(1, rows);
  }
  T* column(std::int64_t batch, std::int64_t j) const { return data + batch * stride + j * lead; }
  bool on_device(std::int64_t batch) const {
    if (rows == 0 || columns == 0) return true;
    const auto elements = static_cast<std::size_t>((columns - 1) * lead + rows);
    return Arena::instance().holds(column(batch, 0), elements * sizeof(T));
  }
};

// op(matrix), contiguous in column-major order.
template <typename T>
std::vector<double> load(const Matrix<T>& matrix, bool transposed, std::int64_t batch) {
  std::vector<double> dense(static_cast<std::size_t>(matrix.rows * matrix.columns));
  for (std::int64_t j = 0; j < matrix.columns; ++j) {
    const T* const column = matrix.column(batch, j);
    for (std::int64_t i = 0; i < matrix.rows; ++i) {
      const std::int64_t at = transposed ? i * matrix.columns + j : j * matrix.rows + i;
      dense[static_cast<std::size_t>(at)] = static_cast<double>(column[i]);
    }
  }
  return dense;
}

template <typename T>
struct Gemm {
  bool transpose_a, transpose_b;
  std::int64_t m, n, k;
  double alpha, beta;
  Matrix<const T> a, b;
  Matrix<T> c;

  void run(std::int64_t batch) const {
    if (!a.on_device(batch) || !b.on_device(batch) || !c.on_device(batch)) {
      fail(cudaErrorIllegalAddress, "cuBLAS: a matrix does not lie in one block of device memory");
      return;
    }
    std::vector<double> left, right;
    if (alpha != 0) {  // otherwise a and b are not read
      left = load(a, transpose_a, batch);
      right = load(b, transpose_b, batch);
    }
    std::vector<double> sums(static_cast<std::size_t>(m));
    for (std::int64_t j = 0; j < n; ++j) {
      std::fill(sums.begin(), sums.end(), 0.0);
      for (std::int64_t p = 0; alpha != 0 && p < k; ++p) {
        const double factor = right[static_cast<std::size_t>(j * k + p)];
        const double* const column = left.data() + p * m;
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += factor * column[i];
      }
      T* const column = c.column(batch, j);
      for (std::size_t i = 0; i < sums.size(); ++i) {
        const double kept = beta == 0 ? 0 : beta * static_cast<double>(column[i]);
        column[i] = static_cast<T>(alpha * sums[i] + kept);
      }
    }
  }
};

template <typename T>
cublasStatus_t gemm(cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb,
                    int m, int n, int k, const T* alpha, const T* a, int lda, long long stride_a,
                    const T* b, int ldb, long long stride_b, const T* beta, T* c, int ldc,
                    long long stride_c, int batches) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  if (alpha == nullptr || beta == nullptr || batches < 0) return CUBLAS_STATUS_INVALID_VALUE;
  const bool ta = transa != CUBLAS_OP_N;
  const bool tb = transb != CUBLAS_OP_N;
  const Gemm<T> work{.transpose_a = ta,
                     .transpose_b = tb,
                     .m = m,
                     .n = n,
                     .k = k,
                     .alpha = static_cast<double>(*alpha),
                     .beta = static_cast<double>(*beta),
                     .a = {a, ta ? k : m, ta ? m : k, lda, stride_a},
                     .b = {b, tb ? n : k, tb ? k : n, ldb, stride_b},
                     .c = {c, m, n, ldc, stride_c}};
  if (!work.a.valid() || !work.b.valid() || !work.c.valid()) return CUBLAS_STATUS_INVALID_VALUE;
  if (m == 0 || n == 0) return CUBLAS_STATUS_SUCCESS;
  const cudaError_t error = submit([work, batches] {
    for (int batch = 0; batch < batches; ++batch) work.run(batch);
  });
  return report(error) == cudaSuccess ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_EXECUTION_FAILED;
}

}  // namespace
}  // namespace cuda_on_cpu

using namespace cuda_on_cpu;

extern "C" {

const char* cublasGetStatusName(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_SUCCESS: return "CUBLAS_STATUS_SUCCESS";
    case CUBLAS_STATUS_NOT_INITIALIZED: return "CUBLAS_STATUS_NOT_INITIALIZED";
    case CUBLAS_STATUS_ALLOC_FAILED: return "CUBLAS_STATUS_ALLOC_FAILED";
    case CUBLAS_STATUS_INVALID_VALUE: return "CUBLAS_STATUS_INVALID_VALUE";
    case CUBLAS_STATUS_ARCH_MISMATCH: return "CUBLAS_STATUS_ARCH_MISMATCH";
    case CUBLAS_STATUS_MAPPING_ERROR: return "CUBLAS_STATUS_MAPPING_ERROR";
    case CUBLAS_STATUS_EXECUTION_FAILED: return "CUBLAS_STATUS_EXECUTION_FAILED";
    case CUBLAS_STATUS_INTERNAL_ERROR: return "CUBLAS_STATUS_INTERNAL_ERROR";
    case CUBLAS_STATUS_NOT_SUPPORTED: return "CUBLAS_STATUS_NOT_SUPPORTED";
  }
  return "unknown cuBLAS status";
}

const char* cublasGetStatusString(cublasStatus_t status) { return cublasGetStatusName(status); }

cublasStatus_t cublasCreate(cublasHandle_t* handle) {
  if (no_device()) return CUBLAS_STATUS_NOT_INITIALIZED;
  if (handle == nullptr) return CUBLAS_STATUS_INVALID_VALUE;
  *handle = new cublasContext;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy(cublasHandle_t handle) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream(cublasHandle_t handle, cudaStream_t stream) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  handle->stream = stream;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetMathMode(cublasHandle_t handle, cublasMath_t mode) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  const bool known = mode >= CUBLAS_DEFAULT_MATH && mode <= CUBLAS_TF32_TENSOR_OP_MATH;
  return known ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

cublasStatus_t cublasSetWorkspace(cublasHandle_t handle, void* workspace, std::size_t bytes) {
  if (handle == nullptr) return CUBLAS_STATUS_NOT_INITIALIZED;
  if (bytes == 0) return CUBLAS_STATUS_SUCCESS;
  const std::lock_guard guard(lock());
  const bool aligned = reinterpret_cast<std::uintptr_t>(workspace) % 256 == 0;
  const bool usable = aligned && Arena::instance().holds(workspace, bytes);
  return usable ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

cublasStatus_t cublasSgemm(cublasHandle_t handle, cublasOperation_t transa,
                           cublasOperation_t transb, int m, int n, int k, const float* alpha,
                           const float* A, int lda, const float* B, int ldb, const float* beta,
                           float* C, int ldc) {
  return gemm(handle, transa, transb, m, n, k, alpha, A, lda, 0, B, ldb, 0, beta, C, ldc, 0, 1);
}

cublasStatus_t cublasDgemm(cublasHandle_t handle, cublasOperation_t transa,
                           cublasOperation_t transb, int m, int n, int k, const double* alpha,
                           const double* A, int lda, const double* B, int ldb, const double* beta,
                           double* C, int ldc) {
  return gemm(handle, transa, transb, m, n, k, alpha, A, lda, 0, B, ldb, 0, beta, C, ldc, 0, 1);
}

cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t handle, cublasOperation_t transa,
                                         cublasOperation_t transb, int m, int n, int k,
                                         const float* alpha, const float* A, int lda,
                                         long long strideA, const float* B, int ldb,
                                         long long strideB, const float* beta, float* C, int ldc,
                                         long long strideC, int batchCount) {
  return gemm(handle, transa, transb, m, n, k, alpha, A, lda, strideA, B, ldb, strideB, beta, C,
              ldc, strideC, batchCount);
}

cublasStatus_t cublasDgemmStridedBatched(cublasHandle_t handle, cublasOperation_t transa,
                                         cublasOperation_t transb, int m, int n, int k,
                                         const double* alpha, const double* A, int lda,
                                         long long strideA, const double* B, int ldb,
                                         long long strideB, const double* beta, double* C, int ldc,
                                         long long strideC, int batchCount) {
  return gemm(handle, transa, transb, m, n, k, alpha, A, lda, strideA, B, ldb, strideB, beta, C,
              ldc, strideC, batchCount);
}

}  // extern "C"
