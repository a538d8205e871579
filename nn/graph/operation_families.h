#pragma once

#include "odin/nn/graph/attribute_reader.h"
#include "odin/nn/graph/operation.h"

// For operation.cpp and the files operations_*.cpp only.

namespace odin::nn::graph {

struct OperationEntry {
  const char* name;
  std::size_t least_inputs, most_inputs;
  Operation (*make)(AttributeReader& attributes);
};

std::span<const OperationEntry> elementwise_operations();
std::span<const OperationEntry> layer_operations();   ///< convolution, pooling, norms, products
std::span<const OperationEntry> reduce_operations();  ///< along dimensions: sums, softmax
std::span<const OperationEntry> shape_operations();

}  // namespace odin::nn::graph
