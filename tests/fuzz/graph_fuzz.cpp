#include "odin/nn/graph/graph_module.h"
#include "odin/nn/shapes_only.h"
#include "odin/tests/fuzz/fuzz_target.h"

// The input is the JSON of a graph, for tensors of a few names and shapes.
void odin::tests::fuzz(std::span<const std::byte> input) {
  static const nn::StateDict tensors{{"a", tensor::Tensor::zeros({4})},
                                     {"b", tensor::Tensor::zeros({4})},
                                     {"m", tensor::Tensor::zeros({3, 4})},
                                     {"w", tensor::Tensor::zeros({4, 3, 3, 3})}};
  nn::graph::Graph graph;
  if (!ends_well([&] { graph = nn::graph::parse_graph(text_of(input)); })) return;
  std::string text;
  if (!ends_well([&] { text = to_json(graph); })) return;
  must(to_json(nn::graph::parse_graph(text)) == text, "another graph after writing");
  const nn::ShapesOnlyScope without_memory;
  ends_well([&] { nn::GraphModule(graph, tensors, {3, 6, 6}, 3); });
}
