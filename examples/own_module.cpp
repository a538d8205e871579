// A network with a module of your own. Its parameters get full names in the state dict and on the
// tape.
#include <odin/nn.h>

#include <iostream>

namespace {

namespace nn = odin::nn;
using odin::autograd::Variable;
using odin::tensor::Tensor;

/// x + scale * relu(norm(conv(x))) with a learned scale, which starts at 0: then the block is the
/// identity.
class Residual final : public nn::Module {
 public:
  explicit Residual(std::int64_t channels)
      : conv_({.in = channels, .out = channels, .kernel = 3, .padding = 1}), norm_(channels) {
    register_module("conv", conv_);
    register_module("norm", norm_);
    register_parameter("scale", scale_, nn::Initial::constant(0));
  }
  Variable forward(const Variable& x) const override {
    return x + scale_ * norm_.forward_relu(conv_(x));
  }

 private:
  nn::Conv2d conv_;
  nn::BatchNorm2d norm_;
  Variable scale_{Tensor::scalar(0), true};
};

}  // namespace

int main() {
  nn::Sequential net;
  net.add<nn::Conv2d>(nn::Conv2dOptions{.in = 3, .out = 8});
  net.add<Residual>(8);
  net.add<nn::GlobalAvgPool>();
  net.add<nn::Linear>(8, 10);
  nn::initialize(net, 1);

  for (const auto& [name, variable, initial] : net.parameters())
    std::cout << name << ' ' << variable.shape() << '\n';
  const Variable picture(odin::tensor::Random(2).uniform({1, 3, 8, 8}));
  const Variable logits = net(picture);
  std::cout << '\n' << to_text(logits) << '\n' << logits.value() << '\n';
}
