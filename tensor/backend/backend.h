#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "odin/tensor/channel_map.h"
#include "odin/tensor/inherited.h"
#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// The interface between operations (odin/tensor/ops) and their implementations: a table of
/// functions, filled in by the files of a backend, one family of functions each. Operations call
/// them through dispatch(). Arguments are checked and outputs allocated before the call. Inputs may
/// have any strides; outputs are contiguous unless stated otherwise. No output overlaps an input,
/// except that elementwise functions may be given the same tensor as both. All functions are
/// thread-safe.
///
/// N images, C input channels, H rows, W columns, O output channels.
struct Backend {
  std::string_view name;

  // Elementwise. Inputs have the output's shape (broadcast ones have strides of 0); y may have any
  // strides.
  void (*fill)(Tensor& y, double value);
  void (*copy)(const Tensor& x, Tensor& y);  ///< converts between dtypes
  void (*unary)(UnaryOp op, const Tensor& x, Tensor& y);
  void (*binary)(BinaryOp op, const Tensor& a, const Tensor& b, Tensor& y);
  /// y = a where condition is not 0, else b
  void (*select)(const Tensor& condition, const Tensor& a, const Tensor& b, Tensor& y);
  /// y = factor * x + summand
  void (*affine)(const Tensor& x, double factor, double summand, Tensor& y);

  // Reductions.
  /// Reduces the last `dims` dimensions: x [outer..., inner...] -> y [outer...].
  void (*reduce)(ReduceOp op, const Tensor& x, int dims, Tensor& y);
  /// The position (int64) of the largest element along the last dimension, the first if equal.
  void (*argmax)(const Tensor& x, Tensor& y);
  bool (*all_finite)(const Tensor& x);
  /// Accumulated in double.
  double (*sum_of_squares)(const Tensor& x);

  /// x [outer, n, inner], positions [m] (int64) -> y [outer, m, inner], y[o,i] = x[o, positions_i].
  /// Throws for positions outside [0, n).
  void (*gather)(const Tensor& x, const Tensor& positions, Tensor& y);
  /// dx [outer, n, inner]: the sum of dy[o,i] over all i with positions_i = j.
  void (*gather_grad)(const Tensor& dy, const Tensor& positions, Tensor& dx);

  /// y [m,n] = a [m,k] b [k,n]
  void (*matmul)(const Tensor& a, const Tensor& b, Tensor& y);

  // Convolution, fused with a channel map of its input: x [N,C,H,W], w [O,C/groups,KH,KW],
  // y [N,O,OH,OW].
  // y and dx may be ranges of channels of a larger tensor: each image is contiguous, but there may
  // be gaps between images.
  /// y = f(conv2d(map(x), w) + bias + add); ConvEnd says what f, bias and add are.
  void (*conv2d)(const Conv2dParams& p, const Tensor& x, const ChannelMap& map, const Tensor& w,
                 const ConvEnd& end, Tensor& y);
  /// The same behind a 1x1 convolution `first` of x, without a map: y = f(conv2d(first(x), w) +
  /// bias) for a depthwise convolution, w [M,1,KH,KW].
  void (*conv2d_pair)(const Conv2dParams& p, const Tensor& x, const PointwiseConv& first,
                      const Tensor& w, const ConvEnd& end, Tensor& y);
  /// The gradient with respect to x (MapGrad has the formula), and the two sums [C] if
  /// `through.mean` is defined.
  void (*conv2d_input_grad)(const Conv2dParams& p, const Tensor& dy, const Tensor& w,
                            const MapGrad& through, Tensor& dx, Tensor& sum_g, Tensor& sum_gx);
  void (*conv2d_weight_grad)(const Conv2dParams& p, const Tensor& x, const ChannelMap& map,
                             const Tensor& dy, Tensor& dw);

  // Operations on each channel of [N,C,H,W]; parameters are [C].
  /// y = scale_c x + shift_c, then max(y, 0) if `relu`.
  void (*scale_shift)(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu,
                      Tensor& y);
  /// dx = scale_c dy; with `relu`, 0 where the forward result, recomputed from x, is not positive.
  void (*scale_shift_grad)(const Tensor& x, const Tensor& dy, const Tensor& scale,
                           const Tensor& shift, bool relu, Tensor& dx);
  /// Mean and biased variance of each channel over images and pixels.
  void (*channel_stats)(const Tensor& x, Tensor& mean, Tensor& var);
  /// With g = dy, masked as above if `relu`: sum_g = sum of g, sum_gx = sum of g (x - mean_c), both
  /// over images and pixels.
  void (*channel_grad_sums)(const Tensor& x, const Tensor& dy, const Tensor& mean,
                            const Tensor& scale, const Tensor& shift, bool relu, Tensor& sum_g,
                            Tensor& sum_gx);
  /// dx = scale_c g + slope_c x + constant_c, with g as above.
  void (*batch_norm_grad)(const Tensor& x, const Tensor& dy, const Tensor& scale,
                          const Tensor& shift, bool relu, const Tensor& slope,
                          const Tensor& constant, Tensor& dx);
  /// All [C]: inv_std = 1 / sqrt(var + epsilon), scale = gamma inv_std, shift = beta - mean scale.
  void (*batch_norm_constants)(const Tensor& mean, const Tensor& var, const Tensor& gamma,
                               const Tensor& beta, double epsilon, Tensor& inv_std, Tensor& scale,
                               Tensor& shift);
  /// y += scale_c x + shift_c; y may have any strides.
  void (*add_scale_shift)(const Tensor& x, const Tensor& scale, const Tensor& shift, Tensor& y);

  /// y = f(x)
  void (*activation)(const Activation& f, const Tensor& x, Tensor& y);
  /// dx = dy f'(x)
  void (*activation_grad)(const Activation& f, const Tensor& x, const Tensor& dy, Tensor& dx);

  /// The largest element of each window; padding does not count. NaN if the window has one.
  void (*max_pool2d)(const Pool2dParams& p, const Tensor& x, Tensor& y);
  /// Adds each element of dy to the first of the largest elements of its window.
  void (*max_pool2d_grad)(const Pool2dParams& p, const Tensor& x, const Tensor& dy, Tensor& dx);
  /// The elements of `values` at the places of the largest elements of x.
  void (*max_pool2d_pick)(const Pool2dParams& p, const Tensor& x, const Tensor& values, Tensor& y);
  void (*avg_pool2d)(const Pool2dParams& p, const Tensor& x, Tensor& y);
  void (*avg_pool2d_grad)(const Pool2dParams& p, const Tensor& dy, Tensor& dx);

  /// x [rows, classes] -> softmax of each row, or its logarithm if `log`.
  void (*softmax)(const Tensor& x, bool log, Tensor& y);
  /// labels [rows] (int64) -> y [rows, classes]. Throws for labels out of range: checking needs
  /// their values, so the backend does it.
  void (*one_hot)(const Tensor& labels, Tensor& y);

  /// d = g + weight_decay w; v = momentum v + d; w -= learning_rate (d + momentum v) with Nesterov,
  /// learning_rate v without. All have the same shape and dtype.
  void (*sgd_step)(const SgdStep& p, const Tensor& g, Tensor& w, Tensor& v);
};

/// Plain loops in float and double: the reference that every fast kernel is tested against.
const Backend& reference_backend();
/// SIMD kernels for float32; everything else uses the reference loops.
const Backend& cpu_backend();

/// One call of a backend function.
struct BackendCall {
  std::string_view op;  ///< the operation that was called: "add", not "binary"
  /// The tensors it reads, the main operand first, then those it writes; some may be undefined.
  std::span<const Tensor* const> operands;
  std::size_t function;             ///< its index in the table, from 0
  const Conv2dParams* convolution;  ///< null if it is no convolution
};
/// The number of functions in the table.
constexpr std::size_t kBackendFunctions =
    (sizeof(Backend) - sizeof(std::string_view)) / sizeof(void (*)());

/// Receives every backend call, for timing, counting and tests. Must be thread-safe if operations
/// run on several threads at once.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  /// Called after each backend call with its duration; on a GPU, the time to submit the work. Not
  /// called if the call threw.
  virtual void called(const BackendCall& call, std::chrono::nanoseconds time) = 0;
};
/// This thread's observer; null if there is none.
inline constinit const Inherited<CallObserver*> call_observer{nullptr};

/// While it lives, the observer receives the calls of this thread and of its parallel_for workers,
/// instead of any outer observer.
class CallObserverScope {
 public:
  explicit CallObserverScope(CallObserver& seen_by) : scope_(call_observer, &seen_by) {}

 private:
  Inherited<CallObserver*>::Scope scope_;
};

/// While it lives, operations on `device` use `backend`, on this thread and its parallel_for
/// workers. For tests and comparisons.
class BackendScope {
 public:
  explicit BackendScope(const Backend& backend, Device device = Device::cpu);

 private:
  Inherited<const Backend*>::Scope scope_;
};

/// The backend for the first operand's device. Throws, naming `op`, if the first operand is
/// undefined or another defined operand is on a different device.
const Backend& backend_for(std::string_view op, std::initializer_list<const Tensor*> operands);

namespace detail {

/// The storage that a backend writes to through this parameter; null if the parameter is read only.
template <class Parameter>
Storage* written(const auto& argument) {
  if constexpr (std::is_same_v<Parameter, Tensor&>)
    return argument.storage().get();
  else
    return nullptr;
}

/// The Conv2dParams among a function's arguments (the first one); null if there are none.
template <class First, class... Rest>
const Conv2dParams* convolution_in(const First& first, const Rest&...) {
  if constexpr (std::is_same_v<First, Conv2dParams>)
    return &first;
  else
    return nullptr;
}

/// Times a call from construction to finish() and reports it to the observer, if there is one.
class ObservedCall {
 public:
  explicit ObservedCall(const BackendCall& call) : call_(call), observer_(call_observer.get()) {
    if (observer_) start_ = std::chrono::steady_clock::now();
  }
  void finish() const {
    if (observer_) observer_->called(call_, std::chrono::steady_clock::now() - start_);
  }

 private:
  BackendCall call_;
  CallObserver* observer_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace detail

/// Calls a function of the backend for the operands' device. `operands` are in the order of
/// BackendCall, must be on one device, and the first must be defined. Tensors passed as Tensor& are
/// marked as being written to during the call. Throws, naming `op`.
template <class R, class... Parameters, class... Arguments>
R dispatch(std::string_view op, R (*Backend::*function)(Parameters...),
           std::initializer_list<const Tensor*> operands, Arguments&&... arguments) {
  const Backend& backend = backend_for(op, operands);
  const auto offset = reinterpret_cast<const char*>(&(backend.*function)) -
                      reinterpret_cast<const char*>(&backend) -
                      static_cast<std::ptrdiff_t>(sizeof(std::string_view));
  const detail::ObservedCall call({op, operands,
                                   static_cast<std::size_t>(offset) / sizeof(void (*)()),
                                   detail::convolution_in(arguments...)});
  const std::array writing{Storage::Writing(detail::written<Parameters>(arguments))...};
  if constexpr (std::is_void_v<R>) {
    (backend.*function)(std::forward<Arguments>(arguments)...);
    call.finish();
  } else {
    const R result = (backend.*function)(std::forward<Arguments>(arguments)...);
    call.finish();
    return result;
  }
}

}  // namespace odin::tensor
