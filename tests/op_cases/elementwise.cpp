#include <string>

#include "odin/autograd/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/op_cases/families.h"

namespace odin::tests {

void add_elementwise(std::vector<OpCase>& cases) {
  const Shape wide{3, 37};
  cases.push_back({"add, broadcast", {{2, 3, 1, 5}, {3, 4, 1}}, [](const Inputs& v) {
                     return add(v[0], v[1]);
                   }});
  cases.push_back({"sub, broadcast", {{3, 4, 1}, {2, 3, 1, 5}}, [](const Inputs& v) {
                     return sub(v[0], v[1]);
                   }});
  cases.push_back(
      {"mul, broadcast", {{2, 1, 7}, {5, 1}}, [](const Inputs& v) { return mul(v[0], v[1]); }});
  cases.push_back({"div, broadcast",
                   {{2, 5, 7}, {5, 1}},
                   [](const Inputs& v) { return div(v[0], v[1]); },
                   true});
  cases.push_back(
      {"mul of a number with itself", {wide}, [](const Inputs& v) { return mul(v[0], v[0]); }});
  cases.push_back({"affine", {wide}, [](const Inputs& v) { return affine(v[0], -1.5, 0.25); }});
  cases.push_back({"neg", {wide}, [](const Inputs& v) { return neg(v[0]); }});
  cases.push_back({"exp", {wide}, [](const Inputs& v) { return exp(v[0]); }});
  cases.push_back({"log", {wide}, [](const Inputs& v) { return log(v[0]); }, true});
  cases.push_back({"sqrt", {wide}, [](const Inputs& v) { return sqrt(v[0]); }, true});
  cases.push_back({"square", {wide}, [](const Inputs& v) { return square(v[0]); }});
  cases.push_back({"relu", {wide}, [](const Inputs& v) { return relu(v[0]); }});
  cases.push_back({"tanh", {wide}, [](const Inputs& v) { return tanh(v[0]); }});
  cases.push_back({"abs", {wide}, [](const Inputs& v) { return abs(v[0]); }});
  cases.push_back({"erf", {wide}, [](const Inputs& v) { return erf(v[0]); }});
  cases.push_back({"sin", {wide}, [](const Inputs& v) { return sin(v[0]); }});
  cases.push_back({"cos", {wide}, [](const Inputs& v) { return cos(v[0]); }});
  cases.push_back({"pow, broadcast",
                   {{2, 5, 7}, {5, 1}},
                   [](const Inputs& v) { return pow(v[0], v[1]); },
                   true});
  cases.push_back({"pow of a whole number", {wide}, [](const Inputs& v) { return pow(v[0], 3); }});
  cases.push_back({"pow -0.5", {wide}, [](const Inputs& v) { return pow(v[0], -0.5); }, true});
  cases.push_back({"maximum, broadcast", {{2, 1, 7}, {5, 1}}, [](const Inputs& v) {
                     return maximum(v[0], v[1]);
                   }});
  cases.push_back({"minimum, broadcast", {{2, 1, 7}, {5, 1}}, [](const Inputs& v) {
                     return minimum(v[0], v[1]);
                   }});
  cases.push_back({"where, broadcast", {{3, 5, 1}, {5, 7}, {3, 1, 7}}, [](const Inputs& v) {
                     return add(where(less(v[0], v[2]), v[1], v[2]), v[0]);
                   }});
}

void add_activations(std::vector<OpCase>& cases) {
  using tensor::Activation;
  // Far from 0 too, where exponentials are small or large.
  for (const Activation& f :
       {Activation(), Activation::relu(), Activation::leaky_relu(0.1), Activation::clip(-0.4, 0.9),
        Activation::sigmoid(), Activation::silu(), Activation::gelu(), Activation::gelu(true),
        Activation::hard_sigmoid(), Activation::hard_swish(), Activation::softplus(),
        Activation::elu(0.7)})
    for (const double scale : {1.0, 6.0}) {
      std::string name = "activation " + std::string(tensor::name_of(f.kind));
      if (scale > 1) name += ", large";
      cases.push_back({name, {{3, 37}}, [=](const Inputs& v) {
                         return activation(affine(v[0], scale, 0), f);
                       }});
    }
  cases.push_back(
      {"prelu", {{2, 3, 5, 7}, {3, 1, 1}}, [](const Inputs& v) { return prelu(v[0], v[1]); }});
  cases.push_back({"dropout", {{5, 17}}, [](const Inputs& v) {
                     return dropout(v[0], 0.3, tensor::Random(5));
                   }});
}

}  // namespace odin::tests
