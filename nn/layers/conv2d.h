#pragma once

#include "odin/nn/module.h"
#include "odin/tensor/params.h"

namespace odin::nn {

struct Conv2dOptions {
  std::int64_t in, out;  ///< channels
  std::int64_t kernel = 3;
  std::int64_t stride = 1;
  std::int64_t padding = 0;
};

/// 2-D convolution, x [N,in,H,W] -> [N,out,H',W'] with H' = (H + 2 padding - kernel) / stride + 1,
/// rounded down. Parameter "weight" [out,in,kernel,kernel], 0 until initialize() or
/// load_state_dict(). No bias: in every network here batch normalization follows.
class Conv2d final : public Module {
 public:
  explicit Conv2d(const Conv2dOptions& options);
  Variable forward(const Variable& x) const override;
  const Variable& weight() const { return weight_; }
  const tensor::Conv2dParams& params() const { return params_; }

 private:
  tensor::Conv2dParams params_;
  Variable weight_;
};

}  // namespace odin::nn
