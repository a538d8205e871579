#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/nn/io/safetensors.h"
#include "odin/nn/optim/ema.h"
#include "odin/nn/optim/schedule.h"
#include "odin/nn/optim/sgd.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

// Compares training steps (optimizer, schedule, averages) with PyTorch's results in float64
// (tests/golden/README.md).

using namespace odin;
using autograd::Variable;
using nlohmann::json;
using tensor::DType;
using tensor::Tensor;

namespace {

/// The network of training.py, in any dtype.
class Net final : public nn::Module {
 public:
  Net(const nn::Safetensors& file, DType dtype) {
    const auto initial = [&](const std::string& name) {
      return tests::on_device(file.tensors.at("init/" + name).to(dtype).clone());
    };
    for (const char* name : {"conv.weight", "bn.weight", "bn.bias", "fc.weight", "fc.bias"})
      register_parameter(name, weights_[name] = Variable(initial(name), true, name));
    running_ = {initial("bn.running_mean"), initial("bn.running_var")};
    register_buffer("bn.running_mean", running_.mean);
    register_buffer("bn.running_var", running_.var);
  }

  Variable forward(const Variable& x) const override {
    const Variable features = autograd::batch_norm(
        autograd::conv2d(x, weights_.at("conv.weight"), {.stride = 1, .padding = 1}),
        weights_.at("bn.weight"), weights_.at("bn.bias"), running_,
        {.training = true, .relu = true});
    return autograd::linear(autograd::global_avg_pool(features), weights_.at("fc.weight"),
                            weights_.at("fc.bias"));
  }

 private:
  std::map<std::string, Variable> weights_;
  autograd::RunningStats running_;
};

/// Checks every tensor of `state` that the file has under `prefix`.
void check_state(const nn::Safetensors& file, const std::string& prefix, const nn::StateDict& state,
                 double tolerance) {
  for (const auto& [name, t] : state) {
    if (name == "updates") continue;
    CAPTURE_BOUND(name);
    CHECK_CLOSE(t, file.tensors.at(prefix + name), tolerance);
  }
}

void check_run(const nn::Safetensors& file, const std::string& name, DType dtype,
               double tolerance) {
  const json run = json::parse(file.metadata.at("run/" + name));
  const json sgd_options = json::parse(file.metadata.at("optimizer"));
  Net net(file, dtype);
  nn::Sgd sgd(net, {.momentum = sgd_options["momentum"],
                    .nesterov = true,
                    .weight_decay = sgd_options["weight_decay"],
                    .decay_norms = run["decay_norms"]});
  const double max_norm = run["max_norm"].get<double>() > 0 ? run["max_norm"].get<double>() : 1e30;
  nn::Ema ema(net, run["ema"]);
  std::vector<double> losses, norms;
  const Tensor x = tests::on_device(file.tensors.at("x").to(dtype)),
               labels = tests::on_device(file.tensors.at("labels"));
  for (std::int64_t i = 0; i < x.dim(0); ++i) {
    net.zero_grad();
    const Variable loss =
        autograd::cross_entropy(net(Variable(x.select(0, i))), labels.select(0, i),
                                autograd::Reduction::mean, run["label_smoothing"]);
    autograd::backward(loss);
    losses.push_back(loss.value().item());
    norms.push_back(nn::clip_gradients(net, max_norm));
    sgd.step(run["lr"]);
    ema.update();
  }
  CHECK_CLOSE(Tensor::from(losses, {8}), file.tensors.at(name + "/losses"), tolerance);
  CHECK_CLOSE(Tensor::from(norms, {8}), file.tensors.at(name + "/norms"), tolerance);
  check_state(file, name + "/state/", net.state_dict(), tolerance);
  if (run["ema"] > 0) check_state(file, name + "/ema/", ema.state(), tolerance);
}

}  // namespace

TEST_SUITE("golden") {
  TEST_CASE("decay, clipping, smoothing and averages of a training are PyTorch's") {
    const nn::Safetensors file = nn::read_safetensors(tests::golden("training.safetensors"));
    for (const char* name : {"no_decay", "clip", "smoothing", "ema", "all"}) {
      CAPTURE(name);
      check_run(file, name, DType::f64, 1e-11);
      check_run(file, name, DType::f32, 1e-5);
    }
  }

  TEST_CASE("the one-cycle schedule is PyTorch's at every step") {
    const nn::Safetensors file = nn::read_safetensors(tests::golden("training.safetensors"));
    for (const char* name : {"one_cycle/default", "one_cycle/other"}) {
      CAPTURE(name);
      const json options = json::parse(file.metadata.at(name));
      nn::OneCycleSchedule schedule{options["max_lr"], options["total_steps"]};
      if (options.contains("pct_start")) {
        schedule.pct_start = options["pct_start"];
        schedule.div_factor = options["div_factor"];
        schedule.final_div_factor = options["final_div_factor"];
      }
      std::vector<double> rates;
      for (std::int64_t i = 0; i < schedule.total; ++i) rates.push_back(schedule.at(i));
      CHECK_CLOSE(Tensor::from(rates, {schedule.total}), file.tensors.at(name), 1e-14);
    }
  }
}
