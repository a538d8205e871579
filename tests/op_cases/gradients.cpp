#include "odin/autograd/ops.h"
#include "odin/tensor/ops/conv.h"
#include "odin/tensor/random.h"
#include "odin/tests/op_cases/families.h"

namespace odin::tests {

/// Gradients that are operations with gradients themselves, for second derivatives.
void add_gradients(std::vector<OpCase>& cases) {
  cases.push_back({"relu_grad", {{3, 37}}, [](const Inputs& v) {
                     return relu_grad(square(v[0]), v[0].detach());
                   }});
  cases.push_back({"sum_to", {{2, 3, 5}}, [](const Inputs& v) {
                     return square(sum_to(v[0], {3, 1}));
                   }});
  cases.push_back({"slice_grad", {{2, 3}}, [](const Inputs& v) {
                     return square(slice_grad(v[0], {2, 7}, 1, 1, 7, 2));
                   }});
  cases.push_back(
      {"gather_grad", {{2, 4, 3}}, [](const Inputs& v) {
         const std::vector<std::int64_t> positions{4, 0, 0, 2};
         return square(gather_grad(v[0], 1, beside(v[0], Tensor::from(positions, {4})), {2, 5, 3}));
       }});
  const Conv2dParams p{.stride = {2, 1}, .padding = {1, 0, 1, 2}, .groups = 2};
  const Shape x{2, 4, 6, 5}, w{4, 2, 3, 3}, y = tensor::conv2d_shape("conv2d", x, w, p);
  cases.push_back({"conv2d_input_grad", {y, w}, [=](const Inputs& v) {
                     return conv2d_input_grad(v[0], v[1], x, p);
                   }});
  cases.push_back({"conv2d_weight_grad", {x, y}, [=](const Inputs& v) {
                     return conv2d_weight_grad(v[0], v[1], w, p);
                   }});
  const Pool2dParams pool{.kernel = 3, .stride = 2, .padding = 1};
  const Tensor pixels = tensor::Random(3).normal({1, 2, 7, 6});
  cases.push_back({"max_pool2d_grad", {{1, 2, 4, 3}}, [=](const Inputs& v) {
                     const Variable fixed(beside(v[0], pixels.to(v[0].dtype())));
                     return square(max_pool2d_grad(fixed, v[0], pool));
                   }});
  cases.push_back({"max_pool2d_pick", {{1, 2, 7, 6}}, [=](const Inputs& v) {
                     const Variable fixed(beside(v[0], pixels.to(v[0].dtype())));
                     return square(max_pool2d_pick(fixed, v[0], pool));
                   }});
  cases.push_back({"avg_pool2d_grad", {{1, 2, 4, 3}}, [=](const Inputs& v) {
                     return square(avg_pool2d_grad(v[0], {1, 2, 7, 6}, pool));
                   }});
}

}  // namespace odin::tests
