#include "include/cudnn.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "arena.h"
#include "descriptors.h"
#include "queue.h"

using namespace cuda_on_cpu;

namespace {

// The workspace of an algorithm depends on the math type.
constexpr std::size_t kWorkspace = 1024, kWorkspaceOfTensorOps = 2048;

std::size_t workspace_with(cudnnMathType_t math) {
  return math == CUDNN_TENSOR_OP_MATH ? kWorkspaceOfTensorOps : kWorkspace;
}

template <typename Algorithm>
struct Candidate {
  Algorithm algorithm;
  bool supported;
  cudnnDeterminism_t determinism;
  bool adds = true;     // if false, fails when run (not earlier) with beta != 0 or with operands
                        // that are not aligned to 16 bytes
  double rounding = 0;  // relative rounding of float results: each algorithm gives different bits
};

constexpr double kWinogradRounding = 0x1p-22, kFourierRounding = 0x1p-8;

// Fastest first, as cuDNN lists them. Non-deterministic algorithms come first, so that a caller who
// does not check determinism takes one of them; then one that rounds too coarsely for any test.
constexpr Candidate<cudnnConvolutionFwdAlgo_t> kForward[] = {
    {CUDNN_CONVOLUTION_FWD_ALGO_FFT, true, CUDNN_DETERMINISTIC, true, kFourierRounding},
    {CUDNN_CONVOLUTION_FWD_ALGO_WINOGRAD_NONFUSED, true, CUDNN_DETERMINISTIC, false,
     kWinogradRounding},
    {CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM, true, CUDNN_DETERMINISTIC},
    {CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM, true, CUDNN_DETERMINISTIC},
    {CUDNN_CONVOLUTION_FWD_ALGO_GEMM, true, CUDNN_DETERMINISTIC},
    {CUDNN_CONVOLUTION_FWD_ALGO_DIRECT, false, CUDNN_DETERMINISTIC},
};
constexpr Candidate<cudnnConvolutionBwdDataAlgo_t> kBackwardData[] = {
    {CUDNN_CONVOLUTION_BWD_DATA_ALGO_0, true, CUDNN_NON_DETERMINISTIC},
    {CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT_TILING, true, CUDNN_DETERMINISTIC, true, kFourierRounding},
    {CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD_NONFUSED, true, CUDNN_DETERMINISTIC, false,
     kWinogradRounding},
    {CUDNN_CONVOLUTION_BWD_DATA_ALGO_1, true, CUDNN_DETERMINISTIC},
    {CUDNN_CONVOLUTION_BWD_DATA_ALGO_WINOGRAD, false, CUDNN_DETERMINISTIC},
};
constexpr Candidate<cudnnConvolutionBwdFilterAlgo_t> kBackwardFilter[] = {
    {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_0, true, CUDNN_NON_DETERMINISTIC},
    {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_3, true, CUDNN_NON_DETERMINISTIC},
    {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT, true, CUDNN_DETERMINISTIC, true, kFourierRounding},
    {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1, true, CUDNN_DETERMINISTIC},
    {CUDNN_CONVOLUTION_BWD_FILTER_ALGO_WINOGRAD, false, CUDNN_DETERMINISTIC},
};

// The descriptors of a convolution: forward, or one of its gradients.
struct Problem {
  cudnnHandle_t handle;
  cudnnTensorDescriptor_t x;
  cudnnFilterDescriptor_t w;
  cudnnConvolutionDescriptor_t convolution;
  cudnnTensorDescriptor_t y;

  cudnnStatus_t check() const;
};

cudnnStatus_t Problem::check() const {
  if (handle == nullptr || x == nullptr || w == nullptr || convolution == nullptr || y == nullptr) {
    return reject(CUDNN_STATUS_BAD_PARAM, "a null handle or descriptor");
  }
  const cudnnDataType_t type = x->layout.type;
  if (w->layout.type != type || y->layout.type != type || convolution->compute_type != type) {
    return reject(CUDNN_STATUS_NOT_SUPPORTED, "x, w, y and the computation of different types");
  }
  const auto& in = x->layout.size;
  const auto& filter = w->layout.size;
  const Geometry& g = convolution->geometry;
  const std::array<std::int64_t, 4> out{in[0], filter[0], g.out_size(0, in[2], filter[2]),
                                        g.out_size(1, in[3], filter[3])};
  if (in[1] != filter[1] * g.groups || filter[0] % g.groups != 0)
    return reject(CUDNN_STATUS_BAD_PARAM, "x and w differ in channels");
  if (y->layout.size != out) return reject(CUDNN_STATUS_BAD_PARAM, "y has another size");
  return CUDNN_STATUS_SUCCESS;
}

// The list's entry for an algorithm; an algorithm that is not in the list is not supported.
template <typename Algorithm, std::size_t kCount>
Candidate<Algorithm> find(const Candidate<Algorithm> (&candidates)[kCount], Algorithm algorithm) {
  for (const auto& candidate : candidates)
    if (candidate.algorithm == algorithm) return candidate;
  return {algorithm, false, CUDNN_DETERMINISTIC};
}

template <typename Algorithm, std::size_t kCount>
cudnnStatus_t list(const Problem& problem, const Candidate<Algorithm> (&candidates)[kCount],
                   bool measured, int requested, int* returned,
                   AlgorithmPerformance<Algorithm>* results) {
  const cudnnStatus_t status = problem.check();
  if (status != CUDNN_STATUS_SUCCESS) return status;
  if (requested <= 0 || returned == nullptr || results == nullptr) {
    return reject(CUDNN_STATUS_BAD_PARAM, "no room for results");
  }
  // If tensor operations are allowed, the list uses them, whatever the descriptor says.
  const cudnnMathType_t own = problem.convolution->math;
  const cudnnMathType_t math = own == CUDNN_DEFAULT_MATH ? CUDNN_TENSOR_OP_MATH : own;
  *returned = std::min(requested, static_cast<int>(kCount));
  for (int i = 0; i < *returned; ++i) {
    const Candidate<Algorithm>& candidate = candidates[i];
    results[i] = {candidate.algorithm,
                  candidate.supported ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_NOT_SUPPORTED,
                  measured && candidate.supported ? static_cast<float>(i + 1) : -1.0f,
                  candidate.supported ? workspace_with(math) : 0,
                  candidate.determinism,
                  math,
                  {}};
  }
  return CUDNN_STATUS_SUCCESS;
}

template <typename Algorithm, std::size_t kCount>
cudnnStatus_t workspace_size(const Problem& problem,
                             const Candidate<Algorithm> (&candidates)[kCount], Algorithm algorithm,
                             std::size_t* bytes) {
  const cudnnStatus_t status = problem.check();
  if (status != CUDNN_STATUS_SUCCESS) return status;
  if (!find(candidates, algorithm).supported) {
    return reject(CUDNN_STATUS_NOT_SUPPORTED, "this algorithm does not support this convolution");
  }
  *bytes = workspace_with(problem.convolution->math);
  return CUDNN_STATUS_SUCCESS;
}

// The operands and the result of one call.
struct Work {
  Layout first, second, result;
  const void* first_data;
  const void* second_data;
  void* result_data;
  void* workspace;
  std::size_t workspace_bytes;
  double alpha, beta;

  // compute(first, second, result) adds to the result.
  template <typename Algorithm, typename Compute>
  cudnnStatus_t submit(const Problem& problem, const Candidate<Algorithm>& algorithm,
                       Compute compute) const;
  bool on_device() const;
  bool aligned() const;
};

bool Work::on_device() const {
  const Arena& arena = Arena::instance();
  return arena.holds(first_data, first.bytes()) && arena.holds(second_data, second.bytes()) &&
         arena.holds(result_data, result.bytes()) && arena.holds(workspace, workspace_bytes);
}

bool Work::aligned() const {
  const void* const operands[] = {first_data, second_data, result_data};
  return std::all_of(std::begin(operands), std::end(operands), [](const void* data) {
    return reinterpret_cast<std::uintptr_t>(data) % 16 == 0;
  });
}

template <typename Algorithm, typename Compute>
cudnnStatus_t Work::submit(const Problem& problem, const Candidate<Algorithm>& algorithm,
                           Compute compute) const {
  const cudnnStatus_t status = problem.check();
  if (status != CUDNN_STATUS_SUCCESS) return status;
  if (!algorithm.supported) {
    return reject(CUDNN_STATUS_NOT_SUPPORTED, "this algorithm does not support this convolution");
  }
  if (beta != 0 && !algorithm.adds) {
    return reject(CUDNN_STATUS_NOT_SUPPORTED_LAYOUT, "this algorithm does not add to the result");
  }
  if (!algorithm.adds && !aligned()) {
    return reject(CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER, "an operand is not aligned");
  }
  if (first_data == nullptr || second_data == nullptr || result_data == nullptr) {
    return reject(CUDNN_STATUS_BAD_PARAM, "a null pointer");
  }
  if (workspace == nullptr || workspace_bytes < workspace_with(problem.convolution->math)) {
    return reject(CUDNN_STATUS_BAD_PARAM, "a workspace smaller than asked for");
  }
  const double factor = result.type == CUDNN_DATA_FLOAT ? 1 + algorithm.rounding : 1;
  const auto run = [work = *this, g = problem.convolution->geometry, compute, factor] {
    if (!work.on_device()) {
      fail(cudaErrorIllegalAddress, "cuDNN: an operand does not lie in one block of device memory");
      return;
    }
    std::memset(work.workspace, 0xff, work.workspace_bytes);
    Dense sum(work.result.size);
    compute(g, load(work.first, work.first_data), load(work.second, work.second_data), sum);
    for (double& value : sum.values) value *= factor;
    store(sum, work.alpha, work.beta, work.result, work.result_data);
  };
  return report(cuda_on_cpu::submit(run)) == cudaSuccess
             ? CUDNN_STATUS_SUCCESS
             : reject(CUDNN_STATUS_EXECUTION_FAILED, failure_message());
}

// Overwrites the result, because a measurement leaves it undefined.
cudnnStatus_t spoil(const Layout& layout, void* data) {
  return report(submit([=] {
           if (!Arena::instance().holds(data, layout.bytes())) {
             fail(cudaErrorIllegalAddress, "cuDNN: the result is not in device memory");
             return;
           }
           Dense garbage(layout.size);
           std::fill(garbage.values.begin(), garbage.values.end(), std::nan(""));
           store(garbage, 1, 0, layout, data);
         })) == cudaSuccess
             ? CUDNN_STATUS_SUCCESS
             : reject(CUDNN_STATUS_EXECUTION_FAILED, failure_message());
}

// Reads alpha or beta, which is double for convolutions of double, otherwise float.
double scalar(const void* value, const cudnnTensorDescriptor_t tensor) {
  if (value == nullptr || tensor == nullptr) return 0;
  return tensor->layout.type == CUDNN_DATA_DOUBLE
             ? *static_cast<const double*>(value)
             : static_cast<double>(*static_cast<const float*>(value));
}

Layout layout_of(const auto* descriptor) {
  return descriptor != nullptr ? descriptor->layout : Layout{};
}

cudnnStatus_t max_count(std::size_t candidates, int* count) {
  *count = static_cast<int>(candidates);
  return CUDNN_STATUS_SUCCESS;
}

}  // namespace

extern "C" {

cudnnStatus_t cudnnGetConvolutionForwardAlgorithmMaxCount(cudnnHandle_t, int* count) {
  return max_count(std::size(kForward), count);
}

cudnnStatus_t cudnnGetConvolutionForwardAlgorithm_v7(
    cudnnHandle_t handle, cudnnTensorDescriptor_t xDesc, cudnnFilterDescriptor_t wDesc,
    cudnnConvolutionDescriptor_t convDesc, cudnnTensorDescriptor_t yDesc, int requestedAlgoCount,
    int* returnedAlgoCount, cudnnConvolutionFwdAlgoPerf_t* perfResults) {
  return list({handle, xDesc, wDesc, convDesc, yDesc}, kForward, false, requestedAlgoCount,
              returnedAlgoCount, perfResults);
}

cudnnStatus_t cudnnFindConvolutionForwardAlgorithmEx(
    cudnnHandle_t handle, cudnnTensorDescriptor_t xDesc, const void*, cudnnFilterDescriptor_t wDesc,
    const void*, cudnnConvolutionDescriptor_t convDesc, cudnnTensorDescriptor_t yDesc, void* y,
    int requestedAlgoCount, int* returnedAlgoCount, cudnnConvolutionFwdAlgoPerf_t* perfResults,
    void*, std::size_t) {
  const cudnnStatus_t status = list({handle, xDesc, wDesc, convDesc, yDesc}, kForward, true,
                                    requestedAlgoCount, returnedAlgoCount, perfResults);
  return status == CUDNN_STATUS_SUCCESS ? spoil(yDesc->layout, y) : status;
}

cudnnStatus_t cudnnGetConvolutionForwardWorkspaceSize(
    cudnnHandle_t handle, cudnnTensorDescriptor_t xDesc, cudnnFilterDescriptor_t wDesc,
    cudnnConvolutionDescriptor_t convDesc, cudnnTensorDescriptor_t yDesc,
    cudnnConvolutionFwdAlgo_t algo, std::size_t* sizeInBytes) {
  return workspace_size({handle, xDesc, wDesc, convDesc, yDesc}, kForward, algo, sizeInBytes);
}

cudnnStatus_t cudnnConvolutionForward(cudnnHandle_t handle, const void* alpha,
                                      cudnnTensorDescriptor_t xDesc, const void* x,
                                      cudnnFilterDescriptor_t wDesc, const void* w,
                                      cudnnConvolutionDescriptor_t convDesc,
                                      cudnnConvolutionFwdAlgo_t algo, void* workSpace,
                                      std::size_t workSpaceSizeInBytes, const void* beta,
                                      cudnnTensorDescriptor_t yDesc, void* y) {
  const Work work{
      layout_of(xDesc),     layout_of(wDesc),     layout_of(yDesc),   x, w, y, workSpace,
      workSpaceSizeInBytes, scalar(alpha, xDesc), scalar(beta, xDesc)};
  return work.submit({handle, xDesc, wDesc, convDesc, yDesc}, find(kForward, algo), add_forward);
}

cudnnStatus_t cudnnGetConvolutionBackwardDataAlgorithmMaxCount(cudnnHandle_t, int* count) {
  return max_count(std::size(kBackwardData), count);
}

cudnnStatus_t cudnnGetConvolutionBackwardDataAlgorithm_v7(
    cudnnHandle_t handle, cudnnFilterDescriptor_t wDesc, cudnnTensorDescriptor_t dyDesc,
    cudnnConvolutionDescriptor_t convDesc, cudnnTensorDescriptor_t dxDesc, int requestedAlgoCount,
    int* returnedAlgoCount, cudnnConvolutionBwdDataAlgoPerf_t* perfResults) {
  return list({handle, dxDesc, wDesc, convDesc, dyDesc}, kBackwardData, false, requestedAlgoCount,
              returnedAlgoCount, perfResults);
}

cudnnStatus_t cudnnFindConvolutionBackwardDataAlgorithmEx(
    cudnnHandle_t handle, cudnnFilterDescriptor_t wDesc, const void*,
    cudnnTensorDescriptor_t dyDesc, const void*, cudnnConvolutionDescriptor_t convDesc,
    cudnnTensorDescriptor_t dxDesc, void* dx, int requestedAlgoCount, int* returnedAlgoCount,
    cudnnConvolutionBwdDataAlgoPerf_t* perfResults, void*, std::size_t) {
  const cudnnStatus_t status = list({handle, dxDesc, wDesc, convDesc, dyDesc}, kBackwardData, true,
                                    requestedAlgoCount, returnedAlgoCount, perfResults);
  return status == CUDNN_STATUS_SUCCESS ? spoil(dxDesc->layout, dx) : status;
}

cudnnStatus_t cudnnGetConvolutionBackwardDataWorkspaceSize(
    cudnnHandle_t handle, cudnnFilterDescriptor_t wDesc, cudnnTensorDescriptor_t dyDesc,
    cudnnConvolutionDescriptor_t convDesc, cudnnTensorDescriptor_t dxDesc,
    cudnnConvolutionBwdDataAlgo_t algo, std::size_t* sizeInBytes) {
  return workspace_size({handle, dxDesc, wDesc, convDesc, dyDesc}, kBackwardData, algo,
                        sizeInBytes);
}

cudnnStatus_t cudnnConvolutionBackwardData(cudnnHandle_t handle, const void* alpha,
                                           cudnnFilterDescriptor_t wDesc, const void* w,
                                           cudnnTensorDescriptor_t dyDesc, const void* dy,
                                           cudnnConvolutionDescriptor_t convDesc,
                                           cudnnConvolutionBwdDataAlgo_t algo, void* workSpace,
                                           std::size_t workSpaceSizeInBytes, const void* beta,
                                           cudnnTensorDescriptor_t dxDesc, void* dx) {
  const Work work{
      layout_of(dyDesc),    layout_of(wDesc),      layout_of(dxDesc),   dy, w, dx, workSpace,
      workSpaceSizeInBytes, scalar(alpha, dyDesc), scalar(beta, dyDesc)};
  return work.submit({handle, dxDesc, wDesc, convDesc, dyDesc}, find(kBackwardData, algo),
                     add_input_grad);
}

cudnnStatus_t cudnnGetConvolutionBackwardFilterAlgorithmMaxCount(cudnnHandle_t, int* count) {
  return max_count(std::size(kBackwardFilter), count);
}

cudnnStatus_t cudnnGetConvolutionBackwardFilterAlgorithm_v7(
    cudnnHandle_t handle, cudnnTensorDescriptor_t xDesc, cudnnTensorDescriptor_t dyDesc,
    cudnnConvolutionDescriptor_t convDesc, cudnnFilterDescriptor_t dwDesc, int requestedAlgoCount,
    int* returnedAlgoCount, cudnnConvolutionBwdFilterAlgoPerf_t* perfResults) {
  return list({handle, xDesc, dwDesc, convDesc, dyDesc}, kBackwardFilter, false, requestedAlgoCount,
              returnedAlgoCount, perfResults);
}

cudnnStatus_t cudnnFindConvolutionBackwardFilterAlgorithmEx(
    cudnnHandle_t handle, cudnnTensorDescriptor_t xDesc, const void*,
    cudnnTensorDescriptor_t dyDesc, const void*, cudnnConvolutionDescriptor_t convDesc,
    cudnnFilterDescriptor_t dwDesc, void* dw, int requestedAlgoCount, int* returnedAlgoCount,
    cudnnConvolutionBwdFilterAlgoPerf_t* perfResults, void*, std::size_t) {
  const cudnnStatus_t status = list({handle, xDesc, dwDesc, convDesc, dyDesc}, kBackwardFilter,
                                    true, requestedAlgoCount, returnedAlgoCount, perfResults);
  return status == CUDNN_STATUS_SUCCESS ? spoil(dwDesc->layout, dw) : status;
}

cudnnStatus_t cudnnGetConvolutionBackwardFilterWorkspaceSize(
    cudnnHandle_t handle, cudnnTensorDescriptor_t xDesc, cudnnTensorDescriptor_t dyDesc,
    cudnnConvolutionDescriptor_t convDesc, cudnnFilterDescriptor_t dwDesc,
    cudnnConvolutionBwdFilterAlgo_t algo, std::size_t* sizeInBytes) {
  return workspace_size({handle, xDesc, dwDesc, convDesc, dyDesc}, kBackwardFilter, algo,
                        sizeInBytes);
}

cudnnStatus_t cudnnConvolutionBackwardFilter(cudnnHandle_t handle, const void* alpha,
                                             cudnnTensorDescriptor_t xDesc, const void* x,
                                             cudnnTensorDescriptor_t dyDesc, const void* dy,
                                             cudnnConvolutionDescriptor_t convDesc,
                                             cudnnConvolutionBwdFilterAlgo_t algo, void* workSpace,
                                             std::size_t workSpaceSizeInBytes, const void* beta,
                                             cudnnFilterDescriptor_t dwDesc, void* dw) {
  const Work work{
      layout_of(xDesc),     layout_of(dyDesc),    layout_of(dwDesc),  x, dy, dw, workSpace,
      workSpaceSizeInBytes, scalar(alpha, xDesc), scalar(beta, xDesc)};
  return work.submit({handle, xDesc, dwDesc, convDesc, dyDesc}, find(kBackwardFilter, algo),
                     add_weight_grad);
}

}  // extern "C"
