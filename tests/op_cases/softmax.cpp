#include "odin/autograd/ops.h"
#include "odin/tensor/ops.h"
#include "odin/tests/op_cases/families.h"

namespace odin::tests {

Tensor beside(const Variable& input, const Tensor& constant) {
  return constant.to(input.value().device());
}

void add_softmax(std::vector<OpCase>& cases) {
  cases.push_back({"softmax", {{5, 10}}, [](const Inputs& v) { return softmax(v[0]); }});
  cases.push_back({"log_softmax", {{5, 10}}, [](const Inputs& v) { return log_softmax(v[0]); }});
  cases.push_back({"log_softmax of one class", {{3, 1}}, [](const Inputs& v) {
                     return add(log_softmax(v[0]), v[0]);
                   }});
  const Tensor labels = Tensor::from(std::vector<std::int64_t>{3, 0, 9, 3, 1}, {5});
  cases.push_back({"cross_entropy, mean", {{5, 10}}, [=](const Inputs& v) {
                     return cross_entropy(v[0], beside(v[0], labels));
                   }});
  cases.push_back({"cross_entropy with label smoothing", {{5, 10}}, [=](const Inputs& v) {
                     return cross_entropy(v[0], beside(v[0], labels), autograd::Reduction::mean,
                                          0.1);
                   }});
  const Tensor only = Tensor::from(std::vector<std::int64_t>{0, 0, 0}, {3});
  cases.push_back(
      {"cross_entropy with label smoothing, one class", {{3, 1}}, [=](const Inputs& v) {
         return add(cross_entropy(v[0], beside(v[0], only), autograd::Reduction::sum, 0.3), v[0]);
       }});
  const Tensor one = Tensor::from(std::vector<std::int64_t>{16}, {1});
  cases.push_back({"cross_entropy with nothing but smoothing", {{1, 17}}, [=](const Inputs& v) {
                     return cross_entropy(v[0], beside(v[0], one), autograd::Reduction::sum, 1);
                   }});
  cases.push_back({"cross_entropy at T = 1000",
                   {{5, 10}},
                   [=](const Inputs& v) {
                     return cross_entropy(affine(v[0], 1e-3, 0), beside(v[0], labels),
                                          autograd::Reduction::sum);
                   },
                   false,
                   true,
                   1e-2});  // a smaller step would be lost in the rounding of the sum
  cases.push_back(
      {"softmax of many classes", {{3, 101}}, [](const Inputs& v) { return softmax(v[0]); }});
  cases.push_back({"log_softmax of many classes", {{3, 101}}, [](const Inputs& v) {
                     return log_softmax(v[0]);
                   }});
  cases.push_back(
      {"softmax along channels", {{2, 3, 5, 7}}, [](const Inputs& v) { return softmax(v[0], 1); }});
}

void add_losses(std::vector<OpCase>& cases) {
  const Tensor target = Tensor::from(std::vector<double>{0.2, 1, 0, 0.7, 0.5, 1}, {2, 3});
  const auto like = [=](const Variable& x) { return beside(x, target.to(x.dtype())); };
  using autograd::Reduction;
  for (const Reduction reduction : {Reduction::mean, Reduction::sum}) {
    const std::string how = reduction == Reduction::mean ? ", mean" : ", sum";
    cases.push_back({"mean_square_error" + how, {{2, 3}}, [=](const Inputs& v) {
                       return mean_square_error(v[0], like(v[0]), reduction);
                     }});
    cases.push_back({"binary_cross_entropy" + how, {{2, 3}}, [=](const Inputs& v) {
                       return binary_cross_entropy(v[0], like(v[0]), reduction);
                     }});
    const Tensor labels = Tensor::from(std::vector<std::int64_t>{3, 0, 6}, {3});
    cases.push_back({"hinge" + how, {{3, 7}}, [=](const Inputs& v) {
                       return hinge(v[0], beside(v[0], labels), 1, reduction);
                     }});
  }
}

}  // namespace odin::tests
