#pragma once

#include "odin/nn/module.h"
#include "odin/tensor/params.h"

namespace odin::nn {

struct Conv2dOptions {
  std::int64_t in, out;  ///< channels
  tensor::Size2d kernel = 3;
  tensor::Size2d stride = 1;
  tensor::Padding2d padding = 0;
  tensor::Size2d dilation = 1;
  std::int64_t groups = 1;  ///< `in` of them: a depthwise convolution
  bool bias = false;        ///< not needed where batch normalization follows
};

/// 2-D convolution, x [N,in,H,W] -> [N,out,H',W']; tensor::Conv2dParams::out_size has the sizes.
/// Parameters "weight" [out,in/groups,KH,KW], 0 until initialize() or load_state_dict(), and "bias"
/// [out] if there is one.
class Conv2d final : public Module {
 public:
  explicit Conv2d(const Conv2dOptions& options);
  Variable forward(const Variable& x) const override;
  const Variable& weight() const { return weight_; }
  const Variable& bias() const { return bias_; }  ///< undefined if there is none
  const tensor::Conv2dParams& params() const { return params_; }

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE;

 private:
  tensor::Conv2dParams params_;
  Variable weight_, bias_;
};

}  // namespace odin::nn
