#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "odin/tensor/channel_map.h"
#include "odin/tensor/inherited.h"
#include "odin/tensor/params.h"
#include "odin/tensor/tensor.h"

namespace odin::tensor {

/// The contract between what operations mean (odin/tensor/ops) and how they run: one function an
/// operation. Arguments are checked and outputs allocated before a backend sees them; inputs may
/// have any strides, outputs are contiguous unless said otherwise, and no output overlaps an input
/// except where the same tensor is passed for both in an elementwise function.
///
/// N images, C channels, H rows, W columns; O output channels.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string_view name() const = 0;

  // Elementwise. Inputs have the output's shape (broadcast by zero strides); y may have any strides.
  virtual void fill(Tensor& y, double value) const = 0;
  virtual void copy(const Tensor& x, Tensor& y) const = 0;  ///< converts between dtypes
  virtual void unary(UnaryOp op, const Tensor& x, Tensor& y) const = 0;
  virtual void binary(BinaryOp op, const Tensor& a, const Tensor& b, Tensor& y) const = 0;
  /// y = factor * x + summand
  virtual void affine(const Tensor& x, double factor, double summand, Tensor& y) const = 0;

  // Reductions. x [outer..., inner...] with its last `dims` dimensions reduced into y [outer...].
  virtual void reduce(ReduceOp op, const Tensor& x, int dims, Tensor& y) const = 0;
  /// Position (int64) of the first largest element of the last dimension.
  virtual void argmax(const Tensor& x, Tensor& y) const = 0;
  virtual bool all_finite(const Tensor& x) const = 0;
  /// Added up in double.
  virtual double sum_of_squares(const Tensor& x) const = 0;

  /// y [m,n] = a [m,k] b [k,n]
  virtual void matmul(const Tensor& a, const Tensor& b, Tensor& y) const = 0;

  // Convolution with the channel map before it: x [N,C,H,W], w [O,C,KH,KW], y [N,O,OH,OW]. y and dx
  // may be ranges of channels of a larger tensor: their images are contiguous, no more.
  /// y = conv2d(map(x), w) + add. `add` has y's shape, is y itself, or is undefined and adds nothing.
  virtual void conv2d(const Conv2dParams& p, const Tensor& x, const ChannelMap& map,
                      const Tensor& w, const Tensor& add, Tensor& y) const = 0;
  /// The gradient with respect to x, and the sums that `through` asks for.
  virtual void conv2d_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w,
                                 MapGrad& through, Tensor& dx) const = 0;
  virtual void conv2d_weight_grad(const Conv2dParams& p, const Tensor& x, const ChannelMap& map,
                                  const Tensor& dy, Tensor& dw) const = 0;

  // Per-channel work on [N,C,H,W]; parameters are [C].
  /// y = scale_c x + shift_c, then max(y, 0) if `relu`.
  virtual void scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu,
                           Tensor& y) const = 0;
  /// dx = scale_c dy, where the forward result was positive if `relu` (worked out again from x).
  virtual void scale_shift_grad(const Tensor& x, const Tensor& dy, const Tensor& scale,
                                const Tensor& shift, bool relu, Tensor& dx) const = 0;
  /// Mean and biased variance of each channel over images and pixels.
  virtual void channel_stats(const Tensor& x, Tensor& mean, Tensor& var) const = 0;
  /// With g = dy, masked as above if `relu`: sum_g = sum of g, sum_gx = sum of g (x - mean_c).
  virtual void channel_grad_sums(const Tensor& x, const Tensor& dy, const Tensor& mean,
                                 const Tensor& scale, const Tensor& shift, bool relu, Tensor& sum_g,
                                 Tensor& sum_gx) const = 0;
  /// dx = scale_c g + slope_c x + constant_c, with g as above.
  virtual void batch_norm_grad(const Tensor& x, const Tensor& dy, const Tensor& scale,
                               const Tensor& shift, bool relu, const Tensor& slope,
                               const Tensor& constant, Tensor& dx) const = 0;
  /// All [C]: inv_std = 1 / sqrt(var + epsilon), scale = gamma inv_std, shift = beta - mean scale.
  virtual void batch_norm_constants(const Tensor& mean, const Tensor& var, const Tensor& gamma,
                                    const Tensor& beta, double epsilon, Tensor& inv_std,
                                    Tensor& scale, Tensor& shift) const = 0;
  /// y += scale_c x + shift_c; y may have any strides.
  virtual void add_scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift,
                               Tensor& y) const = 0;

  virtual void avg_pool2d(const Pool2dParams& p, const Tensor& x, Tensor& y) const = 0;
  virtual void avg_pool2d_grad(const Pool2dParams& p, const Tensor& dy, Tensor& dx) const = 0;

  /// x [rows, classes] -> softmax, or its logarithm, of each row.
  virtual void softmax(const Tensor& x, bool log, Tensor& y) const = 0;
  /// labels [rows] (int64, checked here: the range needs their values) -> y [rows, classes].
  virtual void one_hot(const Tensor& labels, Tensor& y) const = 0;

  /// d = g + weight_decay w; v = momentum v + d; w -= learning_rate (d + momentum v) with Nesterov,
  /// learning_rate v without. All have one shape and dtype.
  virtual void sgd_step(const SgdStep& p, const Tensor& g, Tensor& w, Tensor& v) const = 0;
};

/// Plain loops in float and double: what every fast kernel is tested against.
const Backend& reference_backend();
/// SIMD kernels for float32; everything else falls to the reference loops.
const Backend& cpu_backend();

/// The backend that runs `op` on the device of x. Throws unless the others are there too, as far as
/// they are defined. Counts the call if a KernelCount is in scope.
const Backend& backend_for(std::string_view op, const Tensor& x,
                           std::initializer_list<const Tensor*> others = {});

/// Frees what backends keep for weights that are gone, and the free blocks of the pool.
void release_unused_memory();

/// While it lives, operations of this thread (and those that work for it) on a device use `backend`:
/// for tests and comparisons.
class BackendScope {
 public:
  explicit BackendScope(const Backend& backend, Device device = Device::cpu);

 private:
  Inherited<const Backend*>::Scope scope_;
};

/// Counts the program's backend calls by operation while it lives. The innermost one counts.
class KernelCount {
 public:
  KernelCount();
  ~KernelCount();
  KernelCount(const KernelCount&) = delete;
  KernelCount& operator=(const KernelCount&) = delete;

  int operator[](std::string_view op) const;
  const std::map<std::string, int, std::less<>>& all() const { return calls_; }

 private:
  friend const Backend& backend_for(std::string_view op, const Tensor& x,
                                    std::initializer_list<const Tensor*> others);
  std::map<std::string, int, std::less<>> calls_;
  KernelCount* previous_;
};

}  // namespace odin::tensor
