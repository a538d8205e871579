#pragma once

#include "odin/nn/module.h"

namespace odin::nn {

/// x [N,in] -> x weight^T + bias [N,out], with parameters "weight" [out,in] and "bias" [out].
class Linear final : public Module {
 public:
  Linear(std::int64_t in, std::int64_t out);
  Variable forward(const Variable& x) const override;

 protected:
  std::unique_ptr<Module> make_like() const ODIN_CLONE_OVERRIDE;

 private:
  Variable weight_, bias_;
};

}  // namespace odin::nn
