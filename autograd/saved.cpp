#include "odin/autograd/saved.h"

#include <utility>

namespace odin::autograd {

Saved::Saved(const char* op, tensor::Tensor value) : op_(op), value_(std::move(value)) {
  if (value_.defined()) version_ = value_.storage()->version();
}

const tensor::Tensor& Saved::get() const {
  if (value_.defined())
    require(value_.storage()->version() == version_ && !value_.storage()->being_written(),
            "backward: a value ", value_.shape(), " that '", op_,
            "' saved for its gradient was overwritten after the forward pass (it was at version ",
            version_, ", now ", value_.storage()->version(), ")");
  return value_;
}

}  // namespace odin::autograd
