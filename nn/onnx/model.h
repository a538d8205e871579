#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// An ONNX model as its file has it (onnx.proto), as far as odin uses it. Nothing is executed, and
// nothing that is said in one place is checked against other places; lower.h does that.

namespace odin::nn::onnx {

/// The numbers of onnx.proto.
enum class ElementType {
  undefined = 0,
  f32 = 1,
  u8 = 2,
  i8 = 3,
  u16 = 4,
  i16 = 5,
  i32 = 6,
  i64 = 7,
  text = 8,
  boolean = 9,
  f16 = 10,
  f64 = 11,
  u32 = 12,
  u64 = 13,
  bf16 = 16
};

/// Elements are in one of the fields: raw bytes (little-endian; a part of the model's own bytes),
/// one of the lists, or another file. tensor_data.h decodes them.
struct StoredTensor {
  std::string name;
  std::vector<std::int64_t> dims;
  std::int64_t type = 0;  ///< an ElementType, if it is one of them
  std::string_view raw;
  std::vector<float> floats;
  std::vector<std::int64_t> integers;  ///< of int32_data, int64_data or uint64_data
  std::vector<double> doubles;
  bool external = false;
  std::map<std::string, std::string> where;  ///< external: "location", "offset", "length"
};

struct Graph;

struct Attribute {
  std::string name;
  std::optional<double> number;
  std::optional<std::int64_t> integer;
  std::optional<std::string> text;
  std::optional<StoredTensor> tensor;
  std::vector<Graph> graph;  ///< none or one
  std::vector<double> numbers;
  std::vector<std::int64_t> integers;
};

struct Node {
  std::string name, op, domain;
  std::vector<std::string> inputs, outputs;  ///< an empty name is an input that is left out
  std::vector<Attribute> attributes;
};

/// A size that is not a number ("batch", or nothing) is empty.
using Dim = std::optional<std::int64_t>;

/// An input or output of the graph.
struct GraphValue {
  std::string name;
  std::string kind = "tensor";           ///< "sequence", "map", ...
  std::int64_t type = 0;                 ///< an ElementType, if it is one of them
  std::optional<std::vector<Dim>> dims;  ///< nothing is known if empty
};

struct Graph {
  std::vector<Node> nodes;
  std::vector<StoredTensor> initializers;
  std::vector<GraphValue> inputs, outputs;
  std::size_t sparse_initializers = 0;
};

struct Model {
  std::string producer;                        ///< "pytorch 2.14.0"
  std::map<std::string, std::int64_t> opsets;  ///< by domain; that of ONNX itself is ""
  Graph graph;
};

/// Parses the bytes of a file, which must outlive the result. Throws for anything that is not an
/// ONNX model, and for more than a few hundred thousand parts. Errors begin with "onnx: ".
Model parse_model(std::span<const std::byte> bytes);

}  // namespace odin::nn::onnx
