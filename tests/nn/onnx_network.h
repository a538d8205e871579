#pragma once

#include <memory>

#include "odin/nn/graph/graph_module.h"
#include "odin/nn/onnx/lower.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/tests/nn/onnx_writer.h"

namespace odin::tests {

inline nn::onnx::Network lowered(const std::string& bytes, const nn::onnx::LowerOptions& o = {}) {
  return nn::onnx::lower(nn::onnx::parse_model(as_bytes(bytes)), o);
}

inline std::unique_ptr<nn::GraphModule> module_of(const nn::onnx::Network& n) {
  auto module = std::make_unique<nn::GraphModule>(n.graph, n.tensors, n.input, n.classes);
  module->load_state_dict(n.tensors);
  return module;
}

/// The logits of a model for images x.
inline tensor::Tensor logits_of(const std::string& bytes, const tensor::Tensor& x) {
  return module_of(lowered(bytes))->forward(autograd::Variable(x)).value();
}

/// The operations of a network, separated by spaces: "conv2d relu linear".
inline std::string operations_of(const nn::onnx::Network& n) {
  std::string text;
  for (const auto& node : n.graph.nodes) text += (text.empty() ? "" : " ") + node.op;
  return text;
}

}  // namespace odin::tests
