#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "odin/autograd/engine.h"
#include "odin/autograd/observer.h"
#include "odin/tensor/backend/backend.h"
#include "odin/tests/op_cases.h"

// These tests fail if an operation has no case in the list of op cases, or no golden values.

using namespace odin;
using autograd::Variable;

namespace {

using Names = std::set<std::string>;

/// Records the operations put on tapes and the backend functions called while it exists.
class Witness final : public autograd::Observer, public tensor::CallObserver {
 public:
  void recorded(const Variable& result, std::span<const Variable>) override {
    recorded_.insert(result.node()->name);
  }
  void reached(const autograd::Node&, const tensor::Tensor&) override {}
  void called(const tensor::BackendCall& call, std::chrono::nanoseconds) override {
    called_.insert(call.function);
  }

  const Names& operations() const { return recorded_; }
  const std::set<std::size_t>& functions() const { return called_; }

 private:
  Names recorded_;
  std::set<std::size_t> called_;
  autograd::ObserverScope observing_{*this};
  tensor::CallObserverScope observing_calls_{*this};
};

void run(const tests::OpCase& c) {
  std::vector<Variable> inputs;
  for (const tensor::Tensor& t : c.make_inputs()) inputs.emplace_back(t, true);
  const Variable y = c.f(inputs);
  autograd::grad(y, inputs,
                 {.seed = tensor::Tensor::full(y.shape(), 1, y.dtype()), .retain_graph = false});
}

/// The names of the operations that are recorded in the sources of autograd.
doctest::skip with_sources_only() {
  return doctest::skip(
      !std::filesystem::exists(std::filesystem::path(ODIN_SOURCE_DIR) / "autograd"));
}

Names recorded_in_sources() {
  Names names;
  const std::regex call(R"re(record\(\s*(?:[\w.]+ \? )?"(\w+)"(?: : "(\w+)")?)re");
  const auto root = std::filesystem::path(ODIN_SOURCE_DIR) / "autograd";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream file(entry.path());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    for (std::sregex_iterator m(text.begin(), text.end(), call), end; m != end; ++m)
      for (const int group : {1, 2})
        if ((*m)[static_cast<std::size_t>(group)].matched)
          names.insert((*m)[static_cast<std::size_t>(group)]);
  }
  return names;
}

Names without(const Names& all, const Names& some) {
  Names left;
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(),
                      std::inserter(left, left.end()));
  return left;
}

std::string listed(const Names& names) {
  std::string text;
  for (const std::string& name : names) text += name + " ";
  return text;
}

}  // namespace

TEST_SUITE("tensor") {
  TEST_CASE("every function of the backends is called by a case of the list") {
    Witness witness;
    for (const tests::OpCase& c : tests::op_cases())
      if (c.small) run(c);
    for (const tests::TensorCase& c : tests::tensor_cases()) {
      std::vector<tensor::Tensor> inputs;
      for (const tensor::Shape& shape : c.inputs) inputs.push_back(tensor::Tensor::full(shape, 1));
      c.f(inputs);
    }
    for (std::size_t i = 0; i < tensor::kBackendFunctions; ++i) {
      CAPTURE(i);  // counted from 0 in the order of backend.h
      CHECK(witness.functions().contains(i));
    }
  }
}

TEST_SUITE("autograd") {
  TEST_CASE("every operation that autograd records is in a case of the list" *
            with_sources_only()) {
    Witness witness;
    for (const tests::OpCase& c : tests::op_cases())
      if (c.small) run(c);
    const Names in_sources = recorded_in_sources();
    REQUIRE(in_sources.size() > 20);
    const Names missing = without(in_sources, witness.operations());
    CHECK_MESSAGE(missing.empty(), "in no op case: ", listed(missing));
  }

  TEST_CASE("every operation but the fused ones has golden values" * with_sources_only()) {
    // These are compared with the plain operations, and as part of whole networks with PyTorch.
    const Names fused{"dense_block", "norm_conv2d"};
    // These are the gradients that the golden values of their operations have.
    const Names gradients{"avg_pool2d_grad", "gather_grad", "max_pool2d_grad", "max_pool2d_pick",
                          "relu_grad",       "slice_grad",  "sum_to"};
    Witness witness;
    for (const tests::OpCase& c : tests::op_cases())
      if (!c.golden.empty()) run(c);
    const Names missing =
        without(without(without(recorded_in_sources(), fused), gradients), witness.operations());
    CHECK_MESSAGE(missing.empty(), "without golden values: ", listed(missing));
  }
}
