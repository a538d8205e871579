#pragma once

#include "odin/tensor/backend/backend.h"

namespace odin::tensor {

/// One file a family: elementwise.cu, reduce.cu, norm.cu, pool.cu, softmax.cu and optim.cu have
/// kernels of our own; conv.cpp and matmul.cpp call cuDNN and cuBLAS.
///
/// Everything is asked for in one stream and done in order. Nothing waits for it but copies to the
/// CPU, all_finite() and sum_of_squares(), whose results the program needs.
class CudaBackend final : public Backend {
 public:
  std::string_view name() const override { return "cuda"; }

  void fill(Tensor& y, double value) const override;
  void copy(const Tensor& x, Tensor& y) const override;
  void unary(UnaryOp op, const Tensor& x, Tensor& y) const override;
  void binary(BinaryOp op, const Tensor& a, const Tensor& b, Tensor& y) const override;
  void affine(const Tensor& x, double factor, double summand, Tensor& y) const override;

  void reduce(ReduceOp op, const Tensor& x, int dims, Tensor& y) const override;
  void argmax(const Tensor& x, Tensor& y) const override;
  bool all_finite(const Tensor& x) const override;
  double sum_of_squares(const Tensor& x) const override;

  void matmul(const Tensor& a, const Tensor& b, Tensor& y) const override;

  void conv2d(const Conv2dParams& p, const Tensor& x, const ChannelMap& map, const Tensor& w,
              const Tensor& add, Tensor& y) const override;
  void conv2d_input_grad(const Conv2dParams& p, const Tensor& dy, const Tensor& w, MapGrad& through,
                         Tensor& dx) const override;
  void conv2d_weight_grad(const Conv2dParams& p, const Tensor& x, const ChannelMap& map,
                          const Tensor& dy, Tensor& dw) const override;

  void scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu,
                   Tensor& y) const override;
  void scale_shift_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                        bool relu, Tensor& dx) const override;
  void channel_stats(const Tensor& x, Tensor& mean, Tensor& var) const override;
  void channel_grad_sums(const Tensor& x, const Tensor& dy, const Tensor& mean, const Tensor& scale,
                         const Tensor& shift, bool relu, Tensor& sum_g,
                         Tensor& sum_gx) const override;
  void batch_norm_grad(const Tensor& x, const Tensor& dy, const Tensor& scale, const Tensor& shift,
                       bool relu, const Tensor& slope, const Tensor& constant,
                       Tensor& dx) const override;
  void batch_norm_constants(const Tensor& mean, const Tensor& var, const Tensor& gamma,
                            const Tensor& beta, double epsilon, Tensor& inv_std, Tensor& scale,
                            Tensor& shift) const override;
  void add_scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift,
                       Tensor& y) const override;

  void avg_pool2d(const Pool2dParams& p, const Tensor& x, Tensor& y) const override;
  void avg_pool2d_grad(const Pool2dParams& p, const Tensor& dy, Tensor& dx) const override;

  void softmax(const Tensor& x, bool log, Tensor& y) const override;
  void one_hot(const Tensor& labels, Tensor& y) const override;

  void sgd_step(const SgdStep& p, const Tensor& g, Tensor& w, Tensor& v) const override;
};

}  // namespace odin::tensor
