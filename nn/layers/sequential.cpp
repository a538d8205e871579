#include "odin/nn/layers/sequential.h"

namespace odin::nn {

void Sequential::add_module(std::unique_ptr<Module> module) {
  register_module(std::to_string(modules_.size()), *module);
  modules_.push_back(std::move(module));
}

std::unique_ptr<Module> Sequential::make_like() const {
  auto like = std::make_unique<Sequential>();
  for (const auto& module : modules_) like->add_module(module->clone());
  return like;
}

Variable Sequential::forward(const Variable& x) const {
  Variable y = x;
  for (const auto& module : modules_) y = (*module)(y);
  return y;
}

}  // namespace odin::nn
