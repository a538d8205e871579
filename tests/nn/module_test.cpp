#include "odin/nn/module.h"

#include <doctest/doctest.h>

#include <cmath>
#include <utility>

#include "odin/autograd/dump.h"
#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/nn/fusion.h"
#include "odin/nn/layers/activation.h"
#include "odin/nn/layers/pooling.h"
#include "odin/nn/layers/sequential.h"
#include "odin/nn/models/densenet_bc.h"
#include "odin/nn/models/make_model.h"
#include "odin/nn/models/registry.h"
#include "odin/nn/shapes_only.h"
#include "odin/nn/summary.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using autograd::Variable;
using tensor::Shape;
using tensor::Tensor;
using tests::contains;
using tests::error_of;

TEST_SUITE("nn") {
  TEST_CASE("networks have the published sizes" * tests::on_cpu_only()) {
    struct Known {
      const char* name;
      std::int64_t classes, parameters;
      double million_multiply_adds;
    };
    for (const Known& k :
         {Known{"densenet-bc-100-12", 10, 769162, 287.9},
          Known{"densenet-bc-40-12", 10, 176122, 72.4}, Known{"wrn-28-10", 10, 36479194, 5243},
          Known{"wrn-40-2", 10, 2243546, 327.6}}) {
      CAPTURE(k.name);
      const auto network = nn::make_model(k.name, k.classes);
      CHECK(network->parameter_count() == k.parameters);
      CHECK(nn::parameter_count(k.name, k.classes) == k.parameters);
      {
        const nn::ShapesOnlyScope nothing_is_computed;
        const auto shapes = nn::make_model(k.name, k.classes);
        const auto count = static_cast<double>(nn::multiply_adds(*shapes, {1, 3, 32, 32}));
        CHECK(count / 1e6 == doctest::Approx(k.million_multiply_adds).epsilon(0.001));
      }
      if (k.parameters > 3000000) continue;  // a forward pass of the largest takes too long
      const auto count = static_cast<double>(nn::multiply_adds(*network, {1, 3, 32, 32}));
      CHECK(count / 1e6 == doctest::Approx(k.million_multiply_adds).epsilon(0.001));
    }
  }

  TEST_CASE("multiply-adds of a network with biases are counted on its shapes, too") {
    const auto network = nn::make_model("lenet-5", 10, {1, 28, 28});
    const auto counted = nn::multiply_adds(*network, {1, 1, 28, 28});
    const nn::ShapesOnlyScope nothing_is_computed;
    const auto shapes = nn::make_model("lenet-5", 10, {1, 28, 28});
    CHECK(counted > 100000);
    CHECK(nn::multiply_adds(*shapes, {1, 1, 28, 28}) == counted);
  }

  TEST_CASE("any legal numbers and class counts make a network") {
    for (const char* name : {"densenet-bc-10-1", "densenet-bc-22-5", "wrn-10-1", "wrn-16-3"}) {
      CAPTURE(name);
      const auto network = nn::make_model(name, 3);
      CHECK(nn::parameter_count(name, 3) == network->parameter_count());
      nn::initialize(*network, 1);
      network->to(tests::device());
      const Tensor x = tests::on_device(Tensor::full({2, 3, 20, 12}, 0.5));
      const Tensor y = (*network)(Variable(x)).value();
      CHECK(y.shape() == Shape{2, 3});
      CHECK(tensor::all_finite(y));
    }
    CHECK(error_of([] { nn::make_model("densenet-bc-41-12", 10); }).find("multiple of 6") !=
          std::string::npos);
    CHECK(error_of([] { nn::make_model("wrn-28-0", 10); }).find("width >= 1") != std::string::npos);
    for (const char* name :
         {"resnet", "densenet-bc-40", "wrn-28-10-2", "", "wrn-28-x", "wrn-99999999999999999999-1"})
      CHECK(error_of([&] { nn::make_model(name, 10); }) ==
            "model: expected " + nn::architecture_forms() + ", got '" + std::string(name) + "'");
  }

  TEST_CASE("parameters have the published names") {
    const auto dense = nn::make_model("densenet-bc-16-4", 10)->state_dict();
    for (const char* name :
         {"conv1.weight", "block1.layer.0.bn1.weight", "block1.layer.1.conv2.weight",
          "block3.layer.1.bn2.running_var", "trans1.bn1.running_mean", "trans2.conv1.weight",
          "bn1.bias", "fc.weight", "fc.bias"})
      CHECK_MESSAGE(dense.contains(name), name);
    const auto wide = nn::make_model("wrn-16-1", 10)->state_dict();
    for (const char* name :
         {"block2.layer.0.convShortcut.weight", "block1.layer.1.conv1.weight", "bn1.weight"})
      CHECK_MESSAGE(wide.contains(name), name);
    CHECK_FALSE(wide.contains("block2.layer.1.convShortcut.weight"));
    CHECK_FALSE(wide.contains("block1.layer.0.convShortcut.weight"));  // 16 channels in and out
  }

  TEST_CASE("a module of shapes takes over the tensors that nobody else holds, and copies others") {
    const auto network = nn::make_model("wrn-10-1", 10);
    nn::initialize(*network, 1);
    nn::StateDict state = network->state_dict();
    for (auto& [name, t] : state) t = t.clone();
    const Tensor shared = state.at("fc.bias");
    const float* own = state.at("fc.weight").data<float>();
    state.at("bn1.bias") = state.at("bn1.bias").to(tensor::DType::f64);
    state["bn1.num_batches_tracked"] = Tensor::zeros({}, tensor::DType::i64);
    const auto made = [] {
      const nn::ShapesOnlyScope without_memory;
      return nn::make_model("wrn-10-1", 10);
    }();
    made->take_state_dict(std::move(state));
    const nn::StateDict taken = made->state_dict();
    CHECK(taken.at("fc.weight").data<float>() == own);
    CHECK(taken.at("fc.bias").data<float>() != shared.data<float>());
    CHECK(taken.at("bn1.bias").dtype() == tensor::DType::f32);
    const Variable x(Tensor::full({1, 3, 32, 32}, 0.5));
    CHECK((*made)(x).value().to_vector<float>() == (*network)(x).value().to_vector<float>());
    CHECK(error_of([&] { made->take_state_dict({}); }).starts_with("load_state_dict: missing"));
  }

  TEST_CASE("loading lists everything that does not fit and changes nothing") {
    const auto network = nn::make_model("wrn-10-1", 10);
    nn::initialize(*network, 1);
    nn::StateDict state = network->state_dict();
    for (auto& [name, t] : state) t = t.clone();
    const Tensor before = state.at("fc.bias").clone();
    tensor::fill_(state.at("fc.bias"), 5);
    state.erase("bn1.bias");
    state["fc.weight"] = Tensor::zeros({7, 64});
    state["extra"] = Tensor::zeros({2});
    state["bn1.num_batches_tracked"] = Tensor::zeros({}, tensor::DType::i64);
    state.at("bn1.weight").write<float>()[3] = std::nanf("");
    CHECK(error_of([&] { network->load_state_dict(state); }) ==
          "load_state_dict: missing bn1.bias [64]; bn1.weight holds NaN or infinity; "
          "fc.weight has shape [7,64], expected [10,64]; unexpected 'extra' [2]");
    CHECK(network->state_dict().at("fc.bias").to_vector<float>() == before.to_vector<float>());

    nn::StateDict wide = network->state_dict();
    wide["bn1.bias"] = Tensor::full({64}, 1e39, tensor::DType::f64);
    CHECK(error_of([&] { network->load_state_dict(wide); }) ==
          "load_state_dict: bn1.bias holds a number too large for float32");
    const std::string all = error_of([&] { network->load_state_dict({}); });
    CHECK(std::count(all.begin(), all.end(), ';') == 20);
    CHECK(contains(all, "; and " + std::to_string(network->state_dict().size() - 20) +
                            " more missing or unfit: block"));
  }

  TEST_CASE("the same seed makes the same network, with He's variance") {
    const auto a = nn::make_model("wrn-10-2", 10), b = nn::make_model("wrn-10-2", 10);
    nn::initialize(*a, 7);
    nn::initialize(*b, 7);
    for (const auto& [name, t] : a->state_dict())
      CHECK(t.to_vector<float>() == b->state_dict().at(name).to_vector<float>());
    nn::initialize(*b, 8);
    CHECK(a->state_dict().at("conv1.weight").to_vector<float>() !=
          b->state_dict().at("conv1.weight").to_vector<float>());
    const Tensor w = a->state_dict().at("block3.layer.0.conv2.weight");  // [128,128,3,3]
    CHECK(tensor::mean(tensor::square(w)).item() == doctest::Approx(2.0 / (128 * 9)).epsilon(0.02));
    CHECK(a->state_dict().at("bn1.weight").to_vector<float>() == std::vector<float>(128, 1));
    CHECK(a->state_dict().at("bn1.running_mean").to_vector<float>() == std::vector<float>(128, 0));
  }

  TEST_CASE("joined and separate batch norm and ReLU agree, values and gradients") {
    const auto network = nn::make_model("densenet-bc-16-4", 5);
    nn::initialize(*network, 3);
    network->to(tests::device());
    const Variable x(tests::normal(1, {2, 3, 8, 8}), true);
    for (const bool training : {false, true}) {
      network->train(training);
      Tensor values[2], gradients[2];
      for (const bool fused : {false, true}) {
        const nn::FusionScope scope(fused);
        const Variable y = (*network)(x);
        values[fused] = y.value();
        gradients[fused] = autograd::grad(sum(square(y)), x);
      }
      CHECK_CLOSE(values[1], values[0], 1e-6);
      CHECK_CLOSE(gradients[1], gradients[0], 1e-5);
    }
  }

  TEST_CASE("frozen parameters get no gradient and are themselves again afterwards") {
    const auto network = nn::make_model("densenet-bc-10-2", 3);
    nn::initialize(*network, 1);
    network->to(tests::device());
    const Variable x(tests::on_device(Tensor::full({1, 3, 8, 8}, 0.1)), true);
    {
      const autograd::FrozenParametersScope frozen;
      autograd::backward(sum((*network)(x)));
      for (const auto& p : network->parameters()) CHECK_FALSE(p.variable.grad().defined());
    }
    autograd::backward(sum((*network)(x)));
    for (const auto& p : network->parameters()) CHECK(p.variable.grad().defined());
  }

  TEST_CASE("modules know their parts by name and which of them is running") {
    struct Witness final : nn::Module {
      Variable forward(const Variable& x) const override {
        seen = running();
        return x;
      }
      mutable const Module* seen = nullptr;
    };
    nn::Sequential inner;
    auto& first = inner.add<Witness>();
    nn::Sequential outer;
    auto& nested = outer.add<nn::Sequential>();
    auto& second = nested.add<Witness>();
    CHECK(nn::Module::running() == nullptr);
    outer(inner(Variable(Tensor::scalar(1))));
    CHECK(first.seen == &first);
    CHECK(second.seen == &second);
    CHECK(nn::Module::running() == nullptr);
    const auto parts = outer.parts();
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].name == "0");
    CHECK(parts[1].name == "0.0");
    CHECK(parts[1].module == &second);
  }

  TEST_CASE("modules compose in sequence") {
    nn::Sequential net;
    net.add<nn::Conv2d>(nn::Conv2dOptions{.in = 1, .out = 2, .kernel = 3, .padding = 1});
    net.add<nn::ReLU>();
    net.add<nn::AvgPool2d>(tensor::Pool2dParams{});
    net.add<nn::GlobalAvgPool>();
    net.add<nn::Linear>(2, 3);
    nn::initialize(net, 1);
    net.to(tests::device());
    CHECK(net(Variable(tests::on_device(Tensor::full({4, 1, 6, 6}, 1)))).shape() == Shape{4, 3});
    CHECK(net.parameters().front().name == "0.weight");
    CHECK(net.parameters().back().name == "4.bias");
  }

  TEST_CASE("initialize fills a parameter as its module says, whatever its name and rank") {
    struct Own final : nn::Module {
      Own() {
        register_parameter("weight", bias);
        register_parameter("bias", scale, nn::Initial::constant(3));
        register_parameter("offset", kernel, nn::Initial::normal(0.5));
        register_buffer("running_var", count, 7);
      }
      Variable forward(const Variable& x) const override { return x; }
      Variable bias{Tensor::full({1, 64, 1, 1}, 0.25), true};
      Variable scale{Tensor::zeros({4}), true}, kernel{Tensor::zeros({100}), true};
      Tensor count = Tensor::zeros({2});
    };
    Own own;
    nn::initialize(own, 1);
    CHECK(own.bias.value().to_vector<float>() == std::vector<float>(64, 0.25f));
    CHECK(own.scale.value().to_vector<float>() == std::vector<float>(4, 3));
    CHECK(own.count.to_vector<float>() == std::vector<float>(2, 7));
    const auto drawn = tensor::affine(tensor::Random(1, 2).normal({100}), 0.5, 0);
    CHECK(tests::same(own.kernel.value(), drawn));
  }

  TEST_CASE("a tape as text or picture shows parameters where they are read, by their full names") {
    nn::Sequential net;
    net.add<nn::Sequential>().add<nn::Linear>(2, 3);
    const Variable x(Tensor::zeros({1, 2}), true, "x");
    const std::string text = autograd::to_text(net(x));
    CHECK(text.starts_with("%1 = x [1,2]\n%2 = "));
    for (const char* name : {"0.0.weight [", "0.0.bias [3]"}) {
      CHECK(text.find(name) != std::string::npos);
      CHECK(text.find(std::string("= ") + name) == std::string::npos);
    }
    const std::string dot = autograd::to_graphviz(net(x));
    CHECK(dot.find("\\n0.0.weight [") != std::string::npos);
    CHECK(dot.find("[label=\"0.0.weight") == std::string::npos);
    // A parameter that is itself the result has a line.
    CHECK(autograd::to_text(net.parameters()[1].variable) == "%1 = 0.0.bias [3]\n");
  }

  TEST_CASE("leaves on the tape have the full names of the parameters") {
    const auto check_names = [](const nn::Module& module) {
      for (const auto& p : module.parameters()) CHECK(p.variable.node()->name == p.name);
    };
    for (const char* name : {"densenet-bc-16-4", "wrn-10-2"}) check_names(*nn::make_model(name, 3));
    struct Outer final : nn::Module {
      Outer() {
        register_module("first", inner);  // before it has members of its own
        inner.add<nn::Sequential>().add<nn::Linear>(2, 3);
        inner.add<nn::Linear>(3, 1);
        register_parameter("scale", scale);
      }
      Variable forward(const Variable& x) const override { return mul(inner(x), scale); }
      nn::Sequential inner;
      Variable scale{Tensor::scalar(2), true};
    };
    Outer outer;
    check_names(outer);
    CHECK(outer.parameters().back().name == "first.1.bias");
    nn::Sequential around;
    auto& part = around.add<Outer>();
    check_names(around);
    CHECK(part.scale.node()->name == "0.scale");
    part.inner.add<nn::Linear>(1, 1);
    check_names(around);
    CHECK(around.parameters().back().name == "0.first.2.bias");
  }
}
