#include "odin/tensor/backend/cuda/cudnn_conv.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <vector>

#include "odin/tensor/backend/cuda/context.h"
#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/backend/cuda/layout.h"
#include "odin/tensor/storage.h"

namespace odin::tensor::cuda {
namespace {

/// Owns a cuDNN object: calls Create and Destroy.
template <class Handle, cudnnStatus_t (*Create)(Handle*), cudnnStatus_t (*Destroy)(Handle)>
class Owned {
 public:
  Owned() { check(Create(&handle_), "conv2d: making a descriptor"); }
  ~Owned() { Destroy(handle_); }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  Handle get() const { return handle_; }

 private:
  Handle handle_;
};
using TensorDescriptor =
    Owned<cudnnTensorDescriptor_t, cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor>;
using FilterDescriptor =
    Owned<cudnnFilterDescriptor_t, cudnnCreateFilterDescriptor, cudnnDestroyFilterDescriptor>;
using ConvolutionDescriptor = Owned<cudnnConvolutionDescriptor_t, cudnnCreateConvolutionDescriptor,
                                    cudnnDestroyConvolutionDescriptor>;

cudnnDataType_t type_of(const Tensor& t) {
  return t.dtype() == DType::f64 ? CUDNN_DATA_DOUBLE : CUDNN_DATA_FLOAT;
}

int narrow(std::int64_t n) {
  require(n <= INT32_MAX, "cuda: conv2d: a size of ", n, " is more than cuDNN takes");
  return static_cast<int>(n);
}

void describe(const TensorDescriptor& d, const Tensor& t) {
  const Shape& n = t.shape();
  // With one image, or empty ones, the tensor's stride between images may be any number.
  const std::int64_t images = std::max(t.strides()[0], n[1] * n[2] * n[3]);
  check(cudnnSetTensor4dDescriptorEx(d.get(), type_of(t), narrow(n[0]), narrow(n[1]), narrow(n[2]),
                                     narrow(n[3]), narrow(images), narrow(n[2] * n[3]),
                                     narrow(n[3]), 1),
        "conv2d: describing a tensor");
}

/// Workspace memory for an algorithm, as a tensor.
Tensor workspace_of(std::size_t bytes) {
  return Tensor::empty({static_cast<std::int64_t>((bytes + 7) / 8)}, DType::f64, Device::cuda);
}

// Algorithms that use Fourier transforms are too imprecise in float32 for ODIN's gradients.
bool is_coarse(cudnnConvolutionFwdAlgo_t a) {
  return a == CUDNN_CONVOLUTION_FWD_ALGO_FFT || a == CUDNN_CONVOLUTION_FWD_ALGO_FFT_TILING;
}
bool is_coarse(cudnnConvolutionBwdDataAlgo_t a) {
  return a == CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT ||
         a == CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT_TILING;
}
bool is_coarse(cudnnConvolutionBwdFilterAlgo_t a) {
  return a == CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT ||
         a == CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT_TILING;
}

/// Whether an algorithm does not support this convolution, so that another must be tried.
bool refuses(cudnnStatus_t status) {
  return CUDNN_STATUS_CATEGORY(status) == CUDNN_STATUS_NOT_SUPPORTED ||
         status == CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER;
}

/// Whether the call may have failed for lack of memory: the libraries load kernels on first use,
/// while our pool of free blocks may hold all of the memory.
bool wants_memory(cudnnStatus_t status) {
  const int category = CUDNN_STATUS_CATEGORY(status);
  return category == CUDNN_STATUS_INTERNAL_ERROR || category == CUDNN_STATUS_EXECUTION_FAILED;
}

/// The descriptors of one convolution or gradient, and the algorithms that can compute it.
template <class Algorithm>
struct Plan {
  struct Candidate {
    Algorithm algorithm{};
    cudnnMathType_t math{};
    std::size_t workspace = 0;
  };

  TensorDescriptor x, y;
  FilterDescriptor w;
  ConvolutionDescriptor convolution;
  std::vector<Candidate> candidates;  ///< best first; never empty after choose()

  Plan(const Conv2dParams& p, const Tensor& xs, const Tensor& ws, const Tensor& ys) {
    describe(x, xs);
    describe(y, ys);
    const Shape& n = ws.shape();
    check(cudnnSetFilter4dDescriptor(w.get(), type_of(ws), CUDNN_TENSOR_NCHW, narrow(n[0]),
                                     narrow(n[1]), narrow(n[2]), narrow(n[3])),
          "conv2d: describing the weight");
    check(cudnnSetConvolution2dDescriptor(
              convolution.get(), narrow(p.padding.top), narrow(p.padding.left), narrow(p.stride.h),
              narrow(p.stride.w), narrow(p.dilation.h), narrow(p.dilation.w),
              CUDNN_CROSS_CORRELATION, type_of(xs)),
          "conv2d: describing the convolution");
    check(cudnnSetConvolutionGroupCount(convolution.get(), narrow(p.groups)),
          "conv2d: setting the groups");
    set_math(tf32_allowed() ? CUDNN_DEFAULT_MATH : CUDNN_FMA_MATH);
  }

  void set_math(cudnnMathType_t math) {
    check(cudnnSetConvolutionMathType(convolution.get(), math), "conv2d: choosing the arithmetic");
  }

  /// Sets `candidates` to the usable algorithms listed by query(count, &found, results). Each is
  /// listed with a math type. That is used if TF32 is allowed; otherwise float32 arithmetic is, for
  /// which the listed workspace size may be wrong, so it is queried with workspace_size(algorithm,
  /// &bytes).
  template <class Result, class Query, class WorkspaceSize>
  void choose(Query&& query, WorkspaceSize&& workspace_size) {
    std::vector<Result> results(16);
    int found = 0;
    check(query(static_cast<int>(results.size()), &found, results.data()),
          "conv2d: looking for an algorithm");
    results.resize(static_cast<std::size_t>(found));
    constexpr std::size_t kMost = std::size_t{1} << 30;
    for (const Result& r : results) {
      if (r.status != CUDNN_STATUS_SUCCESS || r.determinism != CUDNN_DETERMINISTIC ||
          is_coarse(r.algo))
        continue;
      Candidate candidate{r.algo, tf32_allowed() ? r.mathType : CUDNN_FMA_MATH};
      set_math(candidate.math);
      if (workspace_size(r.algo, &candidate.workspace) == CUDNN_STATUS_SUCCESS &&
          candidate.workspace <= kMost)
        candidates.push_back(candidate);
    }
    cudaGetLastError();  // clears the errors of rejected candidates
    require(!candidates.empty(), "cuda: conv2d: cuDNN has no deterministic algorithm for this");
    set_math(candidates.front().math);
  }

  /// Calls work(algorithm, workspace, bytes) for the best candidate. cuDNN's list does not consider
  /// alignment or whether the result is added to the output, so a candidate may still be
  /// unsupported: then it is removed and the next one is tried.
  template <class Work>
  void run(const char* op, Work&& work) {
    while (true) {
      const Candidate& best = candidates.front();
      Tensor workspace = workspace_of(best.workspace);
      const auto attempt = [&] {
        return work(best.algorithm, workspace.backend_raw(), best.workspace);
      };
      cudnnStatus_t status = attempt();
      if (wants_memory(status)) {
        cudaGetLastError();  // clears the error, which is handled here
        release_cached_memory();
        status = attempt();
      }
      if (!refuses(status) || candidates.size() == 1) return check(status, op);
      cudaGetLastError();
      candidates.erase(candidates.begin());
      set_math(candidates.front().math);
    }
  }
};

/// Whether all are aligned to 16 bytes, as vector loads need; a range of channels may not be.
bool are_aligned(std::initializer_list<const Tensor*> tensors) {
  return std::all_of(tensors.begin(), tensors.end(), [](const Tensor* t) {
    return reinterpret_cast<std::uintptr_t>(t->raw()) % 16 == 0;
  });
}

/// A cache of plans. The key holds everything that a plan depends on, including what decides
/// whether a candidate is supported: so a call's algorithm, and with it the last bits of its
/// result, never depends on other calls.
template <class Algorithm>
class Plans {
 public:
  using Key = std::array<std::int64_t, 24>;

  /// The cached plan, or a new one, for which choose(plan) is called. `adds`: the result is added
  /// to the output's old values.
  template <class Choose>
  Plan<Algorithm>& get(const Conv2dParams& p, const Tensor& x, const Tensor& w, const Tensor& y,
                       bool adds, Choose&& choose) {
    auto& plan = plans_[key(p, x, w, y, adds)];
    if (!plan) {
      auto made = std::make_unique<Plan<Algorithm>>(p, x, w, y);
      choose(*made);
      plan = std::move(made);
    }
    return *plan;
  }

 private:
  static Key key(const Conv2dParams& p, const Tensor& x, const Tensor& w, const Tensor& y,
                 bool adds) {
    Key key{p.stride.h,
            p.stride.w,
            p.padding.top,
            p.padding.left,
            p.dilation.h,
            p.dilation.w,
            p.groups,
            x.strides()[0],
            y.strides()[0],
            adds,
            x.dtype() == DType::f64,
            tf32_allowed(),
            are_aligned({&x, &w, &y})};
    auto at = key.begin() + 13;
    at = std::copy(x.shape().begin(), x.shape().end(), at);
    at = std::copy(w.shape().begin(), w.shape().end(), at);
    std::copy(y.shape().begin() + 1, y.shape().end(), at);
    return key;
  }

  std::map<Key, std::unique_ptr<Plan<Algorithm>>> plans_;
};

/// A scaling factor in the type that cuDNN expects: double for float64, else float.
struct ScalingFactor {
  float single;
  double wide;
  explicit ScalingFactor(double value) : single(static_cast<float>(value)), wide(value) {}
  const void* for_type_of(const Tensor& t) const {
    return t.dtype() == DType::f64 ? static_cast<const void*>(&wide) : &single;
  }
};

void require_here(const char* op, std::initializer_list<const Tensor*> tensors) {
  for (const Tensor* t : tensors)
    require(t->device() == Device::cuda, op, ": a tensor is on ", name_of(t->device()),
            ", another on cuda");
}

}  // namespace

void convolve(const Conv2dParams& p, const Tensor& x, const Tensor& w, Tensor& y, bool add) {
  require_here("conv2d", {&x, &w, &y});
  Context& context = Context::get();
  const auto lock = context.lock();
  static auto& plans = *new Plans<cudnnConvolutionFwdAlgo_t>;  // as in Context
  auto& plan = plans.get(p, x, w, y, add, [&](auto& made) {
    made.template choose<cudnnConvolutionFwdAlgoPerf_t>(
        [&](auto... results) {
          return cudnnGetConvolutionForwardAlgorithm_v7(context.dnn(), made.x.get(), made.w.get(),
                                                        made.convolution.get(), made.y.get(),
                                                        results...);
        },
        [&](auto... size) {
          return cudnnGetConvolutionForwardWorkspaceSize(context.dnn(), made.x.get(), made.w.get(),
                                                         made.convolution.get(), made.y.get(),
                                                         size...);
        });
  });
  const ScalingFactor one(1), old(add ? 1 : 0);
  plan.run("conv2d", [&](auto... how) {
    return cudnnConvolutionForward(context.dnn(), one.for_type_of(x), plan.x.get(), x.raw(),
                                   plan.w.get(), w.raw(), plan.convolution.get(), how...,
                                   old.for_type_of(x), plan.y.get(), y.backend_raw());
  });
}

void convolve_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w, Tensor& dx,
                         bool add) {
  require_here("conv2d_input_grad", {&dy, &w, &dx});
  Context& context = Context::get();
  const auto lock = context.lock();
  static auto& plans = *new Plans<cudnnConvolutionBwdDataAlgo_t>;  // as in Context
  auto& plan = plans.get(p, dx, w, dy, add, [&](auto& made) {
    made.template choose<cudnnConvolutionBwdDataAlgoPerf_t>(
        [&](auto... results) {
          return cudnnGetConvolutionBackwardDataAlgorithm_v7(context.dnn(), made.w.get(),
                                                             made.y.get(), made.convolution.get(),
                                                             made.x.get(), results...);
        },
        [&](auto... size) {
          return cudnnGetConvolutionBackwardDataWorkspaceSize(context.dnn(), made.w.get(),
                                                              made.y.get(), made.convolution.get(),
                                                              made.x.get(), size...);
        });
  });
  const ScalingFactor one(1), old(add ? 1 : 0);
  plan.run("conv2d_input_grad", [&](auto... how) {
    return cudnnConvolutionBackwardData(context.dnn(), one.for_type_of(dy), plan.w.get(), w.raw(),
                                        plan.y.get(), dy.raw(), plan.convolution.get(), how...,
                                        old.for_type_of(dy), plan.x.get(), dx.backend_raw());
  });
}

void convolve_weight_grad(const Conv2dParams& p, const Tensor& x, const Tensor& dy, Tensor& dw) {
  require_here("conv2d_weight_grad", {&x, &dy, &dw});
  Context& context = Context::get();
  const auto lock = context.lock();
  static auto& plans = *new Plans<cudnnConvolutionBwdFilterAlgo_t>;  // as in Context
  auto& plan = plans.get(p, x, dw, dy, false, [&](auto& made) {
    made.template choose<cudnnConvolutionBwdFilterAlgoPerf_t>(
        [&](auto... results) {
          return cudnnGetConvolutionBackwardFilterAlgorithm_v7(context.dnn(), made.x.get(),
                                                               made.y.get(), made.convolution.get(),
                                                               made.w.get(), results...);
        },
        [&](auto... size) {
          return cudnnGetConvolutionBackwardFilterWorkspaceSize(
              context.dnn(), made.x.get(), made.y.get(), made.convolution.get(), made.w.get(),
              size...);
        });
  });
  const ScalingFactor one(1), none(0);
  plan.run("conv2d_weight_grad", [&](auto... how) {
    return cudnnConvolutionBackwardFilter(context.dnn(), one.for_type_of(x), plan.x.get(), x.raw(),
                                          plan.y.get(), dy.raw(), plan.convolution.get(), how...,
                                          none.for_type_of(x), plan.w.get(), dw.backend_raw());
  });
}

}  // namespace odin::tensor::cuda
