#include "odin/nn/graph/operation.h"

#include <algorithm>

#include "odin/nn/graph/operation_families.h"
#include "odin/nn/io/quote.h"

namespace odin::nn::graph {
namespace {

template <class F>
void for_each_entry(F&& f) {
  for (const auto family :
       {elementwise_operations(), layer_operations(), reduce_operations(), shape_operations()})
    for (const OperationEntry& entry : family) f(entry);
}

const OperationEntry* find_entry(const std::string& name) {
  const OperationEntry* found = nullptr;
  for_each_entry([&](const OperationEntry& entry) {
    if (name == entry.name) found = &entry;
  });
  return found;
}

void check_input_count(const OperationEntry& entry, std::size_t count) {
  const auto [name, least, most, make] = entry;
  require(count >= least && count <= most, "expected ", least,
          most == least ? "" : " to " + std::to_string(most), " inputs, got ", count);
}

}  // namespace

Operation make_operation(const Node& node) {
  const OperationEntry* entry = find_entry(node.op);
  if (!entry) fail("there is no operation ", quote(node.op));
  check_input_count(*entry, node.inputs.size());
  AttributeReader attributes(node);
  Operation operation = entry->make(attributes);
  attributes.done();
  operation.shape = [rule = std::move(operation.shape), name = entry->name](Shapes inputs,
                                                                            std::int64_t batch) {
    const Shape shape = rule(inputs, batch);
    tensor::checked_numel(name, shape, kMostElements * std::max<std::int64_t>(batch, 1));
    return shape;
  };
  return operation;
}

std::vector<std::string> operation_names() {
  std::vector<std::string> names;
  for_each_entry([&](const OperationEntry& entry) { names.emplace_back(entry.name); });
  return names;
}

std::string where(const Node& node) {
  return "node " + quote(node.output) + " (" + printable(node.op.substr(0, 40)) + "): ";
}

}  // namespace odin::nn::graph
