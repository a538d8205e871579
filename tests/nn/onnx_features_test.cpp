#include <doctest/doctest.h>

#include <string>

#include "odin/nn/features.h"
#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/safetensors.h"
#include "odin/tests/nn/check_features.h"
#include "odin/tests/nn/onnx_network.h"

using namespace odin;

TEST_SUITE("nn") {
  TEST_CASE("the features of networks from ONNX models") {
    for (const char* name : {"residual_18", "shuffle_13", "attention_17"}) {
      CAPTURE(name);
      const auto network = tests::module_of(tests::lowered(
          tests::as_text(nn::read_file(tests::golden("onnx/" + std::string(name) + ".onnx")))));
      network->to(tests::device());
      const tensor::Tensor x = tests::on_device(
          nn::read_safetensors(tests::golden("onnx/" + std::string(name) + ".safetensors"))
              .tensors.at("x"));
      tests::check_all_paths(*network, x);
    }
  }
}
