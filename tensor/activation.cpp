#include "odin/tensor/activation.h"

namespace odin::tensor {

std::string_view name_of(ActivationKind kind) {
  switch (kind) {
    case ActivationKind::identity: return "identity";
    case ActivationKind::relu: return "relu";
    case ActivationKind::leaky_relu: return "leaky_relu";
    case ActivationKind::clip: return "clip";
    case ActivationKind::sigmoid: return "sigmoid";
    case ActivationKind::silu: return "silu";
    case ActivationKind::gelu: return "gelu";
    case ActivationKind::gelu_tanh: return "gelu_tanh";
    case ActivationKind::hard_sigmoid: return "hard_sigmoid";
    case ActivationKind::hard_swish: return "hard_swish";
    case ActivationKind::softplus: return "softplus";
    case ActivationKind::elu: return "elu";
  }
  return "unknown";
}

}  // namespace odin::tensor
