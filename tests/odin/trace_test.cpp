#include "odin/trace.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "odin/nn/inference.h"
#include "odin/perturb.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/networks.h"
#include "odin/tests/nn/io_fixtures.h"

using namespace odin;
using tensor::Tensor;
using tests::error_of;
using tests::network_of;

namespace {

Tensor picture() { return tests::normal(7, {1, 3, 16, 16}); }

}  // namespace

TEST_SUITE("odin") {
  TEST_CASE("a trace gives the network's own logits and ODIN's own gradient") {
    for (const char* architecture : {"densenet-bc-16-4", "wrn-10-1"}) {
      CAPTURE(architecture);
      const auto network = network_of(architecture);
      const Trace traced = trace(*network, picture(), 10);
      const InputGradient own = input_gradient(*network, picture(), 10);
      const auto largest = tensor::max(tensor::abs(own.logits)).item();
      CHECK(tensor::max(tensor::abs(tensor::sub(traced.logits, own.logits))).item() <
            1e-4 * largest);
      CHECK(traced.label == own.labels.to_vector<std::int64_t>().front());

      const TraceNode& image = traced.nodes.front();
      CHECK(image.op == "image");
      CHECK(image.shape == tensor::Shape{3, 16, 16});
      const double most = tensor::max(tensor::abs(own.gradient)).item();
      CHECK(image.max_abs_gradient == doctest::Approx(most).epsilon(1e-3));
      REQUIRE(image.maps.size() == 3);
      const Tensor gradient = own.gradient.select(0, 0).to(tensor::Device::cpu);
      for (const TraceMap& map : image.maps) {
        const Tensor difference = tensor::sub(map.gradient, gradient.select(0, map.channel));
        CHECK(tensor::max(tensor::abs(difference)).item() < 1e-3 * most);
      }
    }
  }

  TEST_CASE("a trace names operations, modules and inputs, inputs before results") {
    const auto network = network_of("densenet-bc-16-4");
    const Trace traced = trace(*network, picture(), 1000);
    std::set<std::string> modules, parameters;
    for (std::size_t i = 0; i < traced.nodes.size(); ++i) {
      const TraceNode& node = traced.nodes[i];
      CAPTURE(node.op);
      modules.insert(node.module);
      CHECK(node.inputs.empty() == (i == 0));
      for (std::size_t input : node.inputs) CHECK(input < i);
      for (const TraceParameter& p : node.parameters) {
        parameters.insert(p.name + to_string(p.shape));
        CHECK(p.name.starts_with(node.module + "."));
      }
      CHECK(node.min <= node.mean);
      CHECK(node.mean <= node.max);
      CHECK(node.max_abs_gradient >= node.mean_abs_gradient);
      CHECK(node.mean_abs_gradient > 0);
    }
    for (const char* name : {"conv1", "block1.layer.0.bn1", "block1.layer.0.conv1",
                             "block1.layer.0", "trans2", "bn1", "fc", ""})
      CHECK_MESSAGE(modules.contains(name), name);
    CHECK(parameters.size() == network->parameters().size());
    for (const auto& p : network->parameters())
      CHECK_MESSAGE(parameters.contains(p.name + to_string(p.variable.shape())), p.name);
    const auto first_concat = std::find_if(traced.nodes.begin(), traced.nodes.end(),
                                           [](const TraceNode& n) { return n.op == "concat"; });
    REQUIRE(first_concat != traced.nodes.end());
    CHECK(first_concat->module == "block1.layer.0");
    CHECK(first_concat->inputs.size() == 2);
    CHECK(traced.nodes[first_concat->inputs[1]].module == "block1.layer.0.conv2");
    CHECK(traced.nodes.back().op == "sum");
    CHECK(traced.nodes.back().max_abs_gradient == 1);
  }

  TEST_CASE("a trace keeps as many maps as asked for, evenly spread, vectors as one row") {
    const auto network = network_of("densenet-bc-16-4");
    for (const TraceNode& node : trace(*network, picture(), 1000, 4).nodes) {
      CAPTURE(node.op);
      const std::int64_t channels = node.shape.rank() == 3 ? node.shape[0] : 1;
      REQUIRE(node.maps.size() == static_cast<std::size_t>(std::min<std::int64_t>(4, channels)));
      CHECK(node.maps.back().channel == (channels <= 4 ? channels - 1 : 3 * channels / 4));
      for (const TraceMap& map : node.maps) {
        CHECK(map.value.shape() == map.gradient.shape());
        CHECK(tensor::max(map.value).item() <= node.max);
      }
    }
  }

  TEST_CASE("a trace refuses what it cannot follow") {
    const auto network = network_of("wrn-10-1");
    CHECK(error_of([&] { trace(*network, picture(), 0); }) ==
          "trace: temperature must be positive, got 0");
    CHECK(error_of([&] {
            trace(*network, Tensor::zeros({2, 3, 8, 8}), 1);
          }) == "trace: expected one image [1,C,H,W], got [2,3,8,8]");
    network->train();
    CHECK(error_of([&] { trace(*network, picture(), 1); }) ==
          "trace: the network must be in evaluation mode");
  }
}
