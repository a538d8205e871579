#pragma once

#include <functional>
#include <optional>

#include "odin/nn/onnx/builder.h"
#include "odin/nn/onnx/model.h"

namespace odin::nn::onnx {

/// A list of sizes for two and for three images.
using Sizes = std::array<std::vector<std::int64_t>, 2>;

/// An ONNX node that is being turned into odin's operations: its inputs and attributes, checked as
/// they are read. Errors do not name the node; lower() does.
class Call {
 public:
  /// A null input is one that is left out. `fixed_batch` is the number of images that the model was
  /// exported for, if it is fixed.
  Call(const Node& node, std::vector<const Value*> inputs, std::int64_t opset,
       std::optional<std::int64_t> fixed_batch, Builder& builder)
      : node_(node),
        inputs_(std::move(inputs)),
        opset_(opset),
        fixed_batch_(fixed_batch),
        builder_(builder) {}

  const Node& node() const { return node_; }
  std::int64_t opset() const { return opset_; }
  std::optional<std::int64_t> fixed_batch() const { return fixed_batch_; }
  Builder& build() { return builder_; }
  Value emit(const std::string& op, const std::vector<Value>& inputs, Attributes attributes = {}) {
    return builder_.emit(op, inputs, std::move(attributes));
  }

  std::size_t input_count() const { return inputs_.size(); }
  bool has(std::size_t i) const { return i < inputs_.size() && inputs_[i]; }
  const Value& in(std::size_t i) const;
  std::vector<Value> all_inputs() const;
  /// The elements of an input that has to be known, and the same for every batch.
  std::vector<std::int64_t> integers_in(std::size_t i) const;
  double number_in(std::size_t i) const;
  /// The elements of an input that has to be known, but may depend on the number of images.
  Sizes sizes_in(std::size_t i) const;

  // Attributes.
  const Attribute* attribute(const char* name) const;
  std::int64_t integer(const char* name, std::optional<std::int64_t> otherwise = {}) const;
  bool flag(const char* name, bool otherwise) const { return integer(name, otherwise) != 0; }
  double number(const char* name, std::optional<double> otherwise = {}) const;
  std::string text(const char* name, const char* otherwise) const;
  std::optional<std::vector<std::int64_t>> integers(const char* name) const;
  /// A list that newer versions of an operator have as an input and older ones as an attribute.
  std::optional<std::vector<std::int64_t>> list(const char* name, std::size_t input) const;

 private:
  const Node& node_;
  std::vector<const Value*> inputs_;
  std::int64_t opset_;
  std::optional<std::int64_t> fixed_batch_;
  Builder& builder_;
};

/// `axis` as a number in [0, rank); negative ones count from the end.
int checked_axis(std::int64_t axis, int rank);

/// One operator of ONNX: returns the values of its outputs, of which those at the end may be left
/// out.
using Lowering = std::vector<Value> (*)(Call&);
using LoweringTable = std::map<std::string, Lowering>;

void add_elementwise(LoweringTable& table);
void add_layers(LoweringTable& table);
void add_reductions(LoweringTable& table);
void add_reshapes(LoweringTable& table);
void add_shapes(LoweringTable& table);
void add_constants(LoweringTable& table);
void add_einsum(LoweringTable& table);
void add_resizing(LoweringTable& table);

}  // namespace odin::nn::onnx
