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

/// The contract between what operations mean (odin/tensor/ops) and how they run: a table with one
/// function an operation, which the files of a backend fill in family by family. Arguments are checked
/// and outputs allocated before a backend sees them; inputs may have any strides, outputs are
/// contiguous unless said otherwise, and no output overlaps an input except where the same tensor is
/// passed for both in an elementwise function. Operations call them through dispatch().
///
/// N images, C channels, H rows, W columns; O output channels.
struct Backend {
  std::string_view name;

  // Elementwise. Inputs have the output's shape (broadcast by zero strides); y may have any strides.
  void (*fill)(Tensor& y, double value);
  void (*copy)(const Tensor& x, Tensor& y);  ///< converts between dtypes
  void (*unary)(UnaryOp op, const Tensor& x, Tensor& y);
  void (*binary)(BinaryOp op, const Tensor& a, const Tensor& b, Tensor& y);
  /// y = factor * x + summand
  void (*affine)(const Tensor& x, double factor, double summand, Tensor& y);

  // Reductions. x [outer..., inner...] with its last `dims` dimensions reduced into y [outer...].
  void (*reduce)(ReduceOp op, const Tensor& x, int dims, Tensor& y);
  /// Position (int64) of the first largest element of the last dimension.
  void (*argmax)(const Tensor& x, Tensor& y);
  bool (*all_finite)(const Tensor& x);
  /// Added up in double.
  double (*sum_of_squares)(const Tensor& x);

  /// y [m,n] = a [m,k] b [k,n]
  void (*matmul)(const Tensor& a, const Tensor& b, Tensor& y);

  // Convolution with the channel map before it: x [N,C,H,W], w [O,C,KH,KW], y [N,O,OH,OW]. y and dx
  // may be ranges of channels of a larger tensor: their images are contiguous, no more.
  /// y = conv2d(map(x), w) + add. `add` has y's shape, is y itself, or is undefined and adds nothing.
  void (*conv2d)(const Conv2dParams& p, const Tensor& x, const ChannelMap& map, const Tensor& w,
                 const Tensor& add, Tensor& y);
  /// The gradient with respect to x, and the two sums [C] where `through.mean` is defined.
  void (*conv2d_input_grad)(const Conv2dParams& p, const Tensor& dy, const Tensor& w,
                            const MapGrad& through, Tensor& dx, Tensor& sum_g, Tensor& sum_gx);
  void (*conv2d_weight_grad)(const Conv2dParams& p, const Tensor& x, const ChannelMap& map,
                             const Tensor& dy, Tensor& dw);

  // Per-channel work on [N,C,H,W]; parameters are [C].
  /// y = scale_c x + shift_c, then max(y, 0) if `relu`.
  void (*scale_shift)(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu,
                      Tensor& y);
  /// dx = scale_c dy, where the forward result was positive if `relu` (worked out again from x).
  void (*scale_shift_grad)(const Tensor& x, const Tensor& dy, const Tensor& scale,
                           const Tensor& shift, bool relu, Tensor& dx);
  /// Mean and biased variance of each channel over images and pixels.
  void (*channel_stats)(const Tensor& x, Tensor& mean, Tensor& var);
  /// With g = dy, masked as above if `relu`: sum_g = sum of g, sum_gx = sum of g (x - mean_c).
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

  void (*avg_pool2d)(const Pool2dParams& p, const Tensor& x, Tensor& y);
  void (*avg_pool2d_grad)(const Pool2dParams& p, const Tensor& dy, Tensor& dx);

  /// x [rows, classes] -> softmax, or its logarithm, of each row.
  void (*softmax)(const Tensor& x, bool log, Tensor& y);
  /// labels [rows] (int64, checked here: the range needs their values) -> y [rows, classes].
  void (*one_hot)(const Tensor& labels, Tensor& y);

  /// d = g + weight_decay w; v = momentum v + d; w -= learning_rate (d + momentum v) with Nesterov,
  /// learning_rate v without. All have one shape and dtype.
  void (*sgd_step)(const SgdStep& p, const Tensor& g, Tensor& w, Tensor& v);
};

/// Plain loops in float and double: what every fast kernel is tested against.
const Backend& reference_backend();
/// SIMD kernels for float32; everything else falls to the reference loops.
const Backend& cpu_backend();

/// One call of a backend's function.
struct BackendCall {
  std::string_view op;  ///< the operation that made it: "add", not "binary"
  /// What it reads, the main operand first, and then what it writes; some may be undefined.
  std::span<const Tensor* const> operands;
  std::size_t function;             ///< which of the table's functions, counted from 0
  const Conv2dParams* convolution;  ///< null where it is none
};
/// Functions of the table.
constexpr std::size_t kBackendFunctions =
    (sizeof(Backend) - sizeof(std::string_view)) / sizeof(void (*)());

/// Sees the calls of backends: for measuring, counting and tests. Where operations run on several
/// threads at once, so is the observer called.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  /// After the call, which took so long; on a GPU, to ask for the work. Calls that threw are not told.
  virtual void called(const BackendCall& call, std::chrono::nanoseconds time) = 0;
};
inline constinit const Inherited<CallObserver*> call_observer{nullptr};

/// While it lives, the observer is told the calls of this thread and of those that work for it, and no
/// other observer is.
class CallObserverScope {
 public:
  explicit CallObserverScope(CallObserver& seen_by) : scope_(call_observer, &seen_by) {}

 private:
  Inherited<CallObserver*>::Scope scope_;
};

/// While it lives, operations of this thread (and those that work for it) on a device use `backend`:
/// for tests and comparisons.
class BackendScope {
 public:
  explicit BackendScope(const Backend& backend, Device device = Device::cpu);

 private:
  Inherited<const Backend*>::Scope scope_;
};

/// The backend for the device of the first operand. Throws, beginning with the operation, where that
/// is undefined or another one is elsewhere.
const Backend& backend_for(std::string_view op, std::initializer_list<const Tensor*> operands);

namespace detail {

/// The storage that a backend writes to through this parameter; null where it writes to none.
template <class Parameter>
Storage* written(const auto& argument) {
  if constexpr (std::is_same_v<Parameter, Tensor&>)
    return argument.storage().get();
  else
    return nullptr;
}

/// The parameters of a convolution among a function's arguments; null where there are none.
template <class First, class... Rest>
const Conv2dParams* convolution_in(const First& first, const Rest&...) {
  if constexpr (std::is_same_v<First, Conv2dParams>)
    return &first;
  else
    return nullptr;
}

/// Tells an observer, if there is one, of the call between its beginning and finish().
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

/// Runs one function of the backend for the operands (in the order of BackendCall), which have to be on
/// one device; the first one, which must be defined, says which. What a parameter Tensor& stands for
/// is marked as being written to meanwhile.
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
