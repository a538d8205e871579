#pragma once

#include <optional>
#include <set>

#include "odin/nn/graph/graph.h"
#include "odin/tensor/params.h"
#include "odin/tensor/shape.h"

namespace odin::nn::graph {

/// Reads a node's attributes as an operation expects them. Each function throws if the attribute is
/// of another kind, or if it is missing and has no default. Errors name the attribute.
class AttributeReader {
 public:
  explicit AttributeReader(const Node& node) : node_(node) {}

  bool flag(const char* name, bool otherwise);
  double number(const char* name, std::optional<double> otherwise = {});
  /// Empty if there is none.
  std::optional<double> optional_number(const char* name);
  std::int64_t integer(const char* name, std::optional<std::int64_t> otherwise = {});
  /// One of `allowed`, which begins with the default.
  std::string choice(const char* name, std::initializer_list<const char*> allowed);
  std::vector<std::int64_t> integers(const char* name);
  std::vector<Extent> extents(const char* name);
  /// At most tensor::Dims::kMaxRank of them.
  tensor::Dims dims(const char* name);

  /// In pixels, 1 or more; `otherwise` if there is none.
  tensor::Size2d size(const char* name, std::optional<std::int64_t> otherwise = {});
  /// [top,left,bottom,right], each 0 or more; 0 if there is none.
  tensor::Padding2d padding(const char* name);

  /// Throws if the node has attributes that nobody has read.
  void done() const;

 private:
  const Attribute* find(const char* name);
  const Attribute& get(const char* name);

  const Node& node_;
  std::set<std::string> read_;
};

}  // namespace odin::nn::graph
