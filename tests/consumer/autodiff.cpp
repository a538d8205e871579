#include <odin/autograd/dump.h>
#include <odin/autograd/engine.h>
#include <odin/autograd/ops.h>

#include <cstdio>

int main() {
  using odin::autograd::Variable, odin::tensor::Tensor;
  const Variable x(Tensor::scalar(3), true, "x");
  const Variable square = mul(x, x);
  const Variable y = add(square, exp(x));
  std::printf("%s", to_text(y).c_str());
  backward(y);
  std::printf("%g\n", x.grad().item());  // 2x + e^x
}
