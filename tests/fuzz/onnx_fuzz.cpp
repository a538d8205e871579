#include "odin/nn/graph/graph_module.h"
#include "odin/nn/onnx/lower.h"
#include "odin/nn/shapes_only.h"
#include "odin/tests/fuzz/fuzz_target.h"

void odin::tests::fuzz(std::span<const std::byte> input) {
  nn::onnx::Network network;
  if (!ends_well([&] { network = nn::onnx::lower(nn::onnx::parse_model(input)); })) return;

  // What could be made can be written, and is read again as it was.
  const std::string text = to_json(network.graph);
  must(to_json(nn::graph::parse_graph(text)) == text, "another graph after writing");
  const nn::ShapesOnlyScope without_memory;
  const nn::GraphModule module(nn::graph::parse_graph(text), network.tensors, network.input,
                               network.classes);
  must(module.state_dict().size() == network.tensors.size(), "tensors that no operation reads");
}
