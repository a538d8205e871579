#include <doctest/doctest.h>

#include <cmath>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/nn/io/safetensors.h"
#include "odin/nn/layers/batch_norm.h"
#include "odin/nn/layers/linear.h"
#include "odin/nn/optim/adam.h"
#include "odin/nn/optim/ema.h"
#include "odin/nn/optim/schedule.h"
#include "odin/nn/optim/sgd.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using autograd::Variable;
using tensor::Tensor;
using tests::on_device;

TEST_SUITE("nn") {
  TEST_CASE("SGD with momentum takes the steps worked out by hand") {
    // One weight of 1, gradient always 2: g = 2, then v = 2, 0.5 * 2 + 2 = 3.
    for (const bool nesterov : {false, true}) {
      nn::Linear layer(1, 1);
      layer.to(tests::device());
      layer.to(tests::device());
      Tensor weight = layer.parameters()[0].variable.value();
      tensor::fill_(weight, 1);
      nn::Sgd sgd(layer, {.momentum = 0.5, .nesterov = nesterov, .weight_decay = 0});
      const double expected[2][2] = {{1 - 0.1 * 2, 0.8 - 0.1 * 3}, {1 - 0.1 * 3, 0.7 - 0.1 * 3.5}};
      for (const double value : expected[nesterov]) {
        layer.zero_grad();
        autograd::backward(sum(layer(Variable(on_device(Tensor::full({1, 1}, 2))))));
        sgd.step(0.1);
        CHECK(weight.item() == doctest::Approx(value));
      }
    }
  }

  TEST_CASE("Adam and AdamW take PyTorch's steps") {
    struct Case {
      nn::AdamOptions options;
      std::vector<double> expected;  // torch.optim 1.13, float64, 15 digits
    };
    const nn::AdamOptions none{.beta1 = 0.8, .beta2 = 0.9};
    nn::AdamOptions decay = none, decoupled = none;
    decay.weight_decay = decoupled.weight_decay = 0.1;
    decoupled.decoupled = true;
    for (const Case& c :
         {Case{none, {0.598566946164477, -2.40131544260093, 0.109884048238629}},
          Case{decay, {0.598552242510226, -2.40130357510104, 0.108861256910752}},
          Case{decoupled, {0.565111947545067, -2.31663020738309, 0.095931467885366}}}) {
      const Variable w(on_device(Tensor::from(std::vector<double>{1, -2, 0.5}, {3})), true);
      nn::Adam adam({w}, c.options);
      for (int i = 0; i < 4; ++i) {
        adam.zero_grad();
        autograd::backward(sum(add(mul(square(w), w), affine(w, i, 0))));
        adam.step(0.1);
      }
      CHECK_CLOSE(w.value(), Tensor::from(c.expected, {3}), 1e-13);
    }
    CHECK(tests::error_of([] {
            nn::Adam(std::vector<Variable>(), {.beta1 = 1});
          }).starts_with("adam: expected betas"));
  }

  TEST_CASE("Adam goes on from its state to the same weights, and refuses another's") {
    const auto steps = [](const Variable& w, nn::Adam& adam, int from, int to) {
      for (int i = from; i < to; ++i) {
        adam.zero_grad();
        autograd::backward(sum(add(mul(square(w), w), affine(w, i, 0))));
        adam.step(0.1);
      }
    };
    const auto made = [] {
      return Variable(on_device(Tensor::from(std::vector<double>{1, -2, 0.5}, {3})), true);
    };
    const Variable whole = made(), parts = made();
    nn::Adam all({whole}), first({parts});
    CHECK(first.state().empty());
    steps(whole, all, 0, 5);
    steps(parts, first, 0, 2);
    const nn::StateDict state = first.state();
    nn::Adam second({parts});
    second.load_state(state);
    steps(parts, second, 2, 5);
    CHECK_CLOSE(parts.value(), whole.value(), 0);
    CHECK(first.state().at("0.steps").to_vector<std::int64_t>()[0] == 2);  // copies

    nn::Adam other({Variable(on_device(Tensor::zeros({2}, tensor::DType::f64)), true)});
    CHECK(tests::error_of([&] {
            other.load_state(state);
          }).starts_with("adam: the state to load has no"));
    nn::StateDict lacking = state, strange = state;
    lacking.erase("0.square");
    CHECK(tests::error_of([&] {
            second.load_state(lacking);
          }).starts_with("adam: the state to load has no"));
    strange["1.mean"] = Tensor::zeros({3});
    CHECK(tests::error_of([&] { second.load_state(strange); }).find("4 entries, of which 3") !=
          std::string::npos);
  }

  TEST_CASE("weight decay pulls towards zero and parameters without gradient stay") {
    nn::Linear layer(1, 1);
    layer.to(tests::device());
    Tensor weight = layer.parameters()[0].variable.value();
    tensor::fill_(weight, 4);
    nn::Sgd sgd(layer, {.momentum = 0, .nesterov = false, .weight_decay = 0.5});
    sgd.step(0.1);
    CHECK(weight.item() == 4);
    autograd::backward(sum(layer(Variable(on_device(Tensor::zeros({1, 1}))))));
    sgd.step(0.1);
    CHECK(weight.item() == doctest::Approx(4 - 0.1 * 0.5 * 4));
  }

  TEST_CASE("without decay_norms, parameters of one dimension do not decay") {
    for (const bool decay_norms : {true, false}) {
      nn::BatchNorm2d norm(2);
      nn::Linear layer(2, 2);
      norm.to(tests::device());
      layer.to(tests::device());
      nn::Sgd norm_sgd(norm, {.momentum = 0, .weight_decay = 0.5, .decay_norms = decay_norms});
      nn::Sgd sgd(layer, {.momentum = 0, .weight_decay = 0.5, .decay_norms = decay_norms});
      for (nn::Module* module : std::initializer_list<nn::Module*>{&norm, &layer})
        for (const auto& p : module->parameters()) {
          Tensor value = p.variable.value();
          tensor::fill_(value, 1);
          p.variable.node()->grad = value.new_zeros(value.shape());
        }
      norm_sgd.step(1);
      sgd.step(1);
      const float kept = decay_norms ? 0.5f : 1.0f;
      CHECK(norm.weight().value().to_vector<float>() == std::vector{kept, kept});
      CHECK(norm.bias().value().to_vector<float>() == std::vector{kept, kept});
      const auto state = layer.state_dict();
      CHECK(state.at("weight").to_vector<float>() == std::vector(4, 0.5f));
      CHECK(state.at("bias").to_vector<float>() == std::vector{kept, kept});
    }
  }

  TEST_CASE("clipping scales all gradients together, and only when they are too large") {
    nn::Linear layer(2, 1);
    layer.to(tests::device());
    const auto gradients = [&](float weight, float bias) {
      layer.parameters()[0].variable.node()->grad = on_device(Tensor::from({weight, 0}, {1, 2}));
      layer.parameters()[1].variable.node()->grad = on_device(Tensor::from({bias}, {1}));
    };
    const auto grad = [&](std::size_t i) {
      return layer.parameters()[i].variable.grad().to_vector<float>();
    };
    gradients(3, -4);
    CHECK(nn::clip_gradients(layer, 10) == 5);
    CHECK(grad(0) == std::vector{3.0f, 0.0f});
    CHECK(nn::clip_gradients(layer, 1) == 5);
    CHECK(grad(0)[0] == doctest::Approx(0.6));
    CHECK(grad(1)[0] == doctest::Approx(-0.8));
    gradients(INFINITY, 1);
    CHECK(std::isinf(nn::clip_gradients(layer, 1)));
    CHECK(grad(1)[0] == 1);
    layer.zero_grad();
    CHECK(nn::clip_gradients(layer, 1) == 0);
    CHECK(tests::error_of([&] { nn::clip_gradients(layer, 0); }) ==
          "clip_gradients: the largest norm must be positive, got 0");
  }

  TEST_CASE("a gradient that two parameters share is scaled once") {
    const Tensor shared = on_device(Tensor::full({1}, 3));
    nn::Linear layer(1, 1);
    layer.to(tests::device());
    layer.parameters()[0].variable.node()->grad = shared.reshape({1, 1});
    layer.parameters()[1].variable.node()->grad = shared;
    nn::clip_gradients(layer, 3 / std::sqrt(2.0));
    for (const auto& p : layer.parameters())
      CHECK(p.variable.grad().item() == doctest::Approx(1.5));
    CHECK(shared.item() == 3);
  }

  TEST_CASE("momentum of other parameters is refused") {
    nn::Linear layer(2, 3), other(3, 3);
    layer.to(tests::device());
    other.to(tests::device());
    nn::Sgd sgd(other, {});
    autograd::backward(sum(other(Variable(on_device(Tensor::full({1, 3}, 1))))));
    sgd.step(0.1);
    nn::Sgd fresh(layer, {});
    CHECK(tests::error_of([&] { fresh.load_state(sgd.state()); }) ==
          "sgd: the state to load has no momentum for weight [3,2] of float32");
    fresh.load_state({});

    nn::StateDict more = sgd.state(), wide = sgd.state();
    more["other"] = Tensor::zeros({1});
    wide["bias"] = wide.at("bias").to(tensor::DType::f64);
    CHECK(tests::error_of([&] { sgd.load_state(more); }) ==
          "sgd: the state to load has 3 entries, expected 2");
    CHECK(tests::error_of([&] { sgd.load_state(wide); }) ==
          "sgd: the state to load has no momentum for bias [3] of float32");
  }

  TEST_CASE("a parameter without a gradient has momentum 0, which can be loaded again") {
    nn::Linear layer(2, 3);
    layer.to(tests::device());
    nn::Sgd sgd(layer, {}), other(layer, {});
    CHECK(sgd.state().empty());
    layer.parameters()[0].variable.node()->grad = on_device(Tensor::full({3, 2}, 1));
    sgd.step(0.1);
    const nn::StateDict state = sgd.state();
    REQUIRE(state.size() == 2);
    for (const float v : state.at("bias").to(tensor::Device::cpu).to_vector<float>()) CHECK(v == 0);
    other.load_state(state);
    for (const auto& [name, t] : other.state()) CHECK(tests::same(t, state.at(name)));
  }

  TEST_CASE("schedules pass through their milestones") {
    const nn::StepSchedule step{0.1, 100};
    CHECK(step.at(0) == 0.1);
    CHECK(step.at(49) == 0.1);
    CHECK(step.at(50) == doctest::Approx(0.01));
    CHECK(step.at(75) == doctest::Approx(0.001));
    const nn::CosineSchedule cosine{0.2, 110, 10, 0.01};
    CHECK(cosine.at(0) == doctest::Approx(0.02));
    CHECK(cosine.at(9) == doctest::Approx(0.2));
    CHECK(cosine.at(60) == doctest::Approx(0.105));
    CHECK(cosine.at(110) == doctest::Approx(0.01));
    const nn::StepSchedule wide{0.1, 200, {0.3, 0.6, 0.8}, 0.2, 4};
    CHECK(wide.at(0) == doctest::Approx(0.025));
    CHECK(wide.at(3) == 0.1);
    CHECK(wide.at(59) == 0.1);
    CHECK(wide.at(60) == doctest::Approx(0.02));
    CHECK(wide.at(160) == doctest::Approx(0.0008));
    const nn::OneCycleSchedule cycle{0.1, 101, 0.3, 10, 100};
    CHECK(cycle.at(0) == doctest::Approx(0.01));
    CHECK(cycle.at(29) < 0.1);
    CHECK(cycle.at(30) > 0.0998);
    CHECK(cycle.at(100) == doctest::Approx(0.0001));
    CHECK(cycle.at(101) == cycle.at(100));
    for (const double share : {0.0, 0.1, 1.0})  // no rise, one step of rise, and no fall
      for (const std::int64_t total : {1, 2, 10})
        for (std::int64_t i = 0; i < total; ++i) {
          const double rate = nn::OneCycleSchedule{0.1, total, share}.at(i);
          CHECK((rate > 0 && rate <= 0.1));
        }
    CHECK(nn::OneCycleSchedule{0.1, 10, 1.0}.at(9) == doctest::Approx(0.1));
    CHECK(nn::learning_rate_at(nn::Schedule(step), 50) == step.at(50));
    CHECK(nn::learning_rate_at(nn::Schedule(cycle), 50) == cycle.at(50));
  }

  TEST_CASE("averages move as their decay says, running statistics too") {
    nn::BatchNorm2d norm(1);
    norm.to(tests::device());
    nn::Ema ema(norm, 0.3);
    auto own = norm.state_dict();
    const auto average = [&](const char* name) {
      nn::BatchNorm2d copy(1);
      copy.to(tests::device());
      ema.copy_to(copy);
      return copy.state_dict().at(name).item();
    };
    for (auto& [name, t] : own) tensor::fill_(t, 2);
    CHECK(average("weight") == 1);
    ema.update();  // t = 0: 1/10 of the old
    CHECK(average("weight") == doctest::Approx(0.1 * 1 + 0.9 * 2));
    CHECK(average("bias") == doctest::Approx(0.1 * 0 + 0.9 * 2));
    CHECK(average("running_mean") == doctest::Approx(0.1 * 0 + 0.9 * 2));
    CHECK(average("running_var") == doctest::Approx(0.1 * 1 + 0.9 * 2));
    tensor::fill_(own.at("bias"), 0);
    ema.update();  // t = 1: 2/11 of the old
    CHECK(average("bias") == doctest::Approx(2.0 / 11 * 1.8));
    ema.update();
    ema.update();
    const double before = average("bias");
    ema.update();  // t = 4: 5/14 of the old would be more than 0.3
    CHECK(average("bias") == doctest::Approx(0.3 * before));
    CHECK(norm.bias().value().item() == 0);
  }

  TEST_CASE("averages go on from their state to the last bit") {
    const auto change = [](nn::Module& module, std::uint64_t seed) {
      for (auto& [name, t] : module.state_dict()) {
        Tensor value = t;
        tensor::copy_(value, tensor::Random(seed).uniform(t.shape()));
      }
    };
    nn::BatchNorm2d norm(3);
    norm.to(tests::device());
    nn::Ema whole(norm, 0.9), first(norm, 0.9);
    for (std::uint64_t i = 0; i < 3; ++i) {
      change(norm, i);
      whole.update();
      first.update();
    }
    const nn::Safetensors saved =
        nn::parse_safetensors(nn::serialize_safetensors({first.state(), {}}), "state");
    nn::Ema second(norm, 0.9);
    second.load_state(saved.tensors);
    change(norm, 7);
    whole.update();
    second.update();
    const auto expected = whole.state(), found = second.state();
    REQUIRE(found.size() == 5);
    for (const auto& [name, t] : expected) CHECK(tests::same(found.at(name), t));

    nn::StateDict lacking = whole.state(), more = whole.state();
    lacking.erase("running_var");
    more["other"] = Tensor::zeros({1});
    CHECK(tests::error_of([&] { second.load_state(lacking); }) ==
          "ema: the state to load has no running_var [3] of float32");
    CHECK(tests::error_of([&] { second.load_state(more); }) ==
          "ema: the state to load has 6 entries, expected 5");
    CHECK(tests::error_of([&] { nn::Ema(norm, 1); }) ==
          "ema: expected a decay from 0 to below 1, got 1");
  }

  TEST_CASE("label smoothing is from 0 to 1, and 0 changes nothing") {
    const Tensor logits = tests::normal(1, {3, 5});
    const Tensor labels = on_device(Tensor::from(std::vector<std::int64_t>{4, 0, 2}, {3}));
    const auto loss = [&](double smoothing) {
      return cross_entropy(Variable(logits), labels, autograd::Reduction::mean, smoothing)
          .value()
          .item();
    };
    CHECK(loss(0) == cross_entropy(Variable(logits), labels).value().item());
    CHECK(loss(0.1) != loss(0));
    CHECK(tests::error_of([&] { loss(-0.1); }) ==
          "cross_entropy: expected a label smoothing from 0 to 1, got -0.1");
    CHECK(tests::error_of([&] { loss(1.5); }) ==
          "cross_entropy: expected a label smoothing from 0 to 1, got 1.5");
  }

  TEST_CASE("SGD over a list of variables steps as over a module's parameters") {
    nn::Linear layer(2, 1);
    nn::initialize(layer, 1);
    layer.to(tests::device());
    std::vector<Variable> own;
    for (const auto& p : layer.parameters()) own.emplace_back(p.variable.value().clone(), true);
    const nn::SgdOptions options{.momentum = 0.5, .weight_decay = 0.1};
    nn::Sgd of_module(layer, options), of_variables(own, options);
    const Variable x(on_device(Tensor::from({1, -2}, {1, 2})));
    for (int step = 0; step < 3; ++step) {
      layer.zero_grad();
      of_variables.zero_grad();
      autograd::backward(sum(square(layer(x))));
      autograd::backward(sum(square(linear(x, own[0], own[1]))));
      of_module.step(0.1);
      of_variables.step(0.1);
    }
    const auto parameters = layer.parameters();
    for (std::size_t i = 0; i < own.size(); ++i)
      CHECK(own[i].value().to_vector<float>() == parameters[i].variable.value().to_vector<float>());
    CHECK(of_variables.state().contains("1"));
    nn::Sgd again(layer.parameters(), options);  // the same names as those of the module
    again.load_state(of_module.state());
  }

  TEST_CASE("SGD refuses what it cannot step") {
    const Variable leaf(Tensor::scalar(1), true);
    const auto error_of = [](std::vector<nn::Module::Parameter> parameters) {
      return tests::error_of([&] { nn::Sgd(std::move(parameters), {}); });
    };
    CHECK(error_of({{"w", leaf}, {"w", leaf}}) == "sgd: two parameters are named 'w'");
    CHECK(error_of({{"c", Variable(Tensor::scalar(1))}}) ==
          "sgd: parameter 'c' must be a leaf that requires a gradient");
    CHECK(error_of({{"r", square(leaf)}}) ==
          "sgd: parameter 'r' must be a leaf that requires a gradient");
  }

  TEST_CASE("gradients of any leaves are clipped together, and only some parameters averaged") {
    const Variable a(on_device(Tensor::scalar(3)), true), b(on_device(Tensor::scalar(4)), true);
    autograd::backward(affine(add(square(a), square(b)), 0.5, 0));
    const std::vector<Variable> leaves{a, b};
    CHECK(nn::clip_gradients(leaves, 1) == 5);
    CHECK(a.grad().item() == doctest::Approx(0.6));
    nn::Ema ema({{"b", b}}, 0.5);
    Tensor value = b.value();
    tensor::fill_(value, 14);
    ema.update();  // d = 1 / 10
    CHECK(ema.average().size() == 1);
    CHECK(ema.average().at("b").item() == doctest::Approx(0.1 * 4 + 0.9 * 14));
  }
}
