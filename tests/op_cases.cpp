#include "odin/tests/op_cases.h"

#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/golden/golden_ops.h"
#include "odin/tests/op_cases/families.h"

namespace odin::tests {

std::vector<Tensor> OpCase::make_inputs() const {
  if (!given.empty()) return given;
  std::vector<Tensor> result;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const tensor::Random random(11, i);
    result.push_back(positive ? tensor::affine(random.uniform(inputs[i]).to(DType::f64), 2, 0.3)
                              : random.normal(inputs[i]).to(DType::f64));
  }
  return result;
}

const std::vector<OpCase>& op_cases() {
  static const std::vector<OpCase> cases = [] {
    std::vector<OpCase> all;
    add_elementwise(all);
    add_activations(all);
    add_reductions_and_shapes(all);
    add_softmax(all);
    add_losses(all);
    add_conv(all);
    add_grouped_conv(all);
    add_norms(all);
    add_pools(all);
    add_gradients(all);
    add_fused(all);
    for (OpCase& golden : golden_op_cases()) all.push_back(std::move(golden));
    return all;
  }();
  return cases;
}

const std::vector<TensorCase>& tensor_cases() {
  using Tensors = std::vector<Tensor>;
  static const std::vector<TensorCase> cases = [] {
    std::vector<TensorCase> all{
        {"abs", {{3, 37}}, [](Tensors& t) { return tensor::abs(t[0]); }},
        {"step_sign", {{3, 37}}, [](Tensors& t) { return tensor::step_sign(t[0]); }},
        {"floor", {{3, 37}}, [](Tensors& t) { return tensor::floor(t[0]); }},
        {"ceil", {{3, 37}}, [](Tensors& t) { return tensor::ceil(t[0]); }},
        {"round",
         {{3, 37}},
         [](Tensors& t) { return tensor::round(tensor::affine(t[0], 2, 0.5)); }},
        {"sign", {{3, 37}}, [](Tensors& t) { return tensor::sign(tensor::round(t[0])); }},
        {"less_equal, broadcast",
         {{2, 1, 7}, {5, 1}},
         [](Tensors& t) { return tensor::less_equal(tensor::round(t[0]), tensor::round(t[1])); }},
        {"equal, broadcast",
         {{2, 1, 7}, {5, 1}},
         [](Tensors& t) { return tensor::equal(tensor::round(t[0]), tensor::round(t[1])); }},
        {"argmax of a middle dimension",
         {{4, 6, 3}},
         [](Tensors& t) { return tensor::argmax(t[0], 1).to(t[0].dtype()); }},
        {"all_finite",
         {{5, 19}},
         [](Tensors& t) { return Tensor::scalar(tensor::all_finite(t[0]), t[0].dtype()); }},
        {"sum_of_squares",
         {{5, 19}},
         [](Tensors& t) { return Tensor::scalar(tensor::sum_of_squares(t[0]), t[0].dtype()); }},
        {"sgd_step",
         {{5, 3, 3}, {5, 3, 3}, {5, 3, 3}},
         [](Tensors& t) {
           tensor::sgd_step_(t[0], t[1], t[2], {0.1, 0.9, 1e-4, true});
           return tensor::concat(std::array{t[0], t[1]}, 0);
         }},
        {"fill of a view",
         {{4, 6, 5}},
         [](Tensors& t) {
           Tensor view = t[0].slice(1, 1, 6, 2);
           tensor::fill_(view, 0.25);
           return t[0];
         }},
        {"copy of a transposed tensor",
         {{7, 18}},
         [](Tensors& t) { return t[0].transpose(0, 1).clone(); }},
    };
    add_forward_convolutions(all);
    add_equal_pixels(all);
    add_pools_of_large_images(all);
    return all;
  }();
  return cases;
}

}  // namespace odin::tests