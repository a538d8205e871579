#include <doctest/doctest.h>

#include <algorithm>

#include "odin/autograd/engine.h"
#include "odin/autograd/ops.h"
#include "odin/nn/graph/graph_module.h"
#include "odin/nn/graph/graph_shapes.h"
#include "odin/nn/graph/operation.h"
#include "odin/nn/io/model_file.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/random.h"
#include "odin/tests/capture_bound.h"
#include "odin/tests/close_to.h"
#include "odin/tests/nn/io_fixtures.h"

// Networks that are graphs: their JSON, their checks, their files and their gradients.

using namespace odin;
using autograd::Variable;
using nn::graph::Graph;
using nn::graph::parse_graph;
using tensor::Tensor;
using tests::contains;
using tests::error_of;

namespace {

constexpr nn::InputSize kGraphInput{3, 6, 6};

/// conv2d, batch_norm, relu, a residual connection, mean and linear.
Graph small_graph() {
  return parse_graph(R"({"input":"input","output":"fc","nodes":[
    {"op":"conv2d","inputs":["input","w","b"],"output":"conv","attributes":{"padding":[1,1,1,1]}},
    {"op":"batch_norm","inputs":["conv","scale","shift","mean","var"],"output":"norm",
     "attributes":{"epsilon":0.001}},
    {"op":"relu","inputs":["norm"],"output":"relu"},
    {"op":"add","inputs":["relu","conv"],"output":"sum"},
    {"op":"mean","inputs":["sum"],"output":"pool","attributes":{"dims":[2,3]}},
    {"op":"linear","inputs":["pool","weight"],"output":"fc"}]})");
}

nn::StateDict small_tensors() {
  nn::StateDict tensors;
  const std::pair<const char*, tensor::Shape> shapes[] = {
      {"w", {4, 3, 3, 3}}, {"b", {4}},   {"scale", {4}},    {"shift", {4}},
      {"mean", {4}},       {"var", {4}}, {"weight", {5, 4}}};
  std::uint64_t seed = 1;
  for (const auto& [name, shape] : shapes) tensors[name] = tensor::Random(seed++).uniform(shape);
  return tensors;
}

nn::Safetensors graph_file(const std::string& graph) {
  nn::ModelInfo info{.architecture = "graph",
                     .classes = {"a", "b", "c", "d", "e"},
                     .mean = {0.5, 0.5, 0.5},
                     .std = {0.25, 0.25, 0.25},
                     .temperature = {},
                     .epsilon = {},
                     .threshold = {},
                     .training = {},
                     .input = kGraphInput,
                     .graph = graph};
  nn::GraphModule network(small_graph(), small_tensors(), kGraphInput, 5);
  network.load_state_dict(small_tensors());
  return nn::to_safetensors(network, info);
}

std::string graph_error(const std::string& nodes, const std::string& output = "y") {
  const std::string text = error_of([&] {
    nn::GraphModule(
        parse_graph(R"({"input":"input","output":")" + output + R"(","nodes":[)" + nodes + "]}"),
        small_tensors(), kGraphInput, 5);
  });
  CHECK(text.starts_with("graph: "));
  return text;
}

std::string node_error(const std::string& op, const std::string& inputs,
                       const std::string& attributes) {
  return graph_error(R"({"op":")" + op + R"(","inputs":[)" + inputs +
                     R"(],"output":"y","attributes":{)" + attributes + "}}");
}

}  // namespace

TEST_SUITE("nn graph") {
  TEST_CASE("a graph survives being written and read") {
    Graph graph = small_graph();
    graph.nodes[0].attributes["kinds"] =
        std::vector<nn::graph::Extent>{{12}, {1, true}, {4, true}, {-1}, {.of_dim = 2}};
    graph.nodes[1].attributes["flag"] = true;
    graph.nodes[1].attributes["text"] = std::string("edge");
    const std::string text = to_json(graph);
    CHECK(contains(text, R"("kinds":[12,"N","4N",-1,"d2"])"));
    const Graph again = parse_graph(text);
    CHECK(to_json(again) == text);
    REQUIRE(again.nodes.size() == graph.nodes.size());
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      CHECK(again.nodes[i].attributes == graph.nodes[i].attributes);
      CHECK(again.nodes[i].inputs == graph.nodes[i].inputs);
    }
  }

  TEST_CASE("text that is no graph is refused") {
    const std::pair<const char*, const char*> kinds[] = {
        {"", "not JSON"},
        {"[]", "no 'input'"},
        {R"({"input":"x"})", "no 'output'"},
        {R"({"input":"x","output":3,"nodes":[]})", "'output' is not a text"},
        {R"({"input":"x","output":"y","nodes":{}})", "not a list"},
        {R"({"input":"x","output":"y","nodes":[{}]})", "node number 1: no 'op'"},
        {R"({"input":"x","output":"y","nodes":[{"op":"relu","inputs":[1],"output":"y"}]})",
         "not a name"},
        {R"({"input":"x","output":"y","nodes":[{"op":"relu","inputs":[],"output":""}]})",
         "'output' is not a text"},
        {R"({"input":"x","output":"y","nodes":[{"op":"a","inputs":[],"output":"y","attributes":{"k":null}}]})",
         "attribute 'k': expected a number"},
        {R"({"input":"x","output":"y","nodes":[{"op":"a","inputs":[],"output":"y","attributes":{"k":["NN"]}}]})",
         "got 'NN'"},
        {R"({"input":"x","output":"y","nodes":[{"op":"a","inputs":[],"output":"y","attributes":{"k":["99999999999999999999N"]}}]})",
         "expected a size"},
    };
    for (const auto& [text, what] : kinds) {
      CAPTURE_BOUND(text);
      const std::string error = error_of([&] { parse_graph(captured_text); });
      CHECK(error.starts_with("graph: "));
      CHECK(contains(error, what));
    }
    CHECK(contains(error_of([] { parse_graph(std::string(100000, '[')); }), "nested"));
    std::string many = R"({"input":"x","output":"y","nodes":[)";
    for (std::size_t i = 0; i <= nn::graph::kMostNodes; ++i) many += i ? ",1" : "1";
    CHECK(contains(error_of([&] { parse_graph(many + "]}"); }), "at most 20000"));
  }

  TEST_CASE("a graph computes what its operations compute, for any number of images") {
    const nn::StateDict t = small_tensors();
    nn::GraphModule network(small_graph(), t, kGraphInput, 5);
    network.load_state_dict(t);
    for (const std::int64_t n : {1, 4}) {
      const Variable x(tensor::Random(9).normal(kGraphInput.batch(n)));
      const auto p = [&](const char* name) { return Variable(t.at(name)); };
      const Variable conv = autograd::conv2d(x, p("w"), {.padding = 1}, p("b"));
      const Variable norm = autograd::batch_norm(conv, p("scale"), p("shift"),
                                                 {t.at("mean"), t.at("var")}, {.epsilon = 0.001});
      const Variable pool = autograd::mean(autograd::add(autograd::relu(norm), conv), {2, 3});
      CHECK_CLOSE(network(x).value(), autograd::linear(pool, p("weight"), {}).value(), 1e-6);
    }
    CHECK(network.parameter_count() == 108 + 4 + 8 + 20);
    CHECK(network.parameters().back().name == "weight");  // the last layer's, for gradnorm
    CHECK(network.buffers().size() == 2);
    CHECK_THROWS_WITH_AS(network(Variable(Tensor::zeros({1, 2, 6, 6}))),
                         doctest::Contains("node 'conv' (conv2d): "), Error);
    network.train();
    CHECK_THROWS_WITH_AS(network(Variable(Tensor::zeros(kGraphInput.batch(1)))),
                         doctest::Contains("cannot be trained"), Error);
  }

#ifndef __EMSCRIPTEN__  // there are no clones (nn/module.h)
  TEST_CASE("a clone of a network of a graph computes what it computes") {
    const nn::StateDict t = small_tensors();
    nn::GraphModule network(small_graph(), t, kGraphInput, 5);
    network.load_state_dict(t);
    const auto copy = network.clone();
    const Variable x(tensor::Random(3).uniform(kGraphInput.batch(2)));
    CHECK((*copy)(x).value().to_vector<float>() == network(x).value().to_vector<float>());
    for (const auto& [name, value] : network.state_dict())
      CHECK(copy->state_dict().at(name).storage() != value.storage());
  }
#endif

  TEST_CASE("the gradient of a graph with respect to the image is that of finite differences") {
    const nn::StateDict t = small_tensors();
    nn::GraphModule network(small_graph(), t, kGraphInput, 5);
    network.load_state_dict(t);
    Variable x(tensor::Random(3).normal(kGraphInput.batch(1)), true);
    const Tensor gradient = autograd::grad(autograd::sum(network(x)), x);
    const Tensor direction = tensor::Random(4).normal(kGraphInput.batch(1));
    const auto at = [&](double step) {
      return autograd::sum(
                 network(Variable(tensor::add(x.value(), tensor::affine(direction, step, 0)))))
          .value()
          .item();
    };
    const double slope = tensor::sum(tensor::mul(gradient, direction)).item();
    CHECK((at(1e-2) - at(-1e-2)) / 2e-2 == doctest::Approx(slope).epsilon(1e-2));
  }

  TEST_CASE("a model file with a graph brings back the network") {
    const nn::Safetensors file = graph_file(to_json(small_graph()));
    const nn::Model model =
        nn::to_model(nn::parse_safetensors(nn::serialize_safetensors(file), "x"), "x");
    nn::GraphModule network(small_graph(), small_tensors(), kGraphInput, 5);
    network.load_state_dict(small_tensors());
    const Variable x(tensor::Random(2).normal(kGraphInput.batch(2)));
    CHECK(tests::same((*model.network)(x).value(), network(x).value()));
    CHECK(to_json(parse_graph(model.info.graph)) == to_json(small_graph()));
  }

  TEST_CASE("a model file whose graph and weights do not fit together is refused") {
    const auto error = [](const nn::Safetensors& file) {
      return error_of([&] { nn::to_model(file, "m.safetensors"); });
    };
    const nn::Safetensors good = graph_file(to_json(small_graph()));
    nn::Safetensors file = good;
    file.metadata.erase("graph");
    CHECK(contains(error(file), "no 'graph' in the metadata"));
    file = good;
    file.tensors.erase("w");
    CHECK(contains(error(file),
                   "node 'conv' (conv2d): there is no tensor and no earlier result named 'w'"));
    file = good;
    file.tensors["surplus"] = Tensor::zeros({2});
    CHECK(contains(error(file), "surplus"));
    file = good;
    file.tensors["weight"] = Tensor::zeros({5, 3});
    CHECK(contains(error(file), "node 'fc' (linear): expected an input [...,3]"));
    file = good;
    file.metadata["classes"] = R"(["a","b"])";
    CHECK(contains(error(file), "expected logits [2,2] of 2 images, got [2,5]"));
    file = good;
    file.tensors["weight"] = Tensor::full({5, 4}, NAN);
    CHECK(contains(error(file), "weight"));
  }

  TEST_CASE("hostile graphs are refused with node, operation, expected and got") {
    CHECK(contains(graph_error(R"({"op":"relu","inputs":["y"],"output":"y"})"),
                   "no earlier result named 'y'"));
    CHECK(contains(
        graph_error(
            R"({"op":"relu","inputs":["z"],"output":"y"},{"op":"relu","inputs":["y"],"output":"z"})"),
        "named 'z'"));
    CHECK(contains(graph_error(R"({"op":"relu","inputs":["input"],"output":"input"})"),
                   "the name is taken"));
    CHECK(contains(graph_error(R"({"op":"relu","inputs":["input"],"output":"w"})"),
                   "the name is taken"));
    CHECK(contains(graph_error("", "nothing"), "no node makes the output 'nothing'"));
    CHECK(contains(node_error("explode", R"("input")", ""), "there is no operation 'explode'"));
    CHECK(contains(node_error("relu", R"("input","w")", ""), "expected 1 inputs, got 2"));
    CHECK(contains(node_error("relu", R"("input")", R"("slope":1)"), "an attribute 'slope'"));
    CHECK(contains(node_error("leaky_relu", R"("input")", ""), "no attribute 'slope'"));
    CHECK(contains(node_error("conv2d", R"("input","w")", R"("stride":[0,1])"), "expected 1 to"));
    CHECK(
        contains(node_error("conv2d", R"("input","w")", R"("stride":[1])"), "expected 2 numbers"));
    CHECK(contains(node_error("conv2d", R"("input","w")", R"("groups":0)"), "groups"));
    CHECK(
        contains(node_error("conv2d", R"("input","w")", R"("padding":[9223372036854775807,0,0,0])"),
                 "pixels"));
    CHECK(contains(node_error("expand", R"("input")", R"("shape":[1000000000,3,6,6])"), "expand"));
    CHECK(
        contains(node_error("expand", R"("b")", R"("shape":[1000000000,1000000000,1000000000,4])"),
                 "expand"));
    CHECK(contains(node_error("reshape", R"("input")", R"("shape":["N",107])"),
                   "cannot be reshaped to [2,107]"));
    CHECK(contains(node_error("reshape", R"("input")", R"("shape":[2,108])"),
                   "expected logits [2,5]"));
    CHECK(contains(node_error("reshape", R"("input")", R"("shape":["N",-1,-1])"),
                   "-1 in one place at most"));
    CHECK(contains(node_error("reshape", R"("input")", R"("shape":["N",-2])"), "got -2"));
    CHECK(contains(node_error("reshape", R"("input")", R"("shape":["N",7,-1])"),
                   "cannot be divided into a shape with 14 elements and -1"));
    CHECK(contains(node_error("reshape", R"("input")", R"("shape":["N",0,-1])"), "0 elements"));
    CHECK(contains(node_error("reshape", R"("input")", R"("shape":["N","d4"])"),
                   "there is no dimension 4"));
    CHECK(contains(node_error("reshape", R"("input")", R"("shape":["N","d8"])"), "got 'd8'"));
    CHECK(contains(node_error("reshape", R"("input")", R"("shape":["N","d"])"), "got 'd'"));
    CHECK(contains(node_error("expand", R"("input")", R"("shape":["N",3,6,-1])"),
                   "-1 is for a reshape"));
    CHECK(contains(node_error("transpose", R"("input")", R"("order":[0,1,2,2])"),
                   "expected an order"));
    CHECK(contains(node_error("slice", R"("input")", R"("dim":1,"first":0,"last":4)"),
                   "outside dimension 1"));
    CHECK(contains(node_error("slice", R"("input")", R"("dim":6,"first":0,"last":1)"), "dim"));
    CHECK(contains(node_error("gather", R"("input")", R"("dim":1,"indices":[0,3])"),
                   "outside dimension 1"));
    CHECK(contains(node_error("gather", R"("input")", R"("dim":1,"indices":[-1])"), "outside"));
    CHECK(contains(node_error("concat", R"("input","w")", R"("dim":0)"), "expected parts"));
    CHECK(contains(
        node_error("pad", R"("input")", R"("before":[0,0,6,0],"after":[0,0,0,0],"mode":"reflect")"),
        "cannot pad"));
    CHECK(contains(
        node_error("pad", R"("input")", R"("before":[0,0,1,0],"after":[0,0,0,0],"mode":"odd")"),
        "expected one of"));
    CHECK(contains(node_error("mean", R"("input")", R"("dims":[4])"), "cannot reduce dimension 4"));
    CHECK(contains(node_error("mean", R"("input")", R"("dims":[3,2])"), "rising order"));
    CHECK(contains(node_error("softmax", R"("input")", R"("dim":4)"), "dimension 4"));
    CHECK(contains(node_error("max_pool2d", R"("input")", R"("kernel":[9,9])"), "does not fit"));
    CHECK(contains(node_error("matmul", R"("input","w")", ""), "expected matrices"));
    CHECK(contains(node_error("batch_norm", R"("input","b","b","b","b")", ""),
                   "of shape [3], got [4]"));
    CHECK(contains(node_error("group_norm", R"("input","b","b")", R"("groups":2)"), "groups"));
  }

  TEST_CASE("a summary has shapes, parameters and multiply-adds of every node") {
    const nn::StateDict tensors = small_tensors();
    const Graph graph = small_graph();
    const auto rows = summarize(graph, tensors, kGraphInput);
    REQUIRE(rows.size() == 6);
    CHECK(rows[0].output == tensor::Shape{1, 4, 6, 6});
    CHECK(rows[0].parameters == 112);
    CHECK(rows[0].multiply_adds == 4 * 36 * 27);
    CHECK(rows[1].parameters == 16);
    CHECK(rows[5].multiply_adds == 20);
  }
}
