#include "odin/tensor/backend/cuda/cuda_backend.h"
#include "odin/tensor/backend/cuda/launch.h"
#include "odin/tensor/backend/cuda/layout.h"

namespace odin::tensor::cuda {
namespace {

template <class T>
void sgd_step_as(const SgdStep& p, const Tensor& g, Tensor& w, Tensor& v) {
  const char* op = "sgd_step";
  const T* gradient = elements<T>(op, g);
  T* weight = mutable_elements<T>(op, w);
  T* momentum = mutable_elements<T>(op, v);
  const T rate = static_cast<T>(p.learning_rate), m = static_cast<T>(p.momentum),
          decay = static_cast<T>(p.weight_decay);
  const bool nesterov = p.nesterov;
  const auto place = make_layout<3>(w.shape(), {g.strides(), w.strides(), v.strides()});
  for_each(op, element_count(w.shape()), [=] __device__(std::uint32_t i) {
    const auto offsets = place(i);
    const auto& at = offsets.at;
    const T d = gradient[at[0]] + decay * weight[at[1]];
    const T moved = m * momentum[at[2]] + d;
    momentum[at[2]] = moved;
    weight[at[1]] -= rate * (nesterov ? d + m * moved : moved);
  });
}

void sgd_step(const SgdStep& p, const Tensor& g, Tensor& w, Tensor& v) {
  visit_floating(w.dtype(), "sgd_step", [&]<class T>(T) { sgd_step_as<T>(p, g, w, v); });
}

}  // namespace

void add_optim(Backend& b) { b.sgd_step = sgd_step; }

}  // namespace odin::tensor::cuda
