#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "odin/nn/graph/graph.h"
#include "odin/nn/graph/operation.h"
#include "odin/nn/state_dict.h"

namespace odin::nn::onnx {

using graph::Extent;
using tensor::Shape;
using Attributes = std::map<std::string, graph::Attribute>;

/// Everything is worked out for batches of two and of three images at once. What is equal for both
/// does not depend on the batch, and what is 2 k and 3 k is k times the batch.
inline constexpr std::array<std::int64_t, 2> kBatches{2, 3};

/// A value of the ONNX graph: known, which means that it does not depend on the images (but perhaps
/// on their number), or the result of a node of odin's graph.
struct Value {
  bool integer = false;  ///< integers and booleans; known ones are float64, others float32
  std::array<tensor::Tensor, 2> known = {};
  std::string name = {};  ///< of the result, or what a known value should be called
  std::array<Shape, 2> shape = {};

  bool is_known() const { return known[0].defined(); }
  /// Known, and the same for any batch.
  bool is_fixed() const {
    return is_known() && known[0].storage() == known[1].storage() && shape[0] == shape[1];
  }
  int rank() const { return shape[0].rank(); }
};

Value known_value(const tensor::Tensor& values, bool integer, const std::string& name = {});
Value known_value(const std::array<tensor::Tensor, 2>& values, bool integer);
Value scalar(double value);
/// A list of integers.
Value known_list(const std::vector<std::int64_t>& values);

/// A number as an integer; those beyond int64 become the largest or smallest one.
std::int64_t to_integer(double value);
std::vector<std::int64_t> to_integers(const tensor::Tensor& values);

/// The common form of a size for two and for three images, or nothing.
std::optional<Extent> to_extent(std::int64_t at2, std::int64_t at3);
/// Throws unless every size has such a form.
std::vector<Extent> to_extents(const std::array<Shape, 2>& shape);

/// Builds odin's graph. Errors do not name the ONNX node.
class Builder {
 public:
  /// Constants may have this many elements in all. `folder` is where files with the model's data
  /// are; empty: nowhere.
  Builder(std::int64_t most_elements, std::filesystem::path folder)
      : budget_(most_elements), folder_(std::move(folder)) {}

  const std::filesystem::path& folder() const { return folder_; }

  Value input(const std::string& name, const std::array<Shape, 2>& shape);
  /// Nodes and tensors that follow are named after this.
  void set_label(const std::string& label) { label_ = label; }

  /// The operation applied to the inputs: computed at once if all are known, else a new node.
  Value emit(const std::string& op, const std::vector<Value>& inputs, Attributes attributes = {});
  Value reshape(const Value& x, const std::array<Shape, 2>& shape);
  Value expand(const Value& x, const std::array<Shape, 2>& shape);
  /// The positions of a dimension.
  Value slice(const Value& x, int dim, std::int64_t first, std::int64_t last,
              std::int64_t step = 1);
  Value gather(const Value& x, int dim, const std::vector<std::int64_t>& positions);
  Value transpose(const Value& x, const std::vector<std::int64_t>& order);

  /// Takes elements from the budget of constants. Throws if they are too many.
  void spend(std::int64_t elements);

  graph::Graph graph;
  StateDict tensors;

 private:
  Value compute(const graph::Operation& operation, const std::vector<Value>& inputs);
  Value append(graph::Node node, const graph::Operation& operation,
               const std::vector<Value>& inputs);
  /// The name of an input of a node. A known value becomes a tensor of the model.
  std::string operand(const Value& value);
  std::string unused_name(const std::string& wish);

  std::int64_t budget_;
  std::filesystem::path folder_;
  std::string label_ = "value";
  std::set<std::string> names_;
  struct Registered {
    tensor::Tensor values;  ///< keeps the address from being used again
    std::string name;
  };
  std::map<const void*, Registered> registered_;
};

}  // namespace odin::nn::onnx
