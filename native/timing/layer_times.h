#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "odin/tensor/backend/backend.h"

namespace odin::native {

/// All calls of one operation on one shape.
struct LayerTime {
  std::string operation;  ///< "conv2d 1x1", "scale_shift", ...
  tensor::Shape in, out;  ///< [C,H,W] of the operand and of the result
  std::int64_t calls = 0;
  std::int64_t images = 0;   ///< in all calls
  double milliseconds = 0;   ///< in all calls: of the whole machine, if several threads worked
  double multiply_adds = 0;  ///< in all calls, as the plain algorithm has them
  double bytes = 0;          ///< of operands and results
};

/// A backend that passes everything on to the one of a device and keeps the time, for which it waits
/// for a GPU after each call. Calls that run side by side count with their share of the machine.
class TimedBackend final : public tensor::Backend {
 public:
  explicit TimedBackend(tensor::Device device);

  /// In the order of their first call.
  std::vector<LayerTime> layers() const;
  void clear();

  std::string_view name() const override { return inner_.name(); }
  void fill(tensor::Tensor& y, double value) const override;
  void copy(const tensor::Tensor& x, tensor::Tensor& y) const override;
  void unary(tensor::UnaryOp op, const tensor::Tensor& x, tensor::Tensor& y) const override;
  void binary(tensor::BinaryOp op, const tensor::Tensor& a, const tensor::Tensor& b,
              tensor::Tensor& y) const override;
  void affine(const tensor::Tensor& x, double factor, double summand,
              tensor::Tensor& y) const override;
  void reduce(tensor::ReduceOp op, const tensor::Tensor& x, int dims,
              tensor::Tensor& y) const override;
  void argmax(const tensor::Tensor& x, tensor::Tensor& y) const override;
  bool all_finite(const tensor::Tensor& x) const override;
  double sum_of_squares(const tensor::Tensor& x) const override;
  void matmul(const tensor::Tensor& a, const tensor::Tensor& b, tensor::Tensor& y) const override;
  void conv2d(const tensor::Conv2dParams& p, const tensor::Tensor& x, const tensor::ChannelMap& map,
              const tensor::Tensor& w, const tensor::Tensor& add, tensor::Tensor& y) const override;
  void conv2d_input_grad(const tensor::Conv2dParams& p, const tensor::Tensor& dy,
                         const tensor::Tensor& w, tensor::MapGrad& through,
                         tensor::Tensor& dx) const override;
  void conv2d_weight_grad(const tensor::Conv2dParams& p, const tensor::Tensor& x,
                          const tensor::ChannelMap& map, const tensor::Tensor& dy,
                          tensor::Tensor& dw) const override;
  void scale_shift(const tensor::Tensor& x, const tensor::Tensor& scale,
                   const tensor::Tensor& shift, bool relu, tensor::Tensor& y) const override;
  void scale_shift_grad(const tensor::Tensor& x, const tensor::Tensor& dy,
                        const tensor::Tensor& scale, const tensor::Tensor& shift, bool relu,
                        tensor::Tensor& dx) const override;
  void channel_stats(const tensor::Tensor& x, tensor::Tensor& mean,
                     tensor::Tensor& var) const override;
  void channel_grad_sums(const tensor::Tensor& x, const tensor::Tensor& dy,
                         const tensor::Tensor& mean, const tensor::Tensor& scale,
                         const tensor::Tensor& shift, bool relu, tensor::Tensor& sum_g,
                         tensor::Tensor& sum_gx) const override;
  void batch_norm_grad(const tensor::Tensor& x, const tensor::Tensor& dy,
                       const tensor::Tensor& scale, const tensor::Tensor& shift, bool relu,
                       const tensor::Tensor& slope, const tensor::Tensor& constant,
                       tensor::Tensor& dx) const override;
  void batch_norm_constants(const tensor::Tensor& mean, const tensor::Tensor& var,
                            const tensor::Tensor& gamma, const tensor::Tensor& beta, double epsilon,
                            tensor::Tensor& inv_std, tensor::Tensor& scale,
                            tensor::Tensor& shift) const override;
  void add_scale_shift(const tensor::Tensor& x, const tensor::Tensor& scale,
                       const tensor::Tensor& shift, tensor::Tensor& y) const override;
  void avg_pool2d(const tensor::Pool2dParams& p, const tensor::Tensor& x,
                  tensor::Tensor& y) const override;
  void avg_pool2d_grad(const tensor::Pool2dParams& p, const tensor::Tensor& dy,
                       tensor::Tensor& dx) const override;
  void softmax(const tensor::Tensor& x, bool log, tensor::Tensor& y) const override;
  void one_hot(const tensor::Tensor& labels, tensor::Tensor& y) const override;
  void sgd_step(const tensor::SgdStep& p, const tensor::Tensor& g, tensor::Tensor& w,
                tensor::Tensor& v) const override;

 private:
  template <class F>
  void time(const std::string& operation, const tensor::Tensor& in, const tensor::Tensor& out,
            double multiply_adds, F&& work) const;

  tensor::Device device_;
  const tensor::Backend& inner_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::size_t> index_;
  mutable std::vector<LayerTime> layers_;
};

}  // namespace odin::native
