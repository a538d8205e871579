#include <doctest/doctest.h>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/nn/fusion.h"
#include "odin/nn/io/safetensors.h"
#include "odin/nn/models/make_model.h"
#include "odin/nn/optim/sgd.h"
#include "odin/perturb.h"
#include "odin/score.h"
#include "odin/tensor/backend/backend.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

// Compares whole networks with PyTorch's results in float64 (tests/golden/README.md).

using namespace odin;
using autograd::Variable;
using tensor::Tensor;

namespace {

struct Golden {
  const char* architecture;
  const char* file;
  std::int64_t classes;
};
constexpr Golden kNetworks[] = {{"densenet-bc-16-4", "densenet_bc_16_4.safetensors", 10},
                                {"wrn-10-1", "wide_resnet_10_1.safetensors", 7}};

/// The tensors whose names start with `prefix`, under their names without it.
nn::StateDict part(const nn::Safetensors& file, const std::string& prefix) {
  nn::StateDict found;
  for (const auto& [name, t] : file.tensors)
    if (name.starts_with(prefix)) found[name.substr(prefix.size())] = t;
  return found;
}

struct Loaded {
  explicit Loaded(const Golden& g)
      : file(nn::read_safetensors(tests::golden(g.file))),
        network(nn::make_model(g.architecture, g.classes)) {
    network->load_state_dict(part(file, "state/"));
    network->to(tests::device());
  }
  double number(const char* key) const { return std::stod(file.metadata.at(key)); }
  Tensor operator[](const std::string& name) const {
    return tests::on_device(file.tensors.at(name));
  }

  nn::Safetensors file;
  std::unique_ptr<nn::Module> network;
};

void check_evaluation(const Loaded& g) {
  for (const auto& [temperature, name] : {std::pair{1.0, "dx_t1"}, std::pair{1000.0, "dx_t1000"}}) {
    const auto result = input_gradient(*g.network, g["x"], temperature);
    CHECK_CLOSE(result.logits, g["logits"], 1e-5);
    CHECK_CLOSE(result.gradient, g[name], 1e-5);
  }
  const auto result = input_gradient(*g.network, g["x"], 1000);
  const auto msp = max_softmax(result.logits, 1);
  const Tensor moved = perturb(g["x"], result.gradient, 0.0014, {0.247, 0.243, 0.261});
  const auto odin = max_softmax((*g.network)(Variable(moved)).value(), 1000);
  for (std::size_t i = 0; i < msp.size(); ++i) {
    CHECK(msp[i] == doctest::Approx(g["msp"].to_vector<double>()[i]).epsilon(1e-6));
    CHECK(std::abs(odin[i] - g["odin"].to_vector<double>()[i]) < 1e-9);
  }
}

void check_training(const Loaded& g) {
  nn::Sgd sgd(*g.network, {.momentum = g.number("momentum"),
                           .nesterov = true,
                           .weight_decay = g.number("weight_decay")});
  g.network->train();
  std::vector<double> losses;
  for (std::int64_t i = 0; i < g["train/x"].dim(0); ++i) {
    g.network->zero_grad();
    const Variable loss = autograd::cross_entropy((*g.network)(Variable(g["train/x"].select(0, i))),
                                                  g["train/labels"].select(0, i));
    losses.push_back(loss.value().item());
    autograd::backward(loss);
    sgd.step(g.number("lr"));
  }
  CHECK_CLOSE(Tensor::from(losses, {10}), g["train/losses"], 1e-5);
  g.network->eval();
  CHECK_CLOSE((*g.network)(Variable(g["x"])).value(), g["train/logits"], 1e-4);
  const nn::StateDict state = g.network->state_dict();
  const nn::StateDict expected = part(g.file, "train/state/");
  CHECK(expected.size() >= 6);
  for (const auto& [name, t] : expected) {
    CAPTURE_BOUND(name);
    CHECK_CLOSE(state.at(name), t, 1e-4);
  }
}

}  // namespace

TEST_SUITE("golden") {
  TEST_CASE("logits, input gradients and scores of whole networks are PyTorch's") {
    for (const Golden& g : kNetworks)
      for (const bool fused : {true, false}) {
        CAPTURE(g.architecture);
        CAPTURE(fused);
        const nn::FusionScope fusion(fused);
        check_evaluation(Loaded(g));
      }
  }

  TEST_CASE("ten training steps of whole networks are PyTorch's") {
    for (const Golden& g : kNetworks)
      for (const bool fused : {true, false}) {
        CAPTURE(g.architecture);
        CAPTURE(fused);
        const nn::FusionScope fusion(fused);
        check_training(Loaded(g));
      }
  }

  TEST_CASE("the reference loops give PyTorch's networks too" * tests::on_cpu_only()) {
    const tensor::BackendScope plain(tensor::reference_backend());
    for (const Golden& g : kNetworks) check_evaluation(Loaded(g));
  }
}
