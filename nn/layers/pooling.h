#pragma once

#include "odin/nn/module.h"
#include "odin/tensor/params.h"

namespace odin::nn {

/// Average pooling over windows: [N,C,H,W] -> [N,C,H',W'].
class AvgPool2d final : public Module {
 public:
  explicit AvgPool2d(const tensor::Pool2dParams& params) : params_(params) {}
  Variable forward(const Variable& x) const override;

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE {
    return std::make_unique<AvgPool2d>(params_);
  }

 private:
  tensor::Pool2dParams params_;
};

/// The mean over all pixels of each channel: [N,C,H,W] -> [N,C].
class GlobalAvgPool final : public Module {
 public:
  Variable forward(const Variable& x) const override;

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE {
    return std::make_unique<GlobalAvgPool>();
  }
};

}  // namespace odin::nn
