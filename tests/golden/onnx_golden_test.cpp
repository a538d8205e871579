#include <doctest/doctest.h>

#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/safetensors.h"
#include "odin/perturb.h"
#include "odin/score.h"
#include "odin/tensor/backend/backend.h"
#include "odin/tests/close_to.h"
#include "odin/tests/device.h"
#include "odin/tests/nn/onnx_network.h"

// Models that PyTorch exported, against what PyTorch computes with them in float64.

using namespace odin;
using autograd::Variable;
using tensor::Tensor;

namespace {

constexpr const char* kExports[] = {"shuffle_13",         "shuffle_9",  "residual_18",
                                    "residual_11_single", "resized_18", "attention_17",
                                    "attention_14_single"};

struct Export {
  explicit Export(const std::string& name)
      : file(nn::read_safetensors(tests::golden("onnx/" + name + ".safetensors"))),
        network(tests::module_of(tests::lowered(
            tests::as_text(nn::read_file(tests::golden("onnx/" + name + ".onnx")))))) {
    network->to(tests::device());
  }
  double number(const char* key) const { return std::stod(file.metadata.at(key)); }

  nn::Safetensors file;
  std::unique_ptr<nn::GraphModule> network;
};

void check_export(const Export& e) {
  const Tensor x = tests::on_device(e.file.tensors.at("x"));
  const auto found = input_gradient(*e.network, x, e.number("temperature"));
  CHECK_CLOSE(found.logits, e.file.tensors.at("logits"), 1e-5);
  const Tensor& gradient = e.file.tensors.at("gradient");
  CHECK_CLOSE(found.gradient, gradient, 1e-4);
  CHECK(tests::equal_signs(found.gradient.to(tensor::Device::cpu),
                           gradient.to(tensor::DType::f32)) >= 0.995);
  const double std = e.number("std");
  const Tensor moved = perturb(x, found.gradient, e.number("epsilon"), {std, std, std});
  const auto odin = max_softmax((*e.network)(Variable(moved)).value(), e.number("temperature"));
  const auto expected = e.file.tensors.at("odin").to_vector<double>();
  for (std::size_t i = 0; i < odin.size(); ++i) CHECK(std::abs(odin[i] - expected[i]) < 1e-7);
}

}  // namespace

TEST_SUITE("golden") {
  TEST_CASE("models that PyTorch exported to ONNX give its logits, gradients and scores") {
    for (const char* name : kExports) {
      CAPTURE(name);
      check_export(Export(name));
    }
  }

  TEST_CASE("the reference loops give PyTorch's exports too" * tests::on_cpu_only()) {
    const tensor::BackendScope plain(tensor::reference_backend());
    for (const char* name : kExports) {
      CAPTURE(name);
      check_export(Export(name));
    }
  }
}
