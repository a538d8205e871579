#include "odin/native/timing/layer_times.h"

#include <chrono>

#include "odin/tensor/backend/cuda/cuda_device.h"
#include "odin/tensor/parallel.h"

namespace odin::native {

using namespace tensor;

namespace {

/// [C,H,W] of [N,C,H,W]; anything else as it is.
Shape of_image(const Shape& s) { return s.rank() == 4 ? Shape{s[1], s[2], s[3]} : s; }

std::string kernel_of(const Shape& w, const Conv2dParams& p) {
  std::string text = std::to_string(w[2]) + "x" + std::to_string(w[3]);
  if (p.stride > 1) text += " stride " + std::to_string(p.stride);
  return text;
}

/// Of a convolution with weight w [O,C,KH,KW] and result y.
double products(const Shape& w, const Shape& y) {
  return static_cast<double>(numel(y)) * static_cast<double>(numel(w) / w[0]);
}

}  // namespace

TimedBackend::TimedBackend(Device device)
    : device_(device), inner_(device == Device::cuda ? cuda_backend() : cpu_backend()) {}

std::vector<LayerTime> TimedBackend::layers() const {
  const std::lock_guard lock(mutex_);
  return layers_;
}

void TimedBackend::clear() {
  const std::lock_guard lock(mutex_);
  index_.clear();
  layers_.clear();
}

template <class F>
void TimedBackend::time(const std::string& operation, const Tensor& in, const Tensor& out,
                        double multiply_adds, F&& work) const {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  work();
  synchronize(device_);
  const double ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  const Shape from = of_image(in.shape()), to = of_image(out.shape());
  const std::string key = operation + to_string(from) + to_string(to);
  const std::lock_guard lock(mutex_);
  const auto [found, fresh] = index_.try_emplace(key, layers_.size());
  if (fresh) layers_.push_back({.operation = operation, .in = from, .out = to});
  LayerTime& layer = layers_[found->second];
  ++layer.calls;
  layer.images += in.rank() == 4 ? in.dim(0) : 0;
  layer.milliseconds += in_parallel() ? ms / num_threads() : ms;
  layer.multiply_adds += multiply_adds;
  layer.bytes += static_cast<double>(in.numel() * static_cast<std::int64_t>(size_of(in.dtype())) +
                                     out.numel() * static_cast<std::int64_t>(size_of(out.dtype())));
}

void TimedBackend::fill(Tensor& y, double value) const {
  time("fill", y, y, 0, [&] { inner_.fill(y, value); });
}
void TimedBackend::copy(const Tensor& x, Tensor& y) const {
  time("copy", x, y, 0, [&] { inner_.copy(x, y); });
}
void TimedBackend::unary(UnaryOp op, const Tensor& x, Tensor& y) const {
  time("elementwise", x, y, 0, [&] { inner_.unary(op, x, y); });
}
void TimedBackend::binary(BinaryOp op, const Tensor& a, const Tensor& b, Tensor& y) const {
  time("elementwise", a, y, 0, [&] { inner_.binary(op, a, b, y); });
}
void TimedBackend::affine(const Tensor& x, double factor, double summand, Tensor& y) const {
  time("affine", x, y, 0, [&] { inner_.affine(x, factor, summand, y); });
}
void TimedBackend::reduce(ReduceOp op, const Tensor& x, int dims, Tensor& y) const {
  time("reduce", x, y, 0, [&] { inner_.reduce(op, x, dims, y); });
}
void TimedBackend::argmax(const Tensor& x, Tensor& y) const {
  time("argmax", x, y, 0, [&] { inner_.argmax(x, y); });
}
bool TimedBackend::all_finite(const Tensor& x) const { return inner_.all_finite(x); }
double TimedBackend::sum_of_squares(const Tensor& x) const { return inner_.sum_of_squares(x); }

void TimedBackend::matmul(const Tensor& a, const Tensor& b, Tensor& y) const {
  time("matmul", a, y, static_cast<double>(y.numel() * a.dim(1)), [&] { inner_.matmul(a, b, y); });
}
void TimedBackend::conv2d(const Conv2dParams& p, const Tensor& x, const ChannelMap& map,
                          const Tensor& w, const Tensor& add, Tensor& y) const {
  time("conv2d " + kernel_of(w.shape(), p), x, y, products(w.shape(), y.shape()),
       [&] { inner_.conv2d(p, x, map, w, add, y); });
}
void TimedBackend::conv2d_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w,
                                     MapGrad& through, Tensor& dx) const {
  time("input grad " + kernel_of(w.shape(), p), dy, dx, products(w.shape(), dy.shape()),
       [&] { inner_.conv2d_input_grad(p, dy, w, through, dx); });
}
void TimedBackend::conv2d_weight_grad(const Conv2dParams& p, const Tensor& x, const ChannelMap& map,
                                      const Tensor& dy, Tensor& dw) const {
  time("weight grad " + kernel_of(dw.shape(), p), x, dy, products(dw.shape(), dy.shape()),
       [&] { inner_.conv2d_weight_grad(p, x, map, dy, dw); });
}

void TimedBackend::scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu,
                               Tensor& y) const {
  time("batch norm", x, y, 0, [&] { inner_.scale_shift(x, scale, shift, relu, y); });
}
void TimedBackend::scale_shift_grad(const Tensor& x, const Tensor& dy, const Tensor& scale,
                                    const Tensor& shift, bool relu, Tensor& dx) const {
  time("batch norm grad", x, dx, 0,
       [&] { inner_.scale_shift_grad(x, dy, scale, shift, relu, dx); });
}
void TimedBackend::channel_stats(const Tensor& x, Tensor& mean, Tensor& var) const {
  time("statistics", x, mean, 0, [&] { inner_.channel_stats(x, mean, var); });
}
void TimedBackend::channel_grad_sums(const Tensor& x, const Tensor& dy, const Tensor& mean,
                                     const Tensor& scale, const Tensor& shift, bool relu,
                                     Tensor& sum_g, Tensor& sum_gx) const {
  time("statistics grad", x, dy, 0,
       [&] { inner_.channel_grad_sums(x, dy, mean, scale, shift, relu, sum_g, sum_gx); });
}
void TimedBackend::batch_norm_grad(const Tensor& x, const Tensor& dy, const Tensor& scale,
                                   const Tensor& shift, bool relu, const Tensor& slope,
                                   const Tensor& constant, Tensor& dx) const {
  time("batch norm grad", x, dx, 0,
       [&] { inner_.batch_norm_grad(x, dy, scale, shift, relu, slope, constant, dx); });
}
void TimedBackend::batch_norm_constants(const Tensor& mean, const Tensor& var, const Tensor& gamma,
                                        const Tensor& beta, double epsilon, Tensor& inv_std,
                                        Tensor& scale, Tensor& shift) const {
  time("batch norm constants", mean, scale, 0, [&] {
    inner_.batch_norm_constants(mean, var, gamma, beta, epsilon, inv_std, scale, shift);
  });
}
void TimedBackend::add_scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift,
                                   Tensor& y) const {
  time("statistics grad", x, y, 0, [&] { inner_.add_scale_shift(x, scale, shift, y); });
}
void TimedBackend::avg_pool2d(const Pool2dParams& p, const Tensor& x, Tensor& y) const {
  time("pool", x, y, 0, [&] { inner_.avg_pool2d(p, x, y); });
}
void TimedBackend::avg_pool2d_grad(const Pool2dParams& p, const Tensor& dy, Tensor& dx) const {
  time("pool grad", dy, dx, 0, [&] { inner_.avg_pool2d_grad(p, dy, dx); });
}
void TimedBackend::softmax(const Tensor& x, bool log, Tensor& y) const {
  time("softmax", x, y, 0, [&] { inner_.softmax(x, log, y); });
}
void TimedBackend::one_hot(const Tensor& labels, Tensor& y) const {
  time("one hot", labels, y, 0, [&] { inner_.one_hot(labels, y); });
}

void TimedBackend::sgd_step(const SgdStep& p, const Tensor& g, Tensor& w, Tensor& v) const {
  time("sgd step", g, w, 0, [&] { inner_.sgd_step(p, g, w, v); });
}

}  // namespace odin::native
