#include <array>
#include <cmath>
#include <string>

#include "cublas_v2.h"
#include "cudnn.h"
#include "device_test.h"

namespace {

cublasStatus_t gemm(cublasHandle_t h, cublasOperation_t ta, cublasOperation_t tb, int m, int n,
                    int k, const float* alpha, const float* a, int lda, const float* b, int ldb,
                    const float* beta, float* c, int ldc) {
  return cublasSgemm(h, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

cublasStatus_t gemm(cublasHandle_t h, cublasOperation_t ta, cublasOperation_t tb, int m, int n,
                    int k, const double* alpha, const double* a, int lda, const double* b, int ldb,
                    const double* beta, double* c, int ldc) {
  return cublasDgemm(h, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

template <typename T>
void check_gemm(cublasHandle_t handle, bool ta, bool tb, T alpha, T beta) {
  const int m = 3, n = 4, k = 5, lda = 7, ldb = 8, ldc = 6;
  const std::vector<T> a = small_numbers<T>(7 * 5, 1);
  const std::vector<T> b = small_numbers<T>(8 * 5, 2);
  std::vector<T> c = small_numbers<T>(6 * 4, 3);
  const OnDevice<T> device_a(a), device_b(b), device_c(c);
  CHECK(gemm(handle, ta ? CUBLAS_OP_T : CUBLAS_OP_N, tb ? CUBLAS_OP_T : CUBLAS_OP_N, m, n, k,
             &alpha, device_a.get(), lda, device_b.get(), ldb, &beta, device_c.get(),
             ldc) == CUBLAS_STATUS_SUCCESS);
  const auto at = [](const std::vector<T>& matrix, int lead, int row, int column) {
    return matrix[static_cast<std::size_t>(column * lead + row)];
  };
  for (int i = 0; i < m; ++i) {
    for (int j = 0; j < n; ++j) {
      T sum = 0;
      for (int p = 0; p < k; ++p) {
        sum +=
            (ta ? at(a, lda, p, i) : at(a, lda, i, p)) * (tb ? at(b, ldb, j, p) : at(b, ldb, p, j));
      }
      T& element = c[static_cast<std::size_t>(j * ldc + i)];
      element = alpha * sum + beta * element;
    }
  }
  CHECK(device_c.values() == c);
}

using Sizes = std::array<int, 4>;

struct Strided {
  Sizes size, stride;

  std::size_t at(int a, int b, int c, int d) const {
    return static_cast<std::size_t>(a * stride[0] + b * stride[1] + c * stride[2] + d * stride[3]);
  }
  std::size_t extent() const { return at(size[0] - 1, size[1] - 1, size[2] - 1, size[3] - 1) + 1; }
};

// Padding 1 and 2, stride 2 and 1, dilation 1 and 2; x and y with gaps between channels and images.
struct Case {
  Strided x{{2, 3, 5, 7}, {150, 40, 7, 1}};
  Strided w{{4, 3, 3, 2}, {18, 6, 2, 1}};
  Strided y{{2, 4, 3, 9}, {130, 31, 9, 1}};
};

// visit(x, w, y): the positions of all products in the sum that defines the convolution.
template <typename Visit>
void for_each_triple(const Case& c, Visit visit) {
  for (int n = 0; n < 2; ++n)
    for (int o = 0; o < 4; ++o)
      for (int i = 0; i < 3; ++i)
        for (int row = 0; row < 3; ++row)
          for (int column = 0; column < 9; ++column)
            for (int kh = 0; kh < 3; ++kh)
              for (int kw = 0; kw < 2; ++kw) {
                const int h = 2 * row - 1 + kh;
                const int v = column - 2 + 2 * kw;
                if (h < 0 || h >= 5 || v < 0 || v >= 7) continue;
                visit(c.x.at(n, i, h, v), c.w.at(o, i, kh, kw), c.y.at(n, o, row, column));
              }
}

template <typename T>
void set(cudnnTensorDescriptor_t descriptor, const Strided& layout) {
  const auto& [n, c, h, w] = layout.size;
  const auto& s = layout.stride;
  const cudnnDataType_t type = sizeof(T) == 8 ? CUDNN_DATA_DOUBLE : CUDNN_DATA_FLOAT;
  REQUIRE(cudnnSetTensor4dDescriptorEx(descriptor, type, n, c, h, w, s[0], s[1], s[2], s[3]) ==
          CUDNN_STATUS_SUCCESS);
}

// The descriptors of Case.
template <typename T>
struct Cudnn {
  cudnnHandle_t handle = nullptr;
  cudnnTensorDescriptor_t x = nullptr, y = nullptr;
  cudnnFilterDescriptor_t w = nullptr;
  cudnnConvolutionDescriptor_t convolution = nullptr;

  explicit Cudnn(const Case& c) {
    const cudnnDataType_t type = sizeof(T) == 8 ? CUDNN_DATA_DOUBLE : CUDNN_DATA_FLOAT;
    REQUIRE(cudnnCreate(&handle) == CUDNN_STATUS_SUCCESS);
    cudnnCreateTensorDescriptor(&x);
    cudnnCreateTensorDescriptor(&y);
    cudnnCreateFilterDescriptor(&w);
    cudnnCreateConvolutionDescriptor(&convolution);
    set<T>(x, c.x);
    set<T>(y, c.y);
    REQUIRE(cudnnSetFilter4dDescriptor(w, type, CUDNN_TENSOR_NCHW, 4, 3, 3, 2) ==
            CUDNN_STATUS_SUCCESS);
    REQUIRE(cudnnSetConvolution2dDescriptor(convolution, 1, 2, 2, 1, 1, 2, CUDNN_CROSS_CORRELATION,
                                            type) == CUDNN_STATUS_SUCCESS);
  }
  ~Cudnn() {
    cudnnDestroyConvolutionDescriptor(convolution);
    cudnnDestroyFilterDescriptor(w);
    cudnnDestroyTensorDescriptor(y);
    cudnnDestroyTensorDescriptor(x);
    cudnnDestroy(handle);
  }
  Cudnn(const Cudnn&) = delete;
  Cudnn& operator=(const Cudnn&) = delete;
};

// alpha result + beta before, at the positions of `layout`; gaps do not change.
template <typename T>
std::vector<T> blend(const Strided& layout, const std::vector<T>& result, std::vector<T> before,
                     T alpha, T beta) {
  for (int a = 0; a < layout.size[0]; ++a)
    for (int b = 0; b < layout.size[1]; ++b)
      for (int c = 0; c < layout.size[2]; ++c)
        for (int d = 0; d < layout.size[3]; ++d) {
          T& element = before[layout.at(a, b, c, d)];
          element = alpha * result[layout.at(a, b, c, d)] + (beta == 0 ? 0 : beta * element);
        }
  return before;
}

// Runs `call(result on the device, workspace, alpha, beta)` and compares with the blended result.
template <typename T, typename Call>
void check_result(const Strided& layout, const std::vector<T>& result, Call call) {
  const OnDevice<char> workspace(1024);
  for (const T beta : {T{0}, T{3}}) {
    const T alpha = 2;
    const std::vector<T> before = small_numbers<T>(layout.extent(), 9);
    const OnDevice<T> device(before);
    CHECK(call(device.get(), workspace.get(), &alpha, &beta) == CUDNN_STATUS_SUCCESS);
    CHECK(device.values() == blend(layout, result, before, alpha, beta));
  }
}

}  // namespace

TEST_SUITE("libraries") {
  TEST_CASE("gemm for all transposes, with gaps between columns") {
    cublasHandle_t handle = nullptr;
    REQUIRE(cublasCreate(&handle) == CUBLAS_STATUS_SUCCESS);
    CHECK(cublasSetMathMode(handle, CUBLAS_PEDANTIC_MATH) == CUBLAS_STATUS_SUCCESS);
    for (const bool ta : {false, true}) {
      for (const bool tb : {false, true}) {
        CAPTURE(ta);
        CAPTURE(tb);
        check_gemm<float>(handle, ta, tb, 1, 0);
        check_gemm<float>(handle, ta, tb, 2, 3);
        check_gemm<double>(handle, ta, tb, 1, 0);
        check_gemm<double>(handle, ta, tb, -1, 2);
      }
    }
    CHECK(cublasDestroy(handle) == CUBLAS_STATUS_SUCCESS);
  }

  TEST_CASE("gemm in batches, and what it refuses") {
    cublasHandle_t handle = nullptr;
    REQUIRE(cublasCreate(&handle) == CUBLAS_STATUS_SUCCESS);
    const OnDevice<float> a(std::vector<float>{1, 2, 3, 4}), b(std::vector<float>{5, 6}), c(4);
    const float one = 1, zero = 0;
    const auto batched = [&](int m, int lda, long long stride_a) {
      return cublasSgemmStridedBatched(handle, CUBLAS_OP_N, CUBLAS_OP_N, m, 1, 1, &one, a.get(),
                                       lda, stride_a, b.get(), 1, 1, &zero, c.get(), 2, 2, 2);
    };
    CHECK(batched(2, 2, 2) == CUBLAS_STATUS_SUCCESS);
    CHECK(c.values() == std::vector<float>{5, 10, 18, 24});
    CHECK(batched(2, 1, 2) == CUBLAS_STATUS_INVALID_VALUE);
    CHECK(batched(-1, 2, 2) == CUBLAS_STATUS_INVALID_VALUE);
    CHECK(batched(2, 2, 3) == CUBLAS_STATUS_SUCCESS);  // beyond the end of a
    CHECK(cudaDeviceSynchronize() == cudaErrorIllegalAddress);
    CHECK(cudaGetLastError() == cudaErrorIllegalAddress);
    CHECK(cublasDestroy(handle) == CUBLAS_STATUS_SUCCESS);
  }

  TEST_CASE_TEMPLATE("convolution and both gradients of strided tensors", T, float, double) {
    const Case c;
    const Cudnn<T> cudnn(c);
    const std::vector<T> x = small_numbers<T>(c.x.extent(), 1);
    const std::vector<T> w = small_numbers<T>(c.w.extent(), 2);
    const std::vector<T> y = small_numbers<T>(c.y.extent(), 3);
    std::vector<T> conv(y.size()), dx(x.size()), dw(w.size());
    for_each_triple(c, [&](std::size_t xi, std::size_t wi, std::size_t yi) {
      conv[yi] += x[xi] * w[wi];
      dx[xi] += y[yi] * w[wi];
      dw[wi] += y[yi] * x[xi];
    });
    const OnDevice<T> device_x(x), device_w(w), device_y(y);
    check_result<T>(c.y, conv, [&](T* to, void* workspace, const T* alpha, const T* beta) {
      return cudnnConvolutionForward(
          cudnn.handle, alpha, cudnn.x, device_x.get(), cudnn.w, device_w.get(), cudnn.convolution,
          CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM, workspace, 1024, beta, cudnn.y, to);
    });
    check_result<T>(c.x, dx, [&](T* to, void* workspace, const T* alpha, const T* beta) {
      return cudnnConvolutionBackwardData(
          cudnn.handle, alpha, cudnn.w, device_w.get(), cudnn.y, device_y.get(), cudnn.convolution,
          CUDNN_CONVOLUTION_BWD_DATA_ALGO_1, workspace, 1024, beta, cudnn.x, to);
    });
    check_result<T>(c.w, dw, [&](T* to, void* workspace, const T* alpha, const T* beta) {
      return cudnnConvolutionBackwardFilter(
          cudnn.handle, alpha, cudnn.x, device_x.get(), cudnn.y, device_y.get(), cudnn.convolution,
          CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1, workspace, 1024, beta, cudnn.w, to);
    });
  }

  TEST_CASE("cuDNN lists algorithms, measures over the result, and refuses what does not fit") {
    const Case c;
    const Cudnn<float> cudnn(c);
    std::array<cudnnConvolutionBwdDataAlgoPerf_t, 8> found{};
    int count = 0;
    REQUIRE(cudnnGetConvolutionBackwardDataAlgorithm_v7(cudnn.handle, cudnn.w, cudnn.y,
                                                        cudnn.convolution, cudnn.x, 8, &count,
                                                        found.data()) == CUDNN_STATUS_SUCCESS);
    CHECK(count == 5);
    CHECK(found[0].determinism == CUDNN_NON_DETERMINISTIC);
    CHECK(found[1].determinism == CUDNN_DETERMINISTIC);
    CHECK(found[1].status == CUDNN_STATUS_SUCCESS);
    CHECK(found[1].mathType == CUDNN_TENSOR_OP_MATH);
    CHECK(found[1].memory == 2048);
    CHECK(found[4].status == CUDNN_STATUS_NOT_SUPPORTED);

    std::size_t bytes = 0;
    CHECK(cudnnGetConvolutionBackwardDataWorkspaceSize(cudnn.handle, cudnn.w, cudnn.y,
                                                       cudnn.convolution, cudnn.x, found[1].algo,
                                                       &bytes) == CUDNN_STATUS_SUCCESS);
    CHECK(bytes == 1024);
    CHECK(cudnnGetConvolutionBackwardDataWorkspaceSize(cudnn.handle, cudnn.w, cudnn.y,
                                                       cudnn.convolution, cudnn.x, found[4].algo,
                                                       &bytes) == CUDNN_STATUS_NOT_SUPPORTED);

    const OnDevice<float> x(std::vector<float>(c.x.extent(), 1)), w(c.w.extent()), y(c.y.extent());
    CHECK(cudnnFindConvolutionBackwardDataAlgorithmEx(
              cudnn.handle, cudnn.w, w.get(), cudnn.y, y.get(), cudnn.convolution, cudnn.x, x.get(),
              2, &count, found.data(), nullptr, 0) == CUDNN_STATUS_SUCCESS);
    CHECK(count == 2);
    CHECK(found[0].time > 0);
    CHECK(std::isnan(x.values()[0]));

    const float one = 1, zero = 0;
    const auto forward = [&](std::size_t workspace_bytes, cudnnTensorDescriptor_t to) {
      const OnDevice<char> workspace(1024);
      return cudnnConvolutionForward(cudnn.handle, &one, cudnn.x, x.get(), cudnn.w, w.get(),
                                     cudnn.convolution, CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM,
                                     workspace.get(), workspace_bytes, &zero, to, y.get());
    };
    CHECK(forward(1024, cudnn.y) == CUDNN_STATUS_SUCCESS);
    CHECK(forward(1023, cudnn.y) == CUDNN_STATUS_BAD_PARAM);
    CHECK(forward(1024, cudnn.x) == CUDNN_STATUS_BAD_PARAM);
    char message[80] = "";
    cudnnGetLastErrorString(message, sizeof(message));
    CHECK(std::string(message) == "y has another size");
  }
}
