#pragma once

#include <string>
#include <vector>

#include "odin/nn/onnx/call.h"
#include "odin/nn/onnx/model.h"

namespace odin::nn::onnx {

/// All operators that lower() knows, "If" apart.
const LoweringTable& lowering_table();

/// The version of ONNX's operators that the model is written in. Throws unless odin knows it.
std::int64_t checked_opset(const Model& model);

/// The nodes that the value needs, in the model's order. Throws if no node makes the value.
std::vector<const Node*> needed_nodes(const Graph& graph, const std::string& value);

/// Throws if any of the nodes is of an operator that odin does not know, listing all of these.
void check_supported(const std::vector<const Node*>& nodes);

/// "node '/conv1/Conv' (Conv): ", the beginning of messages about a node.
std::string where(const Node& node);

}  // namespace odin::nn::onnx
